import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { tokenVariable, type Listening } from '../../../serve/listening.ts';
import { readListening, startDetached, urlOf } from '../../../serve/start.ts';
import { writeAtomic } from '../../../workspace/atomic.ts';
import type { ClientAccess } from '../httpClient.ts';
import { OpenInference } from '../openInference.ts';

/** Where and how it listens, as a file beside it says. */
export const place = z.object({
  host: z.string(),
  port: z.number(),
  workers: z.number(),
  args: z.array(z.string()).describe('Further options of the server'),
});
type Place = z.infer<typeof place>;

export interface Where extends Place {
  /** null: anyone may ask. */
  readonly token: string | null;
}

const run = promisify(execFile);
const drainMs = 12_000;
const pollMs = 50;

/** The server process of a local target, found again by what it announced in the target's folder. */
export class ServerProcess {
  readonly #dir: string;
  readonly #serverFile: string;
  readonly #access: ClientAccess;

  /** @param access with which the server is asked */
  constructor(dir: string, serverFile: string, access: ClientAccess = {}) {
    this.#dir = dir;
    this.#serverFile = serverFile;
    this.#access = access;
  }

  get #announce(): string {
    return join(this.#dir, 'server.json');
  }

  get #placeFile(): string {
    return join(this.#dir, 'place.json');
  }

  get #logFile(): string {
    return join(this.#dir, 'server.log');
  }

  /** What runs and answers as ours; null when nothing does. */
  async find(signal: AbortSignal): Promise<{ listening: Listening; client: OpenInference } | null> {
    const listening = await readListening(this.#announce);
    if (listening === null) return null;
    const client = new OpenInference(urlOf(listening), this.#access);
    return (await client.isInstance(listening.instance, signal)) ? { listening, client } : null;
  }

  /**
   * How a process of ours that runs was started, even one that does not answer us; null when none does.
   * Its token is undefined where the system does not show it.
   */
  async runsAs(signal: AbortSignal): Promise<(Place & { readonly token: string | null | undefined }) | null> {
    const listening = await readListening(this.#announce);
    if (listening === null || !(await this.#isOurs(listening, signal))) return null;
    const { host, listening: port, pid } = listening;
    const started = await readFile(this.#placeFile, 'utf8').catch(() => null);
    const { workers, args } = started === null ? { workers: 1, args: [] } : place.parse(JSON.parse(started));
    return { host, port, workers, args, token: await tokenOf(pid) };
  }

  /** @throws BadInput with the server's own sentence, such as that the port is in use */
  async start(where: Where, signal: AbortSignal): Promise<Listening> {
    // One of ours that no longer answers would hold the port.
    await this.stop(signal);
    // Without the token, which it does not know.
    await writeAtomic(this.#placeFile, JSON.stringify(place.parse(where)));
    const listening = await startDetached({
      serverFile: this.#serverFile,
      dir: this.#dir,
      ...where,
      announce: this.#announce,
      logFile: this.#logFile,
      signal,
    });
    await new OpenInference(urlOf(listening), this.#access).hasStarted(listening.instance, signal);
    return listening;
  }

  /** Stops it when it is ours: lets requests in work end first. Nothing to do when it is gone. */
  async stop(signal: AbortSignal): Promise<void> {
    const listening = await readListening(this.#announce);
    if (listening === null) return;
    if (await this.#isOurs(listening, signal)) {
      process.kill(listening.pid, 'SIGTERM');
      const deadline = Date.now() + drainMs;
      while (Date.now() < deadline && isAlive(listening.pid)) await sleep(pollMs);
      if (isAlive(listening.pid) && (await this.#isOurs(listening, signal)))
        process.kill(listening.pid, 'SIGKILL');
    }
    await rm(this.#announce, { force: true });
  }

  async logs(lines: number): Promise<readonly string[]> {
    const text = await readFile(this.#logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1).slice(-lines);
  }

  /** A pid may have been given to another process: ours carries the word it was started with. */
  async #isOurs(listening: Listening, signal: AbortSignal): Promise<boolean> {
    const { pid, instance } = listening;
    if (instance === null || !isAlive(pid)) return false;
    if (process.platform === 'linux') {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // A process that has ended but was not yet reaped has no command line left.
      return line.split('\0').includes(instance);
    }
    if (process.platform === 'win32')
      return await new OpenInference(urlOf(listening), this.#access).isInstance(instance, signal);
    const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.includes(instance);
  }
}

/**
 * The token that a process of this user was started with, which no file has.
 * @returns null: none; undefined: the system does not show it
 */
async function tokenOf(pid: number): Promise<string | null | undefined> {
  if (process.platform !== 'linux') return undefined;
  const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => null);
  if (variables === null) return undefined;
  const head = `${tokenVariable}=`;
  const found = variables.split('\0').find(variable => variable.startsWith(head));
  return found?.slice(head.length) ?? null;
}

/** @throws BadInput when the port cannot be listened on */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', error =>
      reject(
        new BadInput('port-in-use', `Port ${port} on ${host} is in use (${error.message}). Choose another.`),
      ),
    );
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
