import { BadInput } from '../failure.ts';
import { isLabelled, type ClassScores, type Scored } from '../metrics/scored.ts';

/** Two models' answers to the same rows, classes in one order. */
export interface Pair<S extends Scored = Scored> {
  readonly a: S;
  readonly b: S;
  /** Rows that have a label, ascending. */
  readonly rows: Int32Array;
}

/** @throws BadInput when the two do not answer the same question */
export function paired(a: Scored, b: Scored): Pair {
  if (a.kind !== b.kind)
    throw new BadInput(
      'different-tasks',
      `One version is a ${a.kind} model and the other a ${b.kind} model: they cannot be compared. Choose two versions of one task.`,
    );
  if (a.n !== b.n) throw new Error(`compared over ${a.n} and ${b.n} rows`);
  const second = a.kind === 'classification' ? reordered(b as ClassScores, a) : b;
  const rows = Int32Array.from({ length: a.n }, (_, row) => row).filter(
    row => isLabelled(a, row) && isLabelled(second, row),
  );
  return { a, b: second, rows };
}

/** The scores with the classes in the order of the other model. */
function reordered(scored: ClassScores, like: ClassScores): ClassScores {
  const { classes } = like;
  if (classes.length === scored.classes.length && classes.every((name, i) => name === scored.classes[i]))
    return scored;
  const from = classes.map(name => scored.classes.indexOf(name));
  if (from.includes(-1) || classes.length !== scored.classes.length)
    throw new BadInput(
      'different-classes',
      `The versions have different classes: ${classes.join(', ')} against ${scored.classes.join(', ')}. Choose two versions with the same classes.`,
    );
  const to = scored.classes.map(name => classes.indexOf(name));
  const k = classes.length;
  const moved = (index: number): number => (index < 0 ? index : to[index]!);
  return {
    ...scored,
    classes,
    labels: scored.labels.map(moved),
    predicted: scored.predicted.map(moved),
    scores: scored.scores.map((_, at) => scored.scores[at - (at % k) + from[at % k]!]!),
    positive: scored.positive === null ? null : moved(scored.positive),
  };
}
