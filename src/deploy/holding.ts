import { BadInput } from '../core/failure.ts';
import { Lease } from './lease.ts';
import type { Place } from './place.ts';
import { TargetLease } from './targetLease.ts';

/** The right to change a target, against others in this workspace and, where the target can tell, elsewhere. */
export interface Held {
  /** @throws BadInput `lease-lost` */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** @throws BadInput `target-busy` naming the holder; `unreachable` or `not-fit` when the target cannot be held */
export async function hold(
  place: Place,
  by: string,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Held> {
  const here = await Lease.take(place.leaseFile, by, log);
  const { lease } = place.target;
  if (lease === undefined) return here;
  try {
    const there = await TargetLease.take(lease, by, log, signal);
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

/** What the doctor finds that a deployment would fail of; null: nothing. */
export async function unfit(target: Place['target'], signal: AbortSignal): Promise<BadInput | null> {
  const bad = (await target.doctor(signal)).filter(({ ok }) => !ok);
  if (bad.length === 0) return null;
  return new BadInput('not-fit', bad.map(({ what, mend }) => `${what} ${mend ?? ''}`.trim()).join('\n'));
}
