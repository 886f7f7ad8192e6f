import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Installs a packaged extension into a server's data folder, as a user would. */
export function installVsix(home: string, dataDir: string, vsix: string): void {
  execFileSync(
    path.join(home, 'bin/node'),
    [
      path.join(home, 'lib/vscode/out/server-main.js'),
      '--accept-server-license-terms',
      ...['--install-extension', vsix, '--force'],
      ...['--extensions-dir', path.join(dataDir, 'extensions')],
      ...['--server-data-dir', path.join(dataDir, 'server')],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
}
