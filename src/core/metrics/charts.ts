import type { Charts } from '../../protocol/results/validation.ts';
import { numbersAt } from '../picked.ts';
import { wilson } from '../stats/proportion.ts';
import { ladderOf, type Ladder } from './ladder.ts';
import { calibrationBin, calibrationBins, outcomesOf } from './probabilityKernel.ts';
import { labelledRows, type ClassScores, type Scored, type ValueScores } from './scored.ts';

type Point = [number, number];

const mostPoints = 200;
const mostResiduals = 500;
const mostClasses = 50;
const histogramBins = 20;

export const noCharts: Charts = {
  confusion: null,
  roc: null,
  precisionRecall: null,
  calibration: null,
  thresholds: null,
  scores: null,
  residuals: null,
};

/** What the page draws over the labelled rows: aggregates, at most about 200 points a curve. */
export function chartsOf(scored: Scored): Charts {
  const rows = finiteRows(scored, labelledRows(scored));
  if (rows.length === 0) return noCharts;
  return scored.kind === 'regression' ? valueCharts(scored, rows) : classCharts(scored, rows);
}

/** The rows themselves when all are finite. */
function finiteRows(scored: Scored, rows: Int32Array): Int32Array {
  const [answers, k] =
    scored.kind === 'regression' ? [scored.predictions, 1] : [scored.scores, scored.classes.length];
  const finite = new Int32Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const end = (row + 1) * k;
    let at = row * k;
    while (at < end && Number.isFinite(answers[at]!)) at++;
    if (at === end) finite[n++] = row;
  }
  return n === rows.length ? rows : finite.subarray(0, n);
}

function classCharts(scored: ClassScores, rows: Int32Array): Charts {
  const { classes, positive } = scored;
  const few = classes.length <= mostClasses;
  const drawn = positive !== null ? [positive] : few ? classes.map((_, index) => index) : [];
  const ladders = drawn.map(index => ({ name: classes[index]!, ladder: ladderOf(scored, rows, index) }));
  const curves = (draw: (ladder: Ladder) => Curve | null): { name: string; points: Point[] }[] | null => {
    const series = ladders.flatMap(({ name, ladder }) => {
      const curve = draw(ladder);
      return curve === null ? [] : [{ name, points: thinned(curve) }];
    });
    return series.length === 0 ? null : series;
  };
  return {
    ...noCharts,
    confusion: few ? confusion(scored, rows) : null,
    roc: curves(rocCurve),
    precisionRecall: curves(precisionRecallCurve),
    calibration: scored.probabilities ? calibration(scored, rows) : null,
    thresholds: positive === null ? null : thresholds(ladders[0]!.ladder, scored.threshold),
    scores: scoreHistogram(scored, rows),
  };
}

/** A line through as many points. */
interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function rocCurve({ length, tp, fp }: Ladder): Curve | null {
  const [positives, negatives] = [tp[length - 1]!, fp[length - 1]!];
  if (positives === 0 || negatives === 0) return null;
  // From the origin.
  const [x, y] = [new Float64Array(length + 1), new Float64Array(length + 1)];
  for (let at = 0; at < length; at++) {
    x[at + 1] = fp[at]! / negatives;
    y[at + 1] = tp[at]! / positives;
  }
  return { x, y };
}

function precisionRecallCurve({ length, tp, fp }: Ladder): Curve | null {
  const positives = tp[length - 1]!;
  if (positives === 0) return null;
  const [x, y] = [new Float64Array(length), new Float64Array(length)];
  for (let at = 0; at < length; at++) {
    x[at] = tp[at]! / positives;
    y[at] = tp[at]! / (tp[at]! + fp[at]!);
  }
  return { x, y };
}

/** First, last, and points at even distance along the curve between them. */
function thinned({ x, y }: Curve): Point[] {
  const { length } = x;
  const point = (at: number): Point => [x[at]!, y[at]!];
  if (length <= mostPoints) return Array.from({ length }, (_, at) => point(at));
  let total = 0;
  for (let at = 1; at < length; at++) total += stepTo(at, x, y);
  const stride = total / (mostPoints - 2);
  const kept = [point(0)];
  let since = 0;
  for (let at = 1; at < length - 1; at++) {
    since += stepTo(at, x, y);
    if (since < stride) continue;
    kept.push(point(at));
    since = 0;
  }
  kept.push(point(length - 1));
  return kept;
}

/** How far a point is from the one before it. */
function stepTo(at: number, x: Float64Array, y: Float64Array): number {
  return Math.abs(x[at]! - x[at - 1]!) + Math.abs(y[at]! - y[at - 1]!);
}

/** Rising: scores at even steps of the ladder, and the threshold in use with what it gives exactly. */
function thresholds({ length, threshold, tp, fp }: Ladder, own: number): Charts['thresholds'] {
  const [positives, negatives] = [tp[length - 1]!, fp[length - 1]!];
  const stride = Math.max(1, Math.ceil(length / mostPoints));
  // Rows at or above it are those of the last rung that is not below it.
  let rung = -1;
  while (rung + 1 < length && threshold[rung + 1]! >= own) rung++;
  const shown: NonNullable<Charts['thresholds']> = [];
  const show = (value: number, at: number): void => {
    const [hits, alarms] = at < 0 ? [0, 0] : [tp[at]!, fp[at]!];
    shown.push({
      threshold: value,
      tp: hits,
      fp: alarms,
      tn: negatives - alarms,
      fn: positives - hits,
    });
  };
  for (let at = length - 1; at >= 0; at--) {
    if (at === rung && threshold[at]! > own) show(own, rung);
    if (at % stride === 0 || at === length - 1 || threshold[at] === own) show(threshold[at]!, at);
  }
  if (rung < 0) show(own, rung);
  return shown;
}

function confusion({ classes, labels, predicted }: ClassScores, rows: Int32Array): Charts['confusion'] {
  const k = classes.length;
  const counts = new Uint32Array(k * k);
  for (let i = 0; i < rows.length; i++) counts[labels[rows[i]!]! * k + predicted[rows[i]!]!]!++;
  return {
    labels: [...classes],
    counts: classes.map((_, label) => [...counts.subarray(label * k, (label + 1) * k)]),
  };
}

function calibration(scored: ClassScores, rows: Int32Array): Charts['calibration'] {
  const { probability, happened } = outcomesOf(scored);
  const sums = new Float64Array(calibrationBins);
  const right = new Float64Array(calibrationBins);
  const counts = new Float64Array(calibrationBins);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const bin = calibrationBin(probability[row]!);
    sums[bin]! += probability[row]!;
    right[bin]! += happened[row]!;
    counts[bin]!++;
  }
  return Array.from(counts, (n, bin) => ({ sum: sums[bin]!, hits: right[bin]!, n }))
    .filter(bin => bin.n > 0)
    .map(({ sum, hits, n }) => {
      const { low, high } = wilson(hits, n);
      return { predicted: sum / n, observed: hits / n, low, high, n };
    });
}

/** The positive class's score; the highest score of more than two classes. */
function scoreHistogram(scored: ClassScores, rows: Int32Array): Charts['scores'] {
  const { probability } = outcomesOf(scored);
  const edges = scored.probabilities ? evenEdges(0, 1) : edgesOver(numbersAt(probability, rows));
  const { classes, labels } = scored;
  const counts = new Uint32Array(classes.length * histogramBins);
  for (let i = 0; i < rows.length; i++)
    counts[labels[rows[i]!]! * histogramBins + binIn(edges, probability[rows[i]!]!)]!++;
  return {
    edges,
    counts: classes.slice(0, mostClasses).map((name, index) => ({
      class: name,
      n: [...counts.subarray(index * histogramBins, (index + 1) * histogramBins)],
    })),
  };
}

function valueCharts(scored: ValueScores, rows: Int32Array): Charts {
  const [labels, predictions] = [numbersAt(scored.labels, rows), numbersAt(scored.predictions, rows)];
  const residuals = predictions.map((prediction, i) => prediction - labels[i]!);
  const both = edgesOver(labels, predictions);
  const edges = edgesOver(residuals);
  const stride = Math.max(1, rows.length / mostResiduals);
  return {
    ...noCharts,
    scores: {
      edges: both,
      counts: [
        { class: 'label', n: histogram(both, labels) },
        { class: 'prediction', n: histogram(both, predictions) },
      ],
    },
    residuals: {
      points: Array.from({ length: Math.min(rows.length, mostResiduals) }, (_, i): Point => {
        const at = Math.floor(i * stride);
        return [predictions[at]!, residuals[at]!];
      }),
      edges,
      counts: histogram(edges, residuals),
    },
  };
}

function evenEdges(low: number, high: number): number[] {
  return Array.from({ length: histogramBins + 1 }, (_, i) => low + ((high - low) * i) / histogramBins);
}

function edgesOver(...all: readonly Float64Array[]): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of all)
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low === high ? evenEdges(low - 0.5, high + 0.5) : evenEdges(low, high);
}

function histogram(edges: readonly number[], values: Float64Array): number[] {
  const counts = new Array<number>(histogramBins).fill(0);
  for (const value of values) counts[binIn(edges, value)]!++;
  return counts;
}

function binIn(edges: readonly number[], value: number): number {
  const [low, high] = [edges[0]!, edges[histogramBins]!];
  const bin = Math.floor(((value - low) / (high - low)) * histogramBins);
  return Math.max(0, Math.min(histogramBins - 1, bin));
}
