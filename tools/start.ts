import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleCopy } from './example.ts';
import { command, root } from './steps.ts';

/** Opens the example workspace: in desktop VS Code when `code` is there, else in the browser on loopback. */
const workspace = path.join(root, '.tools/workspace');
if (!existsSync(workspace)) {
  mkdirSync(path.dirname(workspace), { recursive: true });
  exampleCopy(process.argv[2] ?? 'credit-risk', workspace);
}

const desktop = spawnSync('code', ['--version'], { stdio: 'ignore' }).status === 0;
process.exitCode = desktop ? await openDesktop() : await openBrowser();

async function openDesktop(): Promise<number> {
  const built = await command('node', ['esbuild.js']);
  if (built !== 0) return built;
  return command('code', [`--extensionDevelopmentPath=${root}`, workspace]);
}

async function openBrowser(): Promise<number> {
  const { vscodeHome } = await import('./vscode/home.ts');
  const { startServer } = await import('./vscode/server.ts');
  const { installVsix } = await import('./vscode/extension.ts');
  const packaged = await command('node', ['tools/package.ts']);
  if (packaged !== 0) return packaged;
  const home = vscodeHome();
  const dataDir = path.join(root, '.tools/vscode');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  installVsix(home, dataDir, path.join(root, `slipway-${process.platform}-${process.arch}-${version}.vsix`));
  const server = await startServer({ home, dataDir, port: Number(process.env['PORT'] ?? 0), trust: true });
  console.log(`\nOpen http://127.0.0.1:${server.port}/?folder=${encodeURI(workspace)}\nCtrl+C ends it.`);
  const ended = new Promise<number>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
  });
  const code = await ended;
  server.close();
  return code;
}
