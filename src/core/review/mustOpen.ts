import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { MustOpenItem } from '../../protocol/results/review.ts';
import type { Validation } from '../../protocol/results/validation.ts';

/** What a decision rests on. */
export interface Evidence {
  readonly validation: Validation;
  readonly explanation: Explanation | null;
  /** What is live against this version. */
  readonly comparison: Comparison | null;
}

/**
 * What a reviewer opens before signing: every check that fails, every one whose limit would fail and that is
 * undecided, the comparison, the explanation.
 */
export function mustOpen({ validation, explanation, comparison }: Evidence): readonly MustOpenItem[] {
  const rules = validation.checks
    .filter(({ status, severity }) => status === 'fail' || (status === 'inconclusive' && severity === 'fail'))
    .map(({ id, title, finding }) => ({ id, title, why: finding }));
  return [
    ...rules,
    ...(comparison === null
      ? []
      : [{ id: 'comparison', title: 'Comparison with what is live', why: comparison.sentence }]),
    ...(explanation === null ? [] : [{ id: 'explanation', title: 'Explanation', why: explanation.sentence }]),
  ];
}
