import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { BadInput } from '../core/failure.ts';
import { keepRunning, tokenVariable, type Listening } from './listening.ts';
import { copyModel, type ModelBytes } from './models.ts';
import { servedVersion, servingFile, writeServing, type ServedVersion } from './serving.ts';

const startMs = 60_000;
const keptLines = 5;

export interface StartOptions {
  /** Absolute path of server.js. */
  readonly serverFile: string;
  /** The folder that holds models/ and serving.json. */
  readonly dir: string;
  /** Another serving file than DIR/serving.json. */
  readonly servingFile?: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly allowedHosts?: readonly string[];
  /** Processes that answer requests; 0 is one a core. */
  readonly workers?: number;
  /** Further options of the server. */
  readonly args?: readonly string[];
  /** The bearer token it asks for; null: none, also when this process has one in its environment. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

export interface DetachedOptions extends StartOptions {
  /** Where the server says that it listens. */
  readonly announce: string;
  readonly logFile: string;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Lets requests in work end, then stops it. */
  stop(): Promise<void>;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
}

/**
 * Makes DIR what a server serves: the models' bytes by digest, and serving.json.
 * @throws BadInput when a file is not what its digest says
 */
export async function prepareServing(
  dir: string,
  model: string,
  versions: readonly (ModelBytes & ServedVersion)[],
): Promise<void> {
  for (const version of versions) await copyModel(dir, version);
  await writeServing(join(dir, servingFile), {
    schema: 'slipway/serving@1',
    model,
    versions: servedVersion.array().parse(versions),
  });
}

/**
 * Starts a server that ends with this process. Resolves when it is ready.
 * @param log is given its log lines
 * @throws BadInput with the server's own sentence: port in use, a model that does not load
 */
export async function startServer(
  options: StartOptions,
  log: (line: string) => void,
): Promise<RunningServer> {
  const child = spawn(process.execPath, commandLine(options), {
    env: environment(options),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Until it listens its lines are kept: of a server that does not start, the error tells them.
  const last: string[] = [];
  let take = (line: string): void => {
    last.push(line);
    if (last.length > keptLines) last.shift();
  };
  createInterface(child.stderr!).on('line', line => take(line));
  const said = await whenListening(options, child, () => last);
  last.forEach(log);
  take = log;
  return {
    url: urlOf(said),
    port: said.listening,
    pid: said.pid,
    ended: endOf(child),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await endOf(child);
    },
  };
}

/**
 * Starts a server that outlives this process. Resolves when it is ready and has announced itself; until then
 * it ends with this process, so that a starter that is killed leaves no server nobody knows of.
 * @throws BadInput as `startServer`
 */
export async function startDetached(options: DetachedOptions): Promise<Listening> {
  const { announce, logFile } = options;
  const instance = randomBytes(16).toString('hex');
  await mkdir(dirname(logFile), { recursive: true });
  const logFd = openSync(logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(
      process.execPath,
      [...commandLine(options), '--announce', announce, '--instance', instance],
      {
        env: environment(options),
        detached: true,
        stdio: ['ignore', 'ignore', logFd, 'ipc'],
        windowsHide: true,
      },
    );
  } finally {
    closeSync(logFd);
  }
  const said = await whenListening(options, child, async () =>
    (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-keptLines),
  );
  await new Promise<void>((resolve, reject) => {
    child.send(keepRunning, error => (error === null ? resolve() : reject(error)));
  });
  child.disconnect();
  child.unref();
  return said;
}

/** What a server announced; null when it announced nothing. */
export async function readListening(file: string): Promise<Listening | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Listening;
  } catch {
    return null;
  }
}

/** The first of: it listens, it ended, it took too long, the caller gave up. The last three leave no process. */
async function whenListening(
  { signal, serverFile }: StartOptions,
  child: ChildProcess,
  lastLines: () => readonly string[] | Promise<readonly string[]>,
): Promise<Listening> {
  const limit = AbortSignal.any([AbortSignal.timeout(startMs), ...(signal === undefined ? [] : [signal])]);
  let late = (): void => undefined;
  try {
    return await Promise.race([
      new Promise<Listening>(resolve => child.once('message', said => resolve(said as Listening))),
      endOf(child).then(async code => {
        const lines = (await lastLines()).filter(line => line !== '');
        if (code === 2) throw new BadInput('server-start', lines.at(-1) ?? 'The server did not start.');
        throw new Error(`The server ${serverFile} ended with ${code ?? 'a signal'}: ${lines.join('\n')}`);
      }),
      new Promise<never>((_, reject) => {
        late = () => reject(new Error('The server did not start in time.'));
        limit.addEventListener('abort', late);
      }),
    ]);
  } catch (error) {
    child.kill('SIGKILL');
    signal?.throwIfAborted();
    throw error;
  } finally {
    limit.removeEventListener('abort', late);
  }
}

/** Where a server that listens is asked from this machine. */
export function urlOf({ host, listening, tls }: Pick<Listening, 'host' | 'listening' | 'tls'>): string {
  const asked = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http${tls ? 's' : ''}://${asked.includes(':') ? `[${asked}]` : asked}:${listening}`;
}

function commandLine(options: StartOptions): readonly string[] {
  const { serverFile, dir, host, port, allowedHosts, workers = 1 } = options;
  return [
    serverFile,
    ...['--dir', dir, '--port', String(port), '--workers', String(workers)],
    ...(host === undefined ? [] : ['--host', host]),
    ...(options.servingFile === undefined ? [] : ['--serving', options.servingFile]),
    ...(allowedHosts === undefined ? [] : ['--allowed-hosts', allowedHosts.join(',')]),
    ...(options.args ?? []),
  ];
}

/** In the editor, the program that runs this is the editor: it is told to be Node. */
function environment({ token }: StartOptions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env.NODE_OPTIONS;
  // A variable that is undefined is left out.
  if (token !== undefined) env[tokenVariable] = token ?? undefined;
  return env;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    child.once('error', reject);
    child.once('exit', code => resolve(code));
  });
}
