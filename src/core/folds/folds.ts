import { permutation, seeded } from '../random.ts';

/** The rows that a model is tested on, and those it may be trained on; both ascending. */
export interface Fold {
  /** Which repeat, from 0. */
  readonly repeat: number;
  /** Which fold of it, from 0. */
  readonly fold: number;
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** How rows are divided. */
export type FoldScheme =
  /** Shuffled; with `strata` (a code a row, -1 for none) each fold has the classes in their shares. */
  | {
      readonly kind: 'shuffled';
      readonly strata: Int32Array | null;
      readonly repeats: number;
      readonly seed: number;
    }
  /** Whole groups (a code a row; -1: a group of its own), the largest first into the fold with the fewest rows. */
  | { readonly kind: 'grouped'; readonly groups: Int32Array }
  /** Trained on what came before, tested on what came next: `order` has the rows from the first to the last. */
  | { readonly kind: 'timed'; readonly order: Int32Array }
  /** The fold of each row as given (-1: always trained on), as scikit-learn's PredefinedSplit. */
  | { readonly kind: 'given'; readonly folds: Int32Array };

/** Divides `n` rows into folds. */
export function makeFolds(n: number, folds: number, scheme: FoldScheme): Fold[] {
  switch (scheme.kind) {
    case 'shuffled':
      return Array.from({ length: scheme.repeats }, (_, repeat) =>
        fromMembership(shuffled(n, folds, scheme.strata, scheme.seed + repeat), folds, repeat),
      ).flat();
    case 'grouped':
      return fromMembership(grouped(n, folds, scheme.groups), folds, 0);
    case 'timed':
      return timed(folds, scheme.order);
    case 'given':
      return fromMembership(
        scheme.folds,
        scheme.folds.reduce((most, fold) => Math.max(most, fold), -1) + 1,
        0,
      );
  }
}

function fromMembership(membership: Int32Array, folds: number, repeat: number): Fold[] {
  const rows = Int32Array.from(membership.keys());
  return Array.from({ length: folds }, (_, fold) => ({
    repeat,
    fold,
    train: rows.filter(row => membership[row] !== fold),
    test: rows.filter(row => membership[row] === fold),
  })).filter(({ test }) => test.length > 0);
}

/** Each stratum's rows are dealt out in random order, one after the other, so that no fold has one more than another. */
function shuffled(n: number, folds: number, strata: Int32Array | null, seed: number): Int32Array {
  const order = permutation(seeded(seed), n);
  const membership = new Int32Array(n);
  const sorted = strata === null ? order : Int32Array.from(order).sort((a, b) => strata[a]! - strata[b]!);
  sorted.forEach((row, i) => (membership[row] = i % folds));
  return membership;
}

function grouped(n: number, folds: number, groups: Int32Array): Int32Array {
  const members = new Map<number, number[]>();
  let single = -1;
  for (let row = 0; row < n; row++) {
    const group = groups[row]! < 0 ? single-- : groups[row]!;
    const own = members.get(group);
    if (own === undefined) members.set(group, [row]);
    else own.push(row);
  }
  const membership = new Int32Array(n);
  const sizes = new Float64Array(folds);
  for (const rows of [...members.values()].sort((a, b) => b.length - a.length)) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    sizes[smallest]! += rows.length;
    for (const row of rows) membership[row] = smallest;
  }
  return membership;
}

/** An expanding window: equal parts, each tested after all before it were trained on (scikit-learn's TimeSeriesSplit). */
function timed(folds: number, order: Int32Array): Fold[] {
  const size = Math.floor(order.length / (folds + 1));
  return Array.from({ length: folds }, (_, fold) => {
    const from = order.length - (folds - fold) * size;
    return {
      repeat: 0,
      fold,
      train: order.slice(0, from).sort(),
      test: order.slice(from, from + size).sort(),
    };
  });
}
