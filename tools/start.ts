import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleCopy } from './example.ts';
import { command, root } from './steps.ts';

/** `npm start [EXAMPLE]`: opens an example in desktop VS Code when `code` is there, else in the browser on loopback. */
try {
  const workspace = workspaceOf(process.argv[2] ?? 'credit-risk');
  const desktop = spawnSync('code', ['--version'], { stdio: 'ignore' }).status === 0;
  process.exitCode = desktop ? await openDesktop(workspace) : await openBrowser(workspace);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** A copy that is kept from one start to the next. */
function workspaceOf(example: string): string {
  const examples = readdirSync(path.join(root, 'examples'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name);
  if (!examples.includes(example))
    throw new Error(`There is no example \`${example}\`: choose one of ${examples.join(', ')}.`);
  const workspace = path.join(root, '.tools/workspace', example);
  if (!existsSync(workspace)) {
    mkdirSync(path.dirname(workspace), { recursive: true });
    exampleCopy(example, workspace);
  }
  return workspace;
}

async function openDesktop(workspace: string): Promise<number> {
  const built = await command('node', ['esbuild.js']);
  if (built !== 0) return built;
  return command('code', [`--extensionDevelopmentPath=${root}`, workspace]);
}

async function openBrowser(workspace: string): Promise<number> {
  if (process.platform !== 'linux')
    throw new Error('There is no `code` command: install VS Code, and its `code` command in PATH.');
  const port = Number(process.env['PORT'] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is a whole number from 0 to 65535, not \`${process.env['PORT'] ?? ''}\`.`);
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
  // Without being asked for, this VS Code shows no question: the window would stay in Restricted Mode, where
  // nothing runs.
  const settings = { 'security.workspace.trust.startupPrompt': 'always' };
  const server = await startServer({ home, dataDir, port, trust: true, settings });
  console.log(`\nOpen http://127.0.0.1:${server.port}/?folder=${encodeURI(workspace)}\nCtrl+C ends it.`);
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  server.close();
  return 0;
}
