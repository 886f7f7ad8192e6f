import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { BadInput } from '../../../core/failure.ts';

const askMs = 30_000;

/** A Docker API, and how it is named to people. */
export interface Connection {
  readonly docker: Docker;
  readonly place: string;
  /** Where ports that it opens on loopback are asked from here; null: not from here. */
  readonly host: string;
}

/** @param socket as in the settings; null: DOCKER_HOST, else the first of the usual sockets that is there */
export async function connect(socket: string | null, env: NodeJS.ProcessEnv): Promise<Connection> {
  const place = socket ?? engineOf(env) ?? (await usualSocket(env));
  const url = /^(tcp|https?|ssh):\/\//.test(place) ? new URL(place) : null;
  // Certificates and the user of a remote API come from DOCKER_CERT_PATH and its like, which the client reads.
  if (url !== null && socket === null) return { docker: new Docker(), place, host: url.hostname };
  if (url === null) {
    const socketPath = place.replace(/^(unix|npipe):\/\//, '');
    // What is not given here the client takes from DOCKER_HOST, and passes a socket over for the host there.
    return { docker: new Docker({ host: '', protocol: 'http', socketPath }), place, host: '127.0.0.1' };
  }
  if (url.protocol === 'ssh:')
    throw new BadInput(
      'docker-socket',
      `Set DOCKER_HOST=${place} in the environment in place of \`socket\`.`,
    );
  const tls = url.protocol === 'https:' || url.port === '2376' || env.DOCKER_TLS_VERIFY === '1';
  const port = url.port === '' ? (tls ? 2376 : 2375) : Number(url.port);
  const remote = { host: url.hostname, port, protocol: tls ? 'https' : 'http' } as const;
  const docker = new Docker({ ...remote, ...(tls ? await certificatesOf(env) : {}) });
  return { docker, place, host: url.hostname };
}

/** DOCKER_HOST as the client reads it: a bare host is one of TCP. */
function engineOf({ DOCKER_HOST: host = '' }: NodeJS.ProcessEnv): string | null {
  if (host === '') return null;
  return /^\/|\/\//.test(host) ? host : `tcp://${host}`;
}

/** What this machine shows a remote API, and checks it by; none without DOCKER_CERT_PATH. */
async function certificatesOf({
  DOCKER_CERT_PATH: folder = '',
}: NodeJS.ProcessEnv): Promise<Pick<Docker.DockerOptions, 'ca' | 'cert' | 'key'>> {
  if (folder === '') return {};
  const read = async (name: string): Promise<Buffer> => {
    const file = join(folder, name);
    return await readFile(file).catch((error: unknown) => {
      throw new BadInput(
        'docker-certificates',
        `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Put ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH, or unset it.`,
      );
    });
  };
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key };
}

async function usualSocket(env: NodeJS.ProcessEnv): Promise<string> {
  if (process.platform === 'win32') return '//./pipe/docker_engine';
  const user = process.getuid?.() ?? 0;
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${user}`;
  const usual = [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    join(runtime, 'docker.sock'),
    join(runtime, 'podman/podman.sock'),
    '/run/podman/podman.sock',
  ];
  for (const file of usual) if ((await stat(file).catch(() => null))?.isSocket() === true) return file;
  return usual[0]!;
}

/**
 * A question to the engine, with a deadline; what it answers instead becomes a sentence.
 * @param what in words, such as "build the image"
 */
export async function asked<T>(
  { place }: Pick<Connection, 'place'>,
  what: string,
  signal: AbortSignal,
  work: Promise<T>,
  ms = askMs,
): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  let late = (): void => undefined;
  const cut = new Promise<never>((_, reject) => {
    late = (): void => reject(new BadInput('unreachable', `${place} did not ${what} within ${ms / 1000} s.`));
    if (limit.aborted) late();
    else limit.addEventListener('abort', late);
  });
  try {
    return await Promise.race([work, cut]);
  } catch (error) {
    signal.throwIfAborted();
    throw inWords(error, place, what);
  } finally {
    limit.removeEventListener('abort', late);
    // What still comes is nobody's.
    work.catch(() => undefined);
  }
}

/** Of an answer of the engine: its status; null when it gave none. */
export function statusOf(error: unknown): number | null {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : null;
}

/** An answer of the engine that is no success. */
export class EngineRefusal extends BadInput {
  readonly status: number;

  constructor(status: number, message: string) {
    super('engine-answer', message);
    this.status = status;
  }
}

/** What its words mean when its disk is full; else nothing. */
export function fullDisk(words: string): string {
  return /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i.test(words)
    ? 'The disk of the container engine is full: free some space there, and deploy again. '
    : '';
}

function inWords(error: unknown, place: string, what: string): unknown {
  if (error instanceof BadInput || !(error instanceof Error)) return error;
  const { code, json } = error as NodeJS.ErrnoException & { json?: unknown };
  const status = statusOf(error);
  if (status !== null) {
    const said = (json as { message?: unknown } | undefined)?.message;
    const words = typeof said === 'string' ? said : error.message;
    return new EngineRefusal(
      status,
      `${fullDisk(words)}The container engine does not ${what}: ${words.trim().replace(/\.?$/, '.')}`,
    );
  }
  if (code === 'EACCES')
    return new BadInput(
      'unreachable',
      `${place} may not be asked by this user. Join the group \`docker\`, or use the user's own socket of Podman (\`systemctl --user start podman.socket\`).`,
    );
  if (code !== undefined)
    return new BadInput(
      'unreachable',
      `No container engine answers on ${place} (${code}). Start Docker, or Podman's socket (\`systemctl --user start podman.socket\`), or set \`socket\`.`,
    );
  return error;
}
