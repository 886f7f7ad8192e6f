/** A classifier's answers on labelled rows. */
export interface ClassScores {
  readonly kind: 'classification';
  /** The k classes, in the order of the score columns. */
  readonly classes: readonly string[];
  /** Index in `classes`, n of them; -1 is unlabelled. */
  readonly labels: Int32Array;
  /** n x k, row-major. */
  readonly scores: Float64Array;
  /** Index in `classes`, n of them. */
  readonly predicted: Int32Array;
  /** True when the scores are probabilities. */
  readonly probabilities: boolean;
  /** Index of the positive class of a binary task, else null. */
  readonly positive: number | null;
  /** Decision threshold on the positive class's score. */
  readonly threshold: number;
  readonly n: number;
}

/** A regressor's answers on labelled rows. */
export interface ValueScores {
  readonly kind: 'regression';
  /** n of them; NaN is unlabelled. */
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  readonly unit: string | null;
  readonly n: number;
}

export type Scored = ClassScores | ValueScores;

/** The task in the words of slipway.yaml. */
export type ScoredTask = 'binary' | 'multiclass' | 'regression';

export function taskOf(scored: Scored): ScoredTask {
  if (scored.kind === 'regression') return 'regression';
  return scored.positive === null ? 'multiclass' : 'binary';
}

const labelled = new WeakMap<Scored, Int32Array>();

/** The rows that have a label, in order. Looked for once: every check asks. */
export function labelledRows(scored: Scored): Int32Array {
  const known = labelled.get(scored);
  if (known !== undefined) return known;
  const rows = new Int32Array(scored.n);
  let count = 0;
  if (scored.kind === 'regression') {
    for (let row = 0; row < scored.n; row++) if (!Number.isNaN(scored.labels[row]!)) rows[count++] = row;
  } else for (let row = 0; row < scored.n; row++) if (scored.labels[row]! >= 0) rows[count++] = row;
  const found = rows.subarray(0, count);
  labelled.set(scored, found);
  return found;
}

/** Those of the rows whose code (of a label, or of what they are called) is this one. */
export function rowsOfClass(codes: Int32Array, index: number, rows: Int32Array): Int32Array {
  const found = new Int32Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) if (codes[rows[i]!] === index) found[n++] = rows[i]!;
  return found.subarray(0, n);
}

export function isLabelled(scored: Scored, row: number): boolean {
  return scored.kind === 'regression' ? !Number.isNaN(scored.labels[row]!) : scored.labels[row]! >= 0;
}
