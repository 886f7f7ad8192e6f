import { labelledRows, type Scored } from '../metrics/scored.ts';

export interface LabelDistribution {
  readonly labelled: number;
  /** Rows of each class; null for regression. */
  readonly classes: readonly { readonly name: string; readonly count: number }[] | null;
}

export function labelDistribution(scored: Scored): LabelDistribution {
  const rows = labelledRows(scored);
  if (scored.kind === 'regression') return { labelled: rows.length, classes: null };
  const counts = new Uint32Array(scored.classes.length);
  const { labels } = scored;
  for (let i = 0; i < rows.length; i++) counts[labels[rows[i]!]!]!++;
  return {
    labelled: rows.length,
    classes: scored.classes.map((name, index) => ({ name, count: counts[index]! })),
  };
}
