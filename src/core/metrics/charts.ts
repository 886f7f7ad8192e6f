import type { Charts } from '../../protocol/results/validation.ts';
import { wilson } from '../stats/proportion.ts';
import { ladderOf, type Ladder } from './ladder.ts';
import { calibrationBin, calibrationBins, outcomesOf } from './probabilityKernel.ts';
import { labelledRows, type ClassScores, type Scored, type ValueScores } from './scored.ts';

type Point = [number, number];

const mostPoints = 200;
const mostResiduals = 500;
const mostClasses = 50;
const histogramBins = 20;

const none: Charts = {
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
  const rows = labelledRows(scored).filter(row => isFinite(scored, row));
  if (rows.length === 0) return none;
  return scored.kind === 'regression' ? valueCharts(scored, rows) : classCharts(scored, rows);
}

function isFinite(scored: Scored, row: number): boolean {
  if (scored.kind === 'regression') return Number.isFinite(scored.predictions[row]!);
  const k = scored.classes.length;
  for (let at = row * k; at < (row + 1) * k; at++) if (!Number.isFinite(scored.scores[at])) return false;
  return true;
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
    ...none,
    confusion: few ? confusion(scored, rows) : null,
    roc: curves(rocCurve),
    precisionRecall: curves(precisionRecallCurve),
    calibration: scored.probabilities ? calibration(scored, rows) : null,
    thresholds: positive === null ? null : thresholds(ladders[0]!.ladder),
    scores: scoreHistogram(scored, rows),
  };
}

/** A line through `length` points. */
interface Curve {
  readonly length: number;
  readonly point: (at: number) => Point;
}

function rocCurve({ length, tp, fp }: Ladder): Curve | null {
  const [positives, negatives] = [tp[length - 1]!, fp[length - 1]!];
  if (positives === 0 || negatives === 0) return null;
  return {
    length: length + 1,
    point: at => (at === 0 ? [0, 0] : [fp[at - 1]! / negatives, tp[at - 1]! / positives]),
  };
}

function precisionRecallCurve({ length, tp, fp }: Ladder): Curve | null {
  const positives = tp[length - 1]!;
  if (positives === 0) return null;
  return { length, point: at => [tp[at]! / positives, tp[at]! / (tp[at]! + fp[at]!)] };
}

/** First, last, and points at even distance along the curve between them. */
function thinned({ length, point }: Curve): Point[] {
  if (length <= mostPoints) return Array.from({ length }, (_, at) => point(at));
  const steps = new Float64Array(length);
  let total = 0;
  for (let at = 1, before = point(0); at < length; at++) {
    const here = point(at);
    steps[at] = Math.abs(here[0] - before[0]) + Math.abs(here[1] - before[1]);
    total += steps[at]!;
    before = here;
  }
  const stride = total / (mostPoints - 2);
  const kept: Point[] = [];
  let since = 0;
  for (let at = 0; at < length; at++) {
    since += steps[at]!;
    if (at > 0 && at < length - 1 && since < stride) continue;
    kept.push(point(at));
    since = 0;
  }
  return kept;
}

function thresholds({ length, threshold, tp, fp }: Ladder): Charts['thresholds'] {
  const [positives, negatives] = [tp[length - 1]!, fp[length - 1]!];
  const stride = Math.max(1, Math.ceil(length / mostPoints));
  const shown: NonNullable<Charts['thresholds']> = [];
  for (let at = length - 1; at >= 0; at--)
    if (at % stride === 0 || at === length - 1)
      shown.push({
        threshold: threshold[at]!,
        tp: tp[at]!,
        fp: fp[at]!,
        tn: negatives - fp[at]!,
        fn: positives - tp[at]!,
      });
  return shown;
}

function confusion({ classes, labels, predicted }: ClassScores, rows: Int32Array): Charts['confusion'] {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  for (const row of rows) counts[labels[row]!]![predicted[row]!]!++;
  return { labels: [...classes], counts };
}

function calibration(scored: ClassScores, rows: Int32Array): Charts['calibration'] {
  const { probability, happened } = outcomesOf(scored);
  const bins = Array.from({ length: calibrationBins }, () => ({ sum: 0, hits: 0, n: 0 }));
  for (const row of rows) {
    const bin = bins[calibrationBin(probability[row]!)]!;
    bin.sum += probability[row]!;
    bin.hits += happened[row]!;
    bin.n++;
  }
  return bins
    .filter(bin => bin.n > 0)
    .map(({ sum, hits, n }) => {
      const { low, high } = wilson(hits, n);
      return { predicted: sum / n, observed: hits / n, low, high, n };
    });
}

/** The positive class's score; the highest score of more than two classes. */
function scoreHistogram(scored: ClassScores, rows: Int32Array): Charts['scores'] {
  const { probability } = outcomesOf(scored);
  const edges = scored.probabilities ? evenEdges(0, 1) : edgesOver(rows, row => probability[row]!);
  const shown = scored.classes.slice(0, mostClasses);
  const counts = shown.map((name, index) => ({
    class: name,
    n: histogram(
      edges,
      rows.filter(row => scored.labels[row] === index),
      row => probability[row]!,
    ),
  }));
  return { edges, counts };
}

function valueCharts({ labels, predictions }: ValueScores, rows: Int32Array): Charts {
  const residual = (row: number): number => predictions[row]! - labels[row]!;
  const both = edgesOver(
    Float64Array.from([...rows].flatMap(row => [labels[row]!, predictions[row]!])),
    v => v,
  );
  const edges = edgesOver(rows, residual);
  const stride = Math.max(1, rows.length / mostResiduals);
  const shown = Int32Array.from(
    { length: Math.min(rows.length, mostResiduals) },
    (_, i) => rows[Math.floor(i * stride)]!,
  );
  return {
    ...none,
    scores: {
      edges: both,
      counts: [
        { class: 'label', n: histogram(both, rows, row => labels[row]!) },
        { class: 'prediction', n: histogram(both, rows, row => predictions[row]!) },
      ],
    },
    residuals: {
      points: Array.from(shown, (row): Point => [predictions[row]!, residual(row)]),
      edges,
      counts: histogram(edges, rows, residual),
    },
  };
}

function evenEdges(low: number, high: number): number[] {
  return Array.from({ length: histogramBins + 1 }, (_, i) => low + ((high - low) * i) / histogramBins);
}

function edgesOver(items: Int32Array | Float64Array, value: (item: number) => number): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const item of items) {
    low = Math.min(low, value(item));
    high = Math.max(high, value(item));
  }
  return low === high ? evenEdges(low - 0.5, high + 0.5) : evenEdges(low, high);
}

function histogram(edges: readonly number[], rows: Int32Array, value: (row: number) => number): number[] {
  const counts = new Array<number>(histogramBins).fill(0);
  const [low, high] = [edges[0]!, edges.at(-1)!];
  for (const row of rows) {
    const bin = Math.floor(((value(row) - low) / (high - low)) * histogramBins);
    counts[Math.max(0, Math.min(histogramBins - 1, bin))]!++;
  }
  return counts;
}
