import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BadInput } from '../core/failure.ts';
import { isAlive } from '../serve/process/alive.ts';
import { starting, TargetBusy, type Claim } from './lease.ts';

/**
 * Where a target keeps who is changing it, for those who deploy from other machines. Notes have numbers; the
 * highest says who holds the target. All that is asked of a place is that of two who make the same number, one
 * is refused.
 */
export interface LeasePlace {
  /** Numbers of the notes that are there; none when there is no place for them yet. */
  numbers(signal: AbortSignal): Promise<readonly number[]>;
  /** null when there is no such note. */
  read(number: number, signal: AbortSignal): Promise<string | null>;
  /** @returns false when there is a note of that number */
  create(number: number, text: string, signal: AbortSignal): Promise<boolean>;
  /** Nothing to do when there is none. */
  remove(number: number, signal: AbortSignal): Promise<void>;
}

const note = z.object({
  by: z.string(),
  brief: z.boolean().optional().describe('Held for a moment, which others wait for'),
  pid: z.number(),
  host: z.string(),
  boot: z.string().nullable().describe('Tells machines of one name apart'),
  since: z.string().describe('ISO time'),
  until: z.string().describe('ISO time; renewed while its holder lives'),
  token: z.string(),
});
type Note = z.infer<typeof note>;

export interface LeaseTimes {
  /** Milliseconds that a lease lasts after it was last renewed. */
  readonly last: number;
  readonly renew: number;
}

const usual: LeaseTimes = { last: 90_000, renew: 20_000 };
const askMs = 20_000;
/** Tokens that this process let go of, also where the target could not be told. */
const letGo = new Set<string>();

/** The right to change a target, kept in the target itself. One that is not renewed ends by itself. */
export class TargetLease {
  readonly #place: LeasePlace;
  readonly #times: LeaseTimes;
  readonly #beat: NodeJS.Timeout;
  #note: Note;
  #number: number;
  #lost = false;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(place: LeasePlace, held: Note, number: number, times: LeaseTimes) {
    this.#place = place;
    this.#times = times;
    this.#note = held;
    this.#number = number;
    this.#beat = setInterval(() => {
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, times.renew);
    this.#beat.unref();
  }

  /** @throws BadInput `target-busy` naming the holder and since when; what the place says when it cannot be asked */
  static async take(
    place: LeasePlace,
    claim: Claim,
    log: (line: string) => void,
    signal: AbortSignal,
    times: LeaseTimes = usual,
  ): Promise<TargetLease> {
    const found = await latest(place, signal);
    if (found !== null) {
      if (await lives(place, found, times, signal)) throw busy(found.note);
      log('the deployment before this one stopped without letting go of the target; taking over');
    }
    const mine: Note = {
      ...claim,
      pid: process.pid,
      host: hostname(),
      boot: bootId(),
      since: new Date().toISOString(),
      until: until(times),
      token: randomBytes(16).toString('hex'),
    };
    const number = (found?.number ?? 0) + 1;
    const text = JSON.stringify(mine);
    if (!(await makes(place, number, text, signal))) throw busy((await latest(place, signal))?.note ?? null);
    const lease = new TargetLease(place, mine, number, times);
    try {
      for (const old of await place.numbers(signal)) if (old < number) await place.remove(old, signal);
      await lease.check();
      return lease;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** A sentence naming who holds it; null when nobody does whose lease has not ended. */
  static async holder(place: LeasePlace, signal: AbortSignal): Promise<string | null> {
    const found = await latest(place, signal);
    if (found === null || hasDied(found.note) || hasEnded(found.note)) return null;
    return sentenceOf(found.note);
  }

  /** @throws BadInput `lease-lost` when another took over, or it could not be renewed in time */
  async check(): Promise<void> {
    await this.#renewing;
    const highest = this.#lost ? null : Math.max(...(await this.#place.numbers(asked())));
    if (highest !== this.#number || hasEnded(this.#note))
      throw new BadInput('lease-lost', 'Another deployment took this target over. Look at its status first.');
  }

  /** A target that cannot be asked is let go of by time. */
  async release(): Promise<void> {
    clearInterval(this.#beat);
    letGo.add(this.#note.token);
    await this.#renewing;
    await this.#place.remove(this.#number, asked()).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    if (this.#lost) return;
    const next: Note = { ...this.#note, until: until(this.#times) };
    try {
      if (!(await makes(this.#place, this.#number + 1, JSON.stringify(next), asked()))) {
        this.#lost = true;
        return;
      }
      this.#note = next;
      this.#number += 1;
      await this.#place.remove(this.#number - 1, asked());
    } catch {
      // The next beat tries again, until the time is over.
    }
  }
}

/** What is there counts: a place may refuse what it took and was asked again, or keep the second of two. */
async function makes(place: LeasePlace, number: number, text: string, signal: AbortSignal): Promise<boolean> {
  await place.create(number, text, signal);
  return (await place.read(number, signal)) === text;
}

interface Found {
  readonly number: number;
  /** null: it cannot be read. */
  readonly note: Note | null;
}

async function latest(place: LeasePlace, signal: AbortSignal): Promise<Found | null> {
  const numbers = await place.numbers(signal);
  if (numbers.length === 0) return null;
  const number = Math.max(...numbers);
  const text = await place.read(number, signal);
  // It was let go of, or renewed, meanwhile: either way someone is there.
  if (text === null) return (await place.numbers(signal)).length === 0 ? null : { number, note: null };
  return { number, note: parsed(text) };
}

/** A clock that differs from this machine's ends no lease: one that seems over is looked at for a renewal. */
async function lives(
  place: LeasePlace,
  { number, note: held }: Found,
  { renew }: LeaseTimes,
  signal: AbortSignal,
): Promise<boolean> {
  if (hasDied(held)) return false;
  if (held !== null && !hasEnded(held)) return true;
  await sleep(1.5 * renew, undefined, { signal });
  return Math.max(0, ...(await place.numbers(signal))) !== number;
}

/** Of a process of this machine: whether it is gone, or was let go of by this one. */
function hasDied(held: Note | null): boolean {
  if (held === null) return false;
  if (letGo.has(held.token)) return true;
  return held.host === hostname() && held.boot === bootId() && !isAlive(held.pid);
}

function hasEnded(held: Note | null): boolean {
  return held !== null && Date.parse(held.until) < Date.now();
}

function busy(held: Note | null): TargetBusy {
  return new TargetBusy(sentenceOf(held), held === null || held.brief === true);
}

function sentenceOf(held: Note | null): string {
  if (held === null) return starting;
  return `${held.by} (process ${held.pid} on ${held.host}) has been deploying since ${held.since}.`;
}

function parsed(text: string): Note | null {
  try {
    return note.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function until({ last }: LeaseTimes): string {
  return new Date(Date.now() + last).toISOString();
}

function asked(): AbortSignal {
  return AbortSignal.timeout(askMs);
}

/** null where a system does not say. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
