import { useEffect, useRef } from 'preact/hooks';
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

/** The effects of columns or pairs, asked as soon as they are chosen; the ones before stay until then. */
export function useEffects(
  result: Explanation,
  { features, pairs }: Wanted,
  trusted: boolean,
): Asked<'effects'> & { readonly again: () => void; readonly shown: Effects | null } {
  const asked = useAsked('effects', true);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const again = (): void =>
    asked.ask({
      output: outputOf(result),
      space: result.space,
      where: result.cohort?.where ?? null,
      features,
      pairs,
    });
  const key = JSON.stringify([result.job, features, pairs]);
  useEffect(() => {
    if (!trusted || (features.length === 0 && pairs.length === 0)) return;
    timer.current = setTimeout(again, settleMs);
    return () => {
      if (timer.current !== null) clearTimeout(timer.current);
    };
  }, [key, trusted]);
  return { ...asked, again, shown: asked.answer };
}
