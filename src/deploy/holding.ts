import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../core/failure.ts';
import { Lease, TargetBusy, type Claim } from './lease.ts';
import type { Place } from './place.ts';
import { TargetLease } from './targetLease.ts';

/** The right to change a target, against others in this workspace and, where the target can tell, elsewhere. */
export interface Held {
  /** @throws BadInput `lease-lost` */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Who holds a target for a moment is waited for so long, looked at so often. */
const patienceMs = 2_000;
const lookMs = 100;

/** @throws BadInput `target-busy` naming the holder; `unreachable` or `not-fit` when the target cannot be held */
export async function hold(
  place: Place,
  claim: Claim,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Held> {
  const here = await patiently(signal, () => Lease.take(place.leaseFile, claim, log));
  const { lease } = place.target;
  if (lease === undefined) return here;
  try {
    const there = await patiently(signal, () => TargetLease.take(lease, claim, log, signal));
    return {
      check: async () => {
        await here.check();
        await there.check();
      },
      release: async () => {
        await there.release();
        await here.release();
      },
    };
  } catch (error) {
    await here.release();
    if (error instanceof BadInput && error.code === 'target-busy') throw error;
    throw await betterSaid(error, place, signal);
  }
}

async function patiently<T>(signal: AbortSignal, take: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;)
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof TargetBusy && error.brief) || Date.now() > deadline) throw error;
      await sleep(lookMs, undefined, { signal });
    }
}

/** Who holds it, in a sentence; null when nobody does, or the target cannot tell. */
export async function holderOf(place: Place, signal: AbortSignal): Promise<string | null> {
  const here = await Lease.holder(place.leaseFile);
  const { lease } = place.target;
  if (here !== null || lease === undefined) return here;
  return await TargetLease.holder(lease, signal).catch(() => null);
}

/** What cannot be asked about a lease has a reason that the target knows a sentence, and a mend, for. */
async function betterSaid(error: unknown, { target }: Place, signal: AbortSignal): Promise<unknown> {
  const { reachable, sentence } = await target.observe(signal);
  if (!reachable) return new BadInput('unreachable', sentence);
  return (await unfit(target, signal)) ?? error;
}

/**
 * What the doctor finds that a change would fail of; null: nothing.
 * @param needsRoom whether it makes what is not there yet
 */
export async function unfit(
  target: Place['target'],
  signal: AbortSignal,
  needsRoom = true,
): Promise<BadInput | null> {
  const bad = (await target.doctor(signal)).filter(({ ok, room }) => !ok && (needsRoom || room !== true));
  if (bad.length === 0) return null;
  return new BadInput('not-fit', bad.map(({ what, mend }) => `${what} ${mend ?? ''}`.trim()).join('\n'));
}
