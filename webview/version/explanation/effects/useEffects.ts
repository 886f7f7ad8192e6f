import { useEffect, useRef, useState } from 'preact/hooks';
import type { Effects } from '../../../../src/protocol/results/effects.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { useAsked, type Asked } from '../../../asked.ts';
import { outputOf } from '../columns.ts';

/** Names that follow each other this fast, as by arrow keys, are one question (ms). */
const settleMs = 150;

export interface Wanted {
  readonly features: readonly string[];
  readonly pairs: readonly (readonly [string, string])[];
}

export type AskedEffects = Asked<'effects'> & {
  readonly again: () => void;
  /** null when the answer there is, if any, is another question's and none is on its way. */
  readonly shown: Effects | null;
};

/** The effects of columns or pairs, asked as soon as they are chosen; the ones before stay until then. */
export function useEffects(result: Explanation, { features, pairs }: Wanted, trusted: boolean): AskedEffects {
  const asked = useAsked('effects');
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  /** The question that was put last, or given up before it was. */
  const [put, setPut] = useState<string | null>(null);
  const key = JSON.stringify([result.job, features, pairs]);
  const again = (): void => {
    setPut(key);
    asked.ask(
      {
        output: outputOf(result),
        space: result.space,
        where: result.cohort?.where ?? null,
        features,
        pairs,
      },
      key,
    );
  };
  const settle = (): void => {
    if (timer.current !== null) clearTimeout(timer.current);
  };
  const wanted = trusted && (features.length > 0 || pairs.length > 0);
  useEffect(() => {
    if (!wanted) return;
    timer.current = setTimeout(again, settleMs);
    return settle;
  }, [key, wanted]);
  const asking = asked.asking || (wanted && put !== key);
  return {
    ...asked,
    asking,
    again,
    shown: asking || asked.key === key ? asked.answer : null,
    cancel() {
      settle();
      setPut(key);
      asked.cancel();
    },
  };
}
