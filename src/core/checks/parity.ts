import type { Evidence } from '../../protocol/results/validation.ts';
import type { Pair } from '../compare/align.ts';
import type { Cell } from '../data/table.ts';
import type { ClassScores, Scored } from '../metrics/scored.ts';
import type { Check, Outcome } from './check.ts';
import type { CheckFacts, DataFacts, RivalFacts } from './facts.ts';
import { answerScale } from './scale.ts';
import { rowsEvidence } from './evidence.ts';
import { counted, number, percent, whole } from '../words.ts';

/**
 * Group C: the same answers as the original, before it was exported or quantised. Trees answer in steps: a
 * threshold rounded to float32 turns a row to another branch with a large error, so the share of rows counts,
 * not the largest error alone.
 */

const base = {
  group: 'parity',
  needs: ['answers', 'data', 'original'],
  severity: 'fail',
  unit: null,
} as const;

/** |answer - original| <= absolute + relative x |original|, as numpy.allclose. */
interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
  readonly words: string;
}

const sameTolerance: Tolerance = {
  absolute: 1e-5,
  relative: 1e-3,
  words: '0.00001 + 0.001 of the answer',
};
const quantisedTolerance: Tolerance = {
  absolute: 0.02,
  relative: 0.02,
  words: '0.02 + 0.02 of the answer, as for a quantised model',
};

const quantisedOperators = /Quantize|QLinear|Integer$/;

function quantised({ model }: { readonly model: CheckFacts['model'] }): boolean {
  return model?.operators.some(({ name }) => quantisedOperators.test(name)) ?? false;
}

function toleranceOf(facts: CheckFacts): Tolerance {
  return quantised(facts) && !quantised(facts.original!) ? quantisedTolerance : sameTolerance;
}

/** The answers row by row: scores of all classes, or the one value. */
function answersOf(scored: Scored): { readonly values: Float64Array; readonly width: number } {
  return scored.kind === 'regression'
    ? { values: scored.predictions, width: 1 }
    : { values: scored.scores, width: scored.classes.length };
}

/** A check of the pair, where the two can be paired. */
function parity(
  definition: Pick<Check, 'id' | 'title' | 'threshold'> & Partial<Pick<Check, 'severity'>>,
  run: (pair: Pair, facts: CheckFacts, original: RivalFacts) => Outcome,
): Check {
  return {
    ...base,
    ...definition,
    run: facts => {
      const original = facts.original!;
      return original.pair === null
        ? { notRun: original.refusal ?? 'The answers cannot be paired.' }
        : run(original.pair, facts, original);
    },
  };
}

/** The rows with both answers beside their inputs. */
export function pairRows(
  pair: Pair,
  found: { readonly count: number; readonly rows: readonly number[] },
  data: DataFacts | null,
  names: readonly [string, string],
): Evidence | null {
  const evidence = rowsEvidence(found, data);
  if (evidence === null) return null;
  const answers = (row: number): Cell[] =>
    [pair.a, pair.b].map(scored =>
      scored.kind === 'regression' ? scored.predictions[row]! : labelled(scored, row),
    );
  return {
    ...evidence,
    columns: [...names, ...evidence.columns],
    rows: evidence.rows.map((cells, i) => [...answers(evidence.rowIds![i]!), ...cells]),
  };
}

/** "bad (0.512)". */
function labelled({ classes, predicted, scores, positive }: ClassScores, row: number): string {
  const k = classes.length;
  const at = predicted[row]!;
  const score = scores[row * k + (positive ?? Math.max(0, at))]!;
  return `${classes[at] ?? 'none'} (${number(score)})`;
}

const bothNames = ['original', 'model'] as const;

const labelParity = parity(
  {
    id: 'parity-labels',
    title: 'Label agreement with the original',
    threshold: { op: '<=', value: 0.001, source: 'one row in a thousand, as ONNX exporters test' },
  },
  (pair, facts) => {
    const { a, b } = pair;
    if (a.kind === 'regression' || b.kind === 'regression') return { notRun: 'The task is regression.' };
    const rows: number[] = [];
    for (let row = 0; row < a.n; row++) if (a.predicted[row] !== b.predicted[row]) rows.push(row);
    const value = a.n === 0 ? 0 : rows.length / a.n;
    return {
      value,
      finding:
        rows.length === 0
          ? `All ${counted(a.n, 'row')} get the label of the original.`
          : `${counted(rows.length, 'row')} of ${whole(a.n)} (${percent(value)}) get another label than from the original.`,
      advice:
        'Look at the flipped rows: a threshold rounded to float32 or a missing preprocessing step is the usual cause.',
      evidence: pairRows(pair, { count: rows.length, rows }, facts.data, bothNames),
    };
  },
);

const tolerance = parity(
  {
    id: 'parity-tolerance',
    title: 'Rows beyond the tolerance of the original',
    threshold: {
      op: '<=',
      value: 0.01,
      source: 'one row in a hundred; tolerance as torch.onnx.verification',
    },
  },
  (pair, facts) => {
    const { absolute, relative, words } = toleranceOf(facts);
    const [before, now] = [answersOf(pair.a), answersOf(pair.b)];
    const rows: number[] = [];
    for (let row = 0; row < pair.a.n; row++)
      for (let c = 0; c < before.width; c++) {
        const [x, y] = [before.values[row * before.width + c]!, now.values[row * now.width + c]!];
        // NaN of both is the same answer.
        if (Object.is(x, y) || Math.abs(x - y) <= absolute + relative * Math.abs(x)) continue;
        rows.push(row);
        break;
      }
    const value = pair.a.n === 0 ? 0 : rows.length / pair.a.n;
    return {
      value,
      finding:
        rows.length === 0
          ? `All ${counted(pair.a.n, 'row')} are within ${words} of the original.`
          : `${counted(rows.length, 'row')} (${percent(value)}) differ by more than ${words} from the original.`,
      advice: 'Export again in double precision, or compare the preprocessing of the two.',
      evidence: pairRows(pair, { count: rows.length, rows }, facts.data, bothNames),
    };
  },
);

/** Absolute differences of the answers, one a row: the largest of its classes. */
function differences(pair: Pair): Float64Array {
  const [before, now] = [answersOf(pair.a), answersOf(pair.b)];
  const { width } = before;
  const found = new Float64Array(pair.a.n);
  for (let row = 0; row < found.length; row++)
    for (let c = 0; c < width; c++) {
      const at = row * width + c;
      if (Object.is(before.values[at], now.values[at])) continue;
      const size = Math.abs(before.values[at]! - now.values[at]!);
      found[row] = Number.isNaN(size) ? Infinity : Math.max(found[row]!, size);
    }
  return found;
}

const largestError = parity(
  {
    id: 'parity-largest',
    title: 'Largest difference from the original',
    severity: 'warn',
    threshold: { op: '<=', value: 0.1, source: 'a tenth of a score, or of a standard deviation' },
  },
  (pair, facts) => {
    const { divisor, words } = answerScale(facts);
    const found = differences(pair);
    const largest = found.reduce((most, one) => Math.max(most, one), 0);
    const before = answersOf(pair.a);
    let relative = 0;
    found.forEach((size, row) => {
      const own = before.values.subarray(row * before.width, (row + 1) * before.width);
      const scale = own.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
      if (size > 0 && scale > 0) relative = Math.max(relative, size / scale);
    });
    if (!Number.isFinite(largest))
      return { value: null, broken: true, finding: 'One of the two answers NaN where the other does not.' };
    const rows = [...found.keys()]
      .filter(row => found[row]! > 0)
      .sort((x, y) => found[y]! - found[x]! || x - y);
    return {
      value: largest / divisor,
      finding:
        largest === 0
          ? 'Every answer is that of the original to the last digit.'
          : `The largest difference from the original is ${number(largest / divisor)} ${words}, ${percent(relative)} of the answer at most.`,
      advice:
        'Look at these rows: large single differences of trees come from thresholds rounded to float32.',
      evidence: pairRows(pair, { count: rows.length, rows: rows.slice(0, 50) }, facts.data, bothNames),
    };
  },
);

const meanError = parity(
  {
    id: 'parity-mean',
    title: 'Mean difference from the original',
    threshold: { op: '<=', value: 0.01, source: 'a hundredth of a score, or of a standard deviation' },
  },
  (pair, facts) => {
    const { divisor, words } = answerScale(facts);
    const found = differences(pair);
    const mean = found.reduce((sum, one) => sum + one, 0) / Math.max(1, found.length) / divisor;
    if (!Number.isFinite(mean))
      return { value: null, broken: true, finding: 'One of the two answers NaN where the other does not.' };
    return {
      value: mean,
      finding: `The answers differ from the original by ${number(mean)} ${words} on average over ${counted(found.length, 'row')}.`,
      advice: 'Calibrate the quantisation on data like this, or keep the first and last layers in float32.',
    };
  },
);

export const parityChecks: readonly Check[] = [labelParity, tolerance, meanError, largestError];
