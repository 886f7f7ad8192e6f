import type { Kernel, KernelMetric, Times } from './kernel.ts';
import type { ClassScores } from './scored.ts';

const binaryNames = [
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'matthews_corrcoef',
  'cohen_kappa',
] as const;
const multiclassNames = [
  'accuracy',
  'balanced_accuracy',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'f1_weighted',
  'matthews_corrcoef',
  'cohen_kappa',
  'precision_weighted',
  'recall_weighted',
  'precision_micro',
  'recall_micro',
  'f1_micro',
] as const;
/** Beyond this many classes only the overall values are given. */
const mostClasses = 50;

const commonPairs = 4096;

/** How often each class is true, predicted, and both. */
class Counts {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  readonly right: Float64Array;
  /** Which of the pairs of label and answer each row has: a row that is drawn adds to one count. */
  readonly #pairs: Int32Array;
  readonly #labels: Int32Array;
  readonly #answers: Int32Array;
  readonly #drawn: Uint32Array;
  n = 0;

  constructor({ classes, labels, predicted }: ClassScores) {
    const k = classes.length;
    [this.truth, this.predicted, this.right] = [
      new Float64Array(k),
      new Float64Array(k),
      new Float64Array(k),
    ];
    const numbers = new Map<number, number>();
    const found: number[] = [];
    const pairs = new Int32Array(labels.length);
    // The numbers of the few pairs that most rows have, plus 1: a Map is asked for the others only.
    const common = new Int32Array(Math.min(k * k, commonPairs));
    for (let row = 0; row < labels.length; row++) {
      if (labels[row]! < 0) continue;
      const pair = labels[row]! * k + predicted[row]!;
      const at = common[pair];
      if (at !== undefined && at > 0) {
        pairs[row] = at - 1;
        continue;
      }
      let number = numbers.get(pair);
      if (number === undefined) numbers.set(pair, (number = found.push(pair) - 1));
      if (at === 0) common[pair] = number + 1;
      pairs[row] = number;
    }
    this.#pairs = pairs;
    this.#labels = Int32Array.from(found, pair => Math.floor(pair / k));
    this.#answers = Int32Array.from(found, pair => pair % k);
    this.#drawn = new Uint32Array(found.length);
  }

  count(rows: Int32Array, times?: Times): void {
    const pairs = this.#pairs;
    const drawn = this.#drawn.fill(0);
    if (times === undefined) for (let i = 0; i < rows.length; i++) drawn[pairs[rows[i]!]!]!++;
    else for (let i = 0; i < rows.length; i++) drawn[pairs[rows[i]!]!]! += times[i]!;
    const { truth, predicted, right } = this;
    truth.fill(0);
    predicted.fill(0);
    right.fill(0);
    this.n = 0;
    for (let pair = 0; pair < drawn.length; pair++) {
      const [label, answer] = [this.#labels[pair]!, this.#answers[pair]!];
      this.n += drawn[pair]!;
      truth[label]! += drawn[pair]!;
      predicted[answer]! += drawn[pair]!;
      if (label === answer) right[label]! += drawn[pair]!;
    }
  }

  accuracy(): number {
    return sum(this.right) / this.n;
  }

  precision(index: number): number {
    return this.right[index]! / this.predicted[index]!;
  }

  recall(index: number): number {
    return this.right[index]! / this.truth[index]!;
  }

  f1(index: number): number {
    return (2 * this.right[index]!) / (this.truth[index]! + this.predicted[index]!);
  }

  /** Mean over the classes whose value counts: `occurs` says which. NaN if one of them is undefined. */
  mean(value: (index: number) => number, occurs: (index: number) => boolean): number {
    let [total, classes] = [0, 0];
    for (let index = 0; index < this.truth.length; index++) {
      if (!occurs(index)) continue;
      total += value(index);
      classes++;
    }
    return total / classes;
  }

  /** Mean over the classes, each by its rows. NaN if one that occurs is undefined. */
  weighted(value: (index: number) => number): number {
    return (
      this.truth.reduce((total, rows, index) => total + (rows > 0 ? value(index) * rows : 0), 0) / this.n
    );
  }

  /** Gorodkin's R_K (2004); undefined when only one class is true or predicted. */
  matthews(): number {
    const square = this.n ** 2;
    const chance = dot(this.truth, this.predicted);
    const spread = (square - dot(this.predicted, this.predicted)) * (square - dot(this.truth, this.truth));
    return (sum(this.right) * this.n - chance) / Math.sqrt(spread);
  }

  kappa(): number {
    const expected = dot(this.truth, this.predicted) / this.n;
    return (sum(this.right) - expected) / (this.n - expected);
  }

  /** Mean recall of the classes that occur; undefined when only one does. */
  balancedAccuracy(): number {
    const present = this.truth.reduce((count, rows) => count + (rows > 0 ? 1 : 0), 0);
    return present < 2
      ? NaN
      : this.mean(
          index => this.recall(index),
          index => this.truth[index]! > 0,
        );
  }
}

/** Metrics of the predicted classes. */
export function decisions(scored: ClassScores): Kernel {
  const counts = new Counts(scored);
  const { positive } = scored;
  if (positive !== null) {
    const negative = 1 - positive;
    return {
      metrics: binaryNames.map(name => ({ name, class: null })),
      measure: (rows, into, at, times) => {
        counts.count(rows, times);
        into[at] = counts.accuracy();
        into[at + 1] = counts.balancedAccuracy();
        into[at + 2] = counts.precision(positive);
        into[at + 3] = counts.recall(positive);
        into[at + 4] = counts.recall(negative);
        into[at + 5] = counts.f1(positive);
        into[at + 6] = counts.matthews();
        into[at + 7] = counts.kappa();
      },
    };
  }
  const listed = scored.classes.length <= mostClasses ? scored.classes.length : 0;
  const metrics: KernelMetric[] = multiclassNames.map(name => ({ name, class: null }));
  for (let index = 0; index < listed; index++)
    for (const name of ['precision', 'recall', 'f1'] as const) metrics.push({ name, class: index });
  return {
    metrics,
    measure: (rows, into, at, times) => {
      counts.count(rows, times);
      const occurs = (index: number): boolean => counts.truth[index]! > 0;
      const appears = (index: number): boolean => occurs(index) || counts.predicted[index]! > 0;
      into[at] = counts.accuracy();
      into[at + 1] = counts.balancedAccuracy();
      into[at + 2] = counts.mean(index => counts.precision(index), appears);
      into[at + 3] = counts.mean(index => counts.recall(index), occurs);
      into[at + 4] = counts.mean(index => counts.f1(index), appears);
      into[at + 5] = counts.weighted(index => counts.f1(index));
      into[at + 6] = counts.matthews();
      into[at + 7] = counts.kappa();
      into[at + 8] = counts.weighted(index => counts.precision(index));
      into[at + 9] = counts.weighted(index => counts.recall(index));
      // One class a row: every wrong decision is a miss of one class and a false alarm of another.
      into.fill(counts.accuracy(), at + 10, at + 13);
      for (let index = 0; index < listed; index++) {
        const start = at + multiclassNames.length + index * 3;
        into[start] = counts.precision(index);
        into[start + 1] = counts.recall(index);
        into[start + 2] = counts.f1(index);
      }
    },
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, index) => total + value * b[index]!, 0);
}
