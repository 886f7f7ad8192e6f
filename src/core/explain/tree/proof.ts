import { isForestLeaf, type Forest, type ForestNode } from './forest.ts';
import { applyLink, isScalar, type Link } from './link.ts';

/** How near the parsed model comes to the runtime's own scores. */
export interface Reading {
  /** Largest |own score - runtime's score|. */
  readonly largestError: number;
  /** Why the exact method is refused; null when every score agrees to the runtime's float32. */
  readonly refused: string | null;
}

/** Relative rounding of the runtime's sums and answers. */
export const roundings = { float32: 2 ** -24, float64: 2 ** -53 } as const;
export type Precision = keyof typeof roundings;

/**
 * The proof of a reading: our evaluation of the parsed model equals the runtime's output, row by row, up to the
 * rounding of sums.
 * @param margins n x columns, as evaluated from the parsed model
 * @param scores n x columns, the runtime's score output for the same rows
 * @param rounding error that the runtime's sums of such terms may have (`roundingOf`)
 * @param precision of the runtime's scores
 */
export function proveReading(
  margins: Float64Array,
  columns: number,
  link: Link,
  scores: ArrayLike<number>,
  rounding: number,
  precision: Precision = 'float32',
): Reading {
  const epsilon = roundings[precision];
  const own = applyLink(link, margins, columns);
  if (own.length !== scores.length)
    return {
      largestError: Infinity,
      refused: `The parsed model gives ${own.length} scores where the runtime gives ${scores.length}: explain it as a black box.`,
    };
  const high = applyLink(
    isScalar(link) ? link : 'identity',
    margins.map(m => m + rounding),
    columns,
  );
  const low = applyLink(
    isScalar(link) ? link : 'identity',
    margins.map(m => m - rounding),
    columns,
  );
  let largestError = 0;
  let refused: string | null = null;
  own.forEach((score, at) => {
    const theirs = scores[at]!;
    const error =
      score === theirs || (Number.isNaN(score) && Number.isNaN(theirs)) ? 0 : Math.abs(score - theirs);
    largestError = Number.isNaN(error) ? NaN : Math.max(largestError, error);
    const allowed = Math.abs(high[at]! - low[at]!) + 8 * epsilon * Math.max(1, Math.abs(score));
    if (refused === null && error !== 0 && !(error <= allowed))
      refused =
        `Row ${Math.floor(at / columns)} shows that the model is not read as the runtime runs it: ` +
        `${score} instead of ${theirs}. Explain it as a black box.`;
  });
  return { largestError, refused };
}

/**
 * Error that the runtime's sum of the forest's leaves may have: each partial sum rounds, and roundings go both
 * ways, so that they grow with the square root of their number.
 */
export function roundingOf(forest: Forest, precision: Precision = 'float32'): number {
  const size = forest.trees.reduce((sum, tree) => sum + largestLeaf(tree), 0);
  const base = forest.base.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return 4 * roundings[precision] * (Math.sqrt(forest.trees.length) + 4) * (size + base);
}

function largestLeaf(node: ForestNode): number {
  if (isForestLeaf(node)) return node.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.max(largestLeaf(node.whenTrue), largestLeaf(node.whenFalse));
}
