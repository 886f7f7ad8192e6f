import type { Charts } from '../../protocol/results/validation.ts';
import { wilson } from '../stats/proportion.ts';
import { sortOrder } from '../stats/ranks.ts';
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
  return scored.scores.subarray(row * k, (row + 1) * k).every(Number.isFinite);
}

function classCharts(scored: ClassScores, rows: Int32Array): Charts {
  const { classes, positive } = scored;
  const few = classes.length <= mostClasses;
  const drawn = positive !== null ? [positive] : few ? classes.map((_, index) => index) : [];
  const ladders = drawn.map(index => ({ name: classes[index]!, steps: ladder(scored, rows, index) }));
  const curves = (
    draw: (steps: readonly Step[], all: Step) => Point[],
  ): { name: string; points: Point[] }[] | null => {
    const series = ladders.flatMap(({ name, steps }) => {
      const points = draw(steps, steps.at(-1)!);
      return points.length === 0 ? [] : [{ name, points: thinned(points) }];
    });
    return series.length === 0 ? null : series;
  };
  return {
    ...none,
    confusion: few ? confusion(scored, rows) : null,
    roc: curves((steps, all) =>
      all.tp === 0 || all.fp === 0
        ? []
        : [[0, 0] as Point, ...steps.map((step): Point => [step.fp / all.fp, step.tp / all.tp])],
    ),
    precisionRecall: curves((steps, all) =>
      all.tp === 0 ? [] : steps.map((step): Point => [step.tp / all.tp, step.tp / (step.tp + step.fp)]),
    ),
    calibration: scored.probabilities ? calibration(scored, rows) : null,
    thresholds: positive === null ? null : thresholds(ladders[0]!.steps),
    scores: scoreHistogram(scored, rows),
  };
}

/** Rows at or above a score: how many are of the class, how many not. */
interface Step {
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
}

/** One step for each distinct score, from the highest down. */
function ladder(scored: ClassScores, rows: Int32Array, index: number): Step[] {
  const k = scored.classes.length;
  const values = Float64Array.from(rows, row => -scored.scores[row * k + index]!);
  const order = sortOrder(values);
  const steps: Step[] = [];
  let [tp, fp] = [0, 0];
  order.forEach((at, rank) => {
    if (scored.labels[rows[at]!] === index) tp++;
    else fp++;
    const next = order[rank + 1];
    if (next === undefined || values[next] !== values[at]) steps.push({ threshold: -values[at]!, tp, fp });
  });
  return steps;
}

/** First, last, and points at even distance along the curve between them. */
function thinned(points: readonly Point[]): Point[] {
  if (points.length <= mostPoints) return [...points];
  const lengths = points.map((point, i) => {
    const before = points[Math.max(0, i - 1)]!;
    return Math.abs(point[0] - before[0]) + Math.abs(point[1] - before[1]);
  });
  const step = lengths.reduce((sum, length) => sum + length, 0) / (mostPoints - 2);
  let since = 0;
  return points.filter((_, i) => {
    since += lengths[i]!;
    const kept = i === 0 || i === points.length - 1 || since >= step;
    if (kept) since = 0;
    return kept;
  });
}

function thresholds(steps: readonly Step[]): Charts['thresholds'] {
  const all = steps.at(-1)!;
  const stride = Math.max(1, Math.ceil(steps.length / mostPoints));
  return steps
    .filter((_, i) => i % stride === 0 || i === steps.length - 1)
    .map(({ threshold, tp, fp }) => ({ threshold, tp, fp, tn: all.fp - fp, fn: all.tp - tp }))
    .reverse();
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
