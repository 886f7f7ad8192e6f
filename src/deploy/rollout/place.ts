import type { Change } from '../changes.ts';
import { goingBack, promotion } from '../changes.ts';
import type { ChangeMaker, Known, Wanted } from '../changeMaker.ts';
import type { Place } from '../place.ts';
import type { RunContext } from '../run.ts';
import type { DeployOptions } from '../services.ts';
import type { RolloutPlace } from './follow.ts';
import { rolloutOf, type RolloutState } from './state.ts';

/** The place of a canary, as following it needs it. */
export function rolloutPlace(maker: ChangeMaker, place: Place, options: DeployOptions): RolloutPlace {
  const { signal = never() } = options;
  const target = place.entry.name;
  const act = async (seen: RolloutState, change: (known: Known) => Change): Promise<void> => {
    await maker.holding(place, options, async context => {
      const wanted: Wanted = known => (same(known.state, seen) ? change(known) : null);
      return await maker.change(place, wanted, options, context);
    });
  };
  return {
    state: () => stateOf(place),
    measure: async () => {
      try {
        return (await place.target.measure?.(signal)) ?? null;
      } catch (error) {
        signal.throwIfAborted();
        options.onEvent?.({ kind: 'log', line: `cannot be measured: ${sentenceOf(error)}` });
        return null;
      }
    },
    append: async (seen, records) => {
      const note = async ({ journal, emit }: RunContext): Promise<void> => {
        if (!same(rolloutOf(journal.records), seen)) return;
        for (const record of records) {
          await journal.append(record);
          emit({ kind: 'record', record });
        }
      };
      await maker.holding(place, options, note, true);
    },
    promote: seen => act(seen, ({ stories, state }) => promotion(target, stories, state, false)),
    goBack: (seen, reason) =>
      act(seen, ({ stories, state }) => goingBack(target, { stories, state, to: undefined, reason })),
    recover: async () => {
      await maker.holding(place, options, context => maker.recover(place, context, true));
    },
  };
}

export async function stateOf(place: Place): Promise<RolloutState | null> {
  return rolloutOf((await place.journal()).records);
}

/** Whether a canary is still where it was seen. */
function same(a: RolloutState | null, b: RolloutState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function never(): AbortSignal {
  return new AbortController().signal;
}
