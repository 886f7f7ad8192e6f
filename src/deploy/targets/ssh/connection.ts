import { readFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client, type ConnectConfig } from 'ssh2';
import { BadInput } from '../../../core/failure.ts';
import { judgeHostKey, knownKeyTypes, type HostKeyVerdict } from './knownHosts.ts';
import type { SshSettings } from './settings.ts';

const connectMs = 15_000;

/** A session with a host whose key is known. */
export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
}

/** `user@host`, as people say it. */
export function placeOf({ user, host, sshPort }: SshSettings): string {
  return `${user ?? userInfo().username}@${host}${sshPort === 22 ? '' : `:${sshPort}`}`;
}

/**
 * Logs in.
 * @throws BadInput `unreachable`, `host-key` (never sends anything to such a host), `credentials`
 */
export async function logIn(
  settings: SshSettings,
  secret: (name: string) => Promise<string>,
  signal: AbortSignal,
): Promise<Connection> {
  const { host, sshPort, user } = settings;
  const knownText = await readFile(fromHome(settings.knownHosts), 'utf8').catch(() => '');
  const types = knownKeyTypes(knownText, host, sshPort).flatMap(algorithmsOf);
  const credentials = await credentialsOf(settings, secret);
  const socket = await openSocket(settings, signal);
  const client = new Client();
  let verdict: HostKeyVerdict | null = null;
  try {
    await new Promise<void>((done, failed) => {
      const cut = (): void =>
        failed(new BadInput('unreachable', `${host} did not answer the login in time.`));
      AbortSignal.any([signal, AbortSignal.timeout(connectMs)]).addEventListener('abort', cut);
      client.once('ready', done);
      client.once('error', failed);
      client.once('close', () => failed(new BadInput('unreachable', `${host} closed the connection.`)));
      client.connect({
        ...credentials,
        sock: socket,
        username: user ?? userInfo().username,
        readyTimeout: connectMs,
        ...(types.length === 0 ? {} : { algorithms: { serverHostKey: types as never } }),
        hostVerifier: (key: Buffer) => {
          verdict = judgeHostKey(knownText, host, sshPort, key);
          return verdict.known;
        },
      });
    });
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw inWords(error, verdict, settings);
  }
  // What breaks later is told by whatever is being waited for then.
  client.on('error', () => undefined);
  return { client, socket };
}

async function openSocket({ host, sshPort }: SshSettings, signal: AbortSignal): Promise<Socket> {
  return await new Promise<Socket>((done, failed) => {
    // A question is small and waits for the answer before it: held back to be joined with more, each takes 40 ms.
    const socket = connectSocket({ host, port: sshPort, noDelay: true });
    const end = (error: Error): void => {
      socket.destroy();
      failed(error);
    };
    const timer = setTimeout(() => {
      end(
        new BadInput(
          'unreachable',
          `${host} did not answer on port ${sshPort} within ${connectMs / 1000} s.`,
        ),
      );
    }, connectMs);
    const stop = (): void => end(new Error('Cancelled.'));
    signal.addEventListener('abort', stop);
    socket.once('connect', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      done(socket);
    });
    socket.once('error', error => {
      clearTimeout(timer);
      end(new BadInput('unreachable', `${host} cannot be reached on port ${sshPort}: ${error.message}.`));
    });
  });
}

/** @throws BadInput when the key file cannot be used */
async function credentialsOf(
  { key, passphrase, password }: SshSettings,
  secret: (name: string) => Promise<string>,
): Promise<Partial<ConnectConfig>> {
  if (password !== undefined) return { password: await secret(password) };
  if (key === undefined) {
    const agent = process.env.SSH_AUTH_SOCK ?? (process.platform === 'win32' ? 'pageant' : null);
    if (agent === null)
      throw new BadInput('credentials', 'No SSH agent runs (SSH_AUTH_SOCK). Start one, or set `key`.');
    return { agent };
  }
  const privateKey = await readFile(fromHome(key)).catch(() => null);
  if (privateKey === null)
    throw new BadInput('credentials', `There is no readable key ${key}. Check \`key\`.`);
  return { privateKey, ...(passphrase === undefined ? {} : { passphrase: await secret(passphrase) }) };
}

function fromHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/** The signature algorithms by which a host shows a key of this type. */
function algorithmsOf(type: string): readonly string[] {
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type];
}

function inWords(error: unknown, verdict: HostKeyVerdict | null, settings: SshSettings): unknown {
  const { knownHosts, host, sshPort } = settings;
  if (verdict?.known === false) {
    const shown = `${host} shows the key ${verdict.fingerprint} (${verdict.type})`;
    const scan = `ssh-keyscan -p ${sshPort} ${host} >> ${knownHosts}`;
    const sentences = {
      unknown: `${shown}, which ${knownHosts} does not have. Compare it with what the host's administrator says, then add it: ${scan}`,
      changed: `${shown}, and ${knownHosts} has another one for it: the host was set up anew, or someone stands between. Nothing was sent. Ask its administrator.`,
      revoked: `${shown}, which ${knownHosts} says is revoked. Nothing was sent. Ask its administrator.`,
    };
    return new BadInput('host-key', sentences[verdict.why]);
  }
  if (error instanceof BadInput || !(error instanceof Error)) return error;
  const { level } = error as { level?: string };
  const named = settings.passphrase ?? settings.password;
  const renew = named === undefined ? '' : ` Renew the secret ${named} if it has changed.`;
  if (level === 'client-authentication')
    return new BadInput(
      'credentials',
      `${placeOf(settings)} refuses the login: its keys or the password are not accepted, or have expired.${renew}`,
    );
  if (/passphrase|Cannot parse privateKey|decrypt/i.test(error.message))
    return new BadInput(
      'credentials',
      `The key ${settings.key ?? ''} cannot be opened: ${error.message}. ${named === undefined ? 'Set `passphrase`.' : renew.trim()}`,
    );
  return new BadInput('unreachable', `${placeOf(settings)}: ${error.message}.`);
}
