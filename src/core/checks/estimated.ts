import { calibrator, estimatedMetrics, expectedAuc } from '../metrics/estimated.ts';
import { pointMetrics } from '../metrics/evaluate.ts';
import { isLabelled, labelledRows, type ClassScores, type Scored } from '../metrics/scored.ts';
import { seeded } from '../random.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import { sortOrder } from '../stats/ranks.ts';
import type { Check } from './check.ts';
import { tableOf } from './evidence.ts';
import { number } from '../words.ts';

/** Group I: how good the answers are where labels are few or none. */

const base = { group: 'monitoring', severity: 'warn', unit: null } as const;
const draws = 200;
const mostRows = 20_000;
const notBinary = { notRun: 'Only the probabilities of a binary task are estimated with.' } as const;

function positiveScores({ scores, classes, positive }: ClassScores, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => scores[row * classes.length + positive!]!);
}

function binary(scored: Scored | null): ClassScores | null {
  return scored?.kind === 'classification' && scored.positive !== null && scored.probabilities
    ? scored
    : null;
}

/** Rows at even steps, at most so many. */
function some(rows: Int32Array): Int32Array {
  if (rows.length <= mostRows) return rows;
  const step = rows.length / mostRows;
  return Int32Array.from({ length: mostRows }, (_, i) => rows[Math.floor(i * step)]!);
}

const estimatedPerformance: Check = {
  ...base,
  id: 'estimated-performance',
  title: 'Estimated performance without labels',
  needs: ['answers', 'data', 'reference'],
  threshold: { op: '<=', value: 0.1, source: 'a tenth of what the reference has lost' },
  run: ({ scored, referenceScored, seed }) => {
    const [now, before] = [binary(scored), binary(referenceScored)];
    if (now === null || before === null) return notBinary;
    const known = labelledRows(before);
    const rows = some(Int32Array.from({ length: now.n }, (_, row) => row));
    const realised = pointMetrics(before).get('roc_auc');
    if (known.length === 0 || realised === undefined)
      return { notRun: 'The reference has no labels of both classes to calibrate the probabilities with.' };
    const rising = calibrator(
      positiveScores(before, known),
      Float64Array.from(known, row => (before.labels[row] === before.positive ? 1 : 0)),
    );
    const scores = positiveScores(now, rows);
    const calibrated = scores.map(rising);
    const called = Uint8Array.from(rows, row => (now.predicted[row] === now.positive ? 1 : 0));
    const estimate = estimatedMetrics(scores, calibrated, called);
    if (!Number.isFinite(estimate.roc_auc))
      return { notRun: 'The calibrated probabilities are all 0 or all 1.' };
    const loss = (auc: number): number => (realised - auc) / realised;
    const spread = drawnAucs(scores, calibrated, seed);
    return {
      value: loss(estimate.roc_auc),
      interval: {
        low: loss(quantileOfSorted(spread, 0.975)),
        high: loss(quantileOfSorted(spread, 0.025)),
        level: 0.95,
        method: `outcomes drawn from the calibrated probabilities, ${draws} times`,
      },
      finding: `ROC AUC is estimated at ${number(estimate.roc_auc)} on this data (CBPE), and is ${number(realised)} on the reference.`,
      advice:
        'Label a sample of this data. The estimate holds while inputs alone change, and calibration on training rows makes it too good.',
      evidence: tableOf(
        ['metric', 'estimated'],
        Object.entries(estimate).map(([name, value]: [string, number]) => [name, value]),
      ),
    };
  },
};

/** ROC AUC when each row's outcome is drawn with its probability, ascending. */
function drawnAucs(scores: Float64Array, calibrated: Float64Array, seed: number): Float64Array {
  const random = seeded(seed);
  const order = sortOrder(scores);
  const outcome = new Uint8Array(scores.length);
  const found = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    for (let row = 0; row < outcome.length; row++) outcome[row] = random() < calibrated[row]! ? 1 : 0;
    found[draw] = expectedAuc(scores, order, outcome);
  }
  return found.filter(value => !Number.isNaN(value)).sort();
}

const calibrationDrift: Check = {
  ...base,
  id: 'calibration-drift',
  title: 'Drift of the calibration',
  needs: ['answers', 'data', 'labels', 'reference'],
  threshold: { op: '<=', value: 0.05, source: 'five points more than on the reference' },
  run: ({ scored, referenceScored, metrics }) => {
    if (scored?.kind !== 'classification' || !scored.probabilities)
      return { notRun: 'The answers are no probabilities.' };
    const labelled = referenceScored !== null && referenceScored.n > 0 && anyLabel(referenceScored);
    const before = labelled ? pointMetrics(referenceScored).get('expected_calibration_error') : undefined;
    const now = metrics.find(one => one.name === 'expected_calibration_error');
    if (before === undefined || now?.value == null)
      return { notRun: 'The calibration error is not known on both the data and the reference.' };
    const { interval } = now;
    return {
      value: now.value - before,
      interval:
        interval === null ? null : { ...interval, low: interval.low - before, high: interval.high - before },
      finding: `The calibration error is ${number(now.value)} here and ${number(before)} on the reference (ten equal-width bins).`,
      advice: 'Calibrate again on recent rows: the relation of score and outcome has changed.',
    };
  },
};

function anyLabel(scored: Scored): boolean {
  for (let row = 0; row < scored.n; row++) if (isLabelled(scored, row)) return true;
  return false;
}

export const estimatedChecks: readonly Check[] = [estimatedPerformance, calibrationDrift];
