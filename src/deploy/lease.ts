import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../core/failure.ts';
import { isAlive } from '../serve/process/alive.ts';
import { writeFailure } from '../workspace/atomic.ts';

const beatMs = 2_000;
const staleMs = 20_000;
const settleMs = 100;

/** Who wants to change a target. */
export interface Claim {
  readonly by: string;
  /** For a note about a canary: a moment, which others wait for. */
  readonly brief?: boolean;
}

/** Someone else holds the target. */
export class TargetBusy extends BadInput {
  readonly brief: boolean;

  /** @param who a sentence */
  constructor(who: string, brief: boolean) {
    super('target-busy', `${who} Wait until it is done, or cancel it.`);
    this.brief = brief;
  }
}

export const starting = 'Another deployment is just starting.';

interface Holder extends Claim {
  readonly pid: number;
  readonly host: string;
  /** ISO time. */
  readonly since: string;
  readonly token: string;
}

/**
 * The right to change a target, held by one process at a time: a lock file that says who holds it and whose
 * modification time is the heartbeat. A holder that died on this machine, or whose heart stopped, is taken
 * over from.
 */
export class Lease {
  readonly #file: string;
  readonly #token: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(file: string, token: string) {
    this.#file = file;
    this.#token = token;
    this.#beat = setInterval(() => {
      const now = new Date();
      utimes(file, now, now).catch(() => undefined);
    }, beatMs);
    this.#beat.unref();
  }

  /** @throws BadInput `target-busy` naming the holder, `cannot-write` */
  static async take(file: string, claim: Claim, log: (line: string) => void): Promise<Lease> {
    const holder: Holder = {
      ...claim,
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
      token: randomBytes(16).toString('hex'),
    };
    const text = JSON.stringify(holder);
    const handle = await mkdir(dirname(file), { recursive: true })
      .then(() => open(file, 'wx'))
      .catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
        throw writeFailure(error, file);
      });
    if (handle !== null) {
      try {
        try {
          await handle.writeFile(text);
        } finally {
          await handle.close();
        }
      } catch (error) {
        await rm(file, { force: true });
        throw writeFailure(error, file);
      }
      return new Lease(file, holder.token);
    }
    const busy = await Lease.holder(file);
    if (busy !== null) throw new TargetBusy(busy, (await read(file))?.brief ?? busy === starting);
    log('the deployment before this one stopped without letting go; taking over');
    const mine = `${file}.${holder.token}`;
    try {
      await writeFile(mine, text);
      await rename(mine, file);
    } catch (error) {
      await rm(mine, { force: true });
      throw writeFailure(error, file);
    }
    // Of two that take over at once the later rename wins; both look after it has settled.
    await sleep(settleMs);
    const lease = new Lease(file, holder.token);
    try {
      await lease.check();
    } catch (error) {
      clearInterval(lease.#beat);
      throw error;
    }
    return lease;
  }

  /** A sentence naming who holds it; null when nobody does who still lives. */
  static async holder(file: string): Promise<string | null> {
    const holder = await read(file);
    const beat = await stat(file).catch(() => null);
    if (beat === null) return null;
    const silent = Date.now() - beat.mtimeMs;
    // Made, but not yet written: its holder is just taking it.
    if (holder === null) return silent < staleMs ? starting : null;
    const gone = holder.host === hostname() ? !isAlive(holder.pid) : silent > staleMs;
    if (gone || silent > staleMs) return null;
    return `${holder.by} (process ${holder.pid} on ${holder.host}) has been deploying since ${holder.since}.`;
  }

  /** @throws BadInput `lease-lost` when another took over */
  async check(): Promise<void> {
    if ((await read(this.#file))?.token !== this.#token)
      throw new BadInput('lease-lost', 'Another deployment took this target over. Look at its status first.');
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    if ((await read(this.#file))?.token === this.#token) await rm(this.#file, { force: true });
  }
}

async function read(file: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
