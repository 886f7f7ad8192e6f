import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast-dark': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
} as const;
export type Theme = keyof typeof themes;

/** Settings that keep the window quiet: no welcome, no chat, no telemetry, no updates. */
const quiet = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'workbench.tips.enabled': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'git.openRepositoryInParentFolders': 'always',
};

export interface ServerOptions {
  /** Folder of `bin/node` and `lib/vscode`, as tools/vscode/install.sh prints it. */
  readonly home: string;
  /** Holds this server's data, settings and extensions; made when missing. */
  readonly dataDir: string;
  readonly extensionsDir?: string;
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Workspace trust as users have it; off by default, so that everything runs. */
  readonly trust?: boolean;
  /** Accepts an extension under development and its test suite from the page's address. */
  readonly testDriver?: boolean;
  readonly port?: number;
  /** Over that of this process, such as a HOME with keys. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface VsCodeServer {
  readonly port: number;
  readonly output: readonly string[];
  close(): void;
}

/** Starts VS Code's own server on loopback, in a process group of its own. */
export async function startServer(options: ServerOptions): Promise<VsCodeServer> {
  const extensionsDir = options.extensionsDir ?? path.join(options.dataDir, 'extensions');
  mkdirSync(extensionsDir, { recursive: true });
  writeSettings(options);
  const child = spawn(
    path.join(options.home, 'bin/node'),
    [
      path.join(options.home, 'lib/vscode/out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
      ...['--without-connection-token', '--accept-server-license-terms', '--telemetry-level', 'off'],
      ...['--server-data-dir', path.join(options.dataDir, 'server')],
      ...['--user-data-dir', path.join(options.dataDir, 'user')],
      ...['--extensions-dir', extensionsDir],
      '--enable-remote-auto-shutdown',
      ...(options.trust === true ? [] : ['--disable-workspace-trust']),
      ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
    ],
    {
      detached: true,
      env: { ...cleanEnvironment(), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: string[] = [];
  const port = await listening(child, output);
  return { port, output, close: () => killGroup(child) };
}

/** Without what an outer VS Code, Electron or test runner left there. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(ELECTRON_RUN_AS_NODE|NODE_OPTIONS|VSCODE_.*|VITEST.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function listening(child: ChildProcess, output: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output.push(chunk.toString());
      const port = /agent listening on (\d+)/.exec(output.join(''))?.[1];
      if (port !== undefined) resolve(Number(port));
      // It says so and goes on without listening.
      const taken = /EADDRINUSE.* ([\d.]+):(\d+)/.exec(output.join(''));
      if (taken === null) return;
      killGroup(child);
      reject(new Error(`Port ${taken[2]!} on ${taken[1]!} is in use: set PORT to another one.`));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', code => {
      reject(new Error(`VS Code's server ended with code ${code ?? 'none'}:\n${output.join('')}`));
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** A browser window reads the settings of its server's user, and those of the machine beside them. */
function writeSettings(options: ServerOptions): void {
  const settings = {
    ...quiet,
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
    ...options.settings,
  };
  for (const scope of ['User', 'Machine']) {
    const target = path.join(options.dataDir, 'user', scope);
    mkdirSync(target, { recursive: true });
    writeFileSync(path.join(target, 'settings.json'), JSON.stringify(settings, null, 2));
  }
}
