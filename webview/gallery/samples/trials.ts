import { foldDocument } from '../../../src/core/folds/document.ts';
import { seeded } from '../../../src/core/random.ts';
import type { VersionRow } from '../../../src/protocol/pages.ts';
import type { CrossValidation } from '../../../src/protocol/results/crossValidation.ts';
import type { RankingResult } from '../../../src/protocol/results/ranking.ts';
import type { TrialsPage } from '../../../src/protocol/trialPages.ts';
import { digest, model } from './refs.ts';
import type { Sample } from './sample.ts';

/** Made-up trials for looking at their page. No number here is a result. */

const random = seeded(4);
const data = { digest: digest(9), path: 'data/holdout.csv', role: 'holdout' as const, rows: 300 };
const command = ['python', 'train.py', '--data', '{train}', '--out', '{output}/model.onnx'];

function folds(kind: CrossValidation['kind'], count: number, repeats: number): CrossValidation {
  const trained = kind === 'retrained';
  return foldDocument({
    job: digest(3),
    kind,
    model: trained ? null : model('1.1.0', 1),
    command: trained ? command : null,
    data: trained ? { ...data, path: 'data/reference.csv', role: 'reference', rows: 700 } : data,
    label: 'default',
    task: 'binary',
    positive: 'bad',
    unit: null,
    plan: {
      scheme: 'shuffled, stratified by `default`',
      folds: count,
      repeats,
      groups: null,
      time: null,
      column: null,
      seed: 1,
    },
    folds: Array.from({ length: count * repeats }, (_, i) => ({
      repeat: Math.floor(i / count),
      fold: i % count,
      train: trained ? 560 : 0,
      test: trained ? 140 : 60,
      model: trained ? digest(20 + i) : null,
      metrics: {
        roc_auc: 0.78 + 0.1 * (random() - 0.5),
        average_precision: 0.61 + 0.12 * (random() - 0.5),
        log_loss: 0.52 + 0.1 * (random() - 0.5),
        brier_score: 0.17 + 0.03 * (random() - 0.5),
        accuracy: 0.75 + 0.08 * (random() - 0.5),
        balanced_accuracy: 0.69 + 0.1 * (random() - 0.5),
        expected_calibration_error: 0.09 + 0.04 * (random() - 0.5),
      },
    })),
  });
}

function ranking(count: number): RankingResult {
  const method = 'bootstrap of the largest studentised difference, 1,000 resamples';
  return {
    schema: 'slipway/ranking@1',
    job: digest(3),
    seed: 1,
    sentence: `\`2.3.0\` has the best ROC AUC, 0.803; 2 of the ${count - 1} others may be as good. As the best of ${count}, expect 0.789 (0.738 to 0.837).`,
    data,
    label: 'default',
    task: 'binary',
    metric: { name: 'roc_auc', title: 'ROC AUC', better: 'higher', unit: null },
    n: 300,
    resampled: 300,
    candidates: Array.from({ length: count }, (_, i) => {
      const value = 0.803 - 0.006 * i ** 1.4;
      const half = 0.024 + 0.004 * random();
      return {
        rank: i + 1,
        model: i < 4 ? model(`2.${3 - i}.0`, i) : { ...model('', i), version: null, path: `trial-${i}.onnx` },
        value,
        interval: { low: value - 0.05, high: value + 0.048, level: 0.95, method: 'percentile bootstrap' },
        behind:
          i === 0
            ? null
            : {
                value: value - 0.803,
                interval: { low: value - 0.803 - half, high: value - 0.803 + half, level: 0.95, method },
                pValue: Math.min(1, 1.2 * Math.exp(-i)),
              },
        asGood: value - 0.803 + half > 0,
      };
    }),
    corrected: {
      value: 0.789,
      interval: { low: 0.734, high: 0.838, level: 0.95, method: 'BBC-CV, 1,000 bootstrap samples' },
      optimism: 0.014,
    },
    failed: [{ path: 'trial-12.onnx', sentence: 'The input `purpose` has no column.' }],
  };
}

export function trialSamples(versions: readonly VersionRow[]): readonly Sample[] {
  const done = <T>(result: T) =>
    ({ state: 'done', stored: { result, storedAt: '2026-11-22T08:00:00Z', stale: null } }) as const;
  const empty = (why: string) => ({ state: 'empty', why }) as const;
  const page = (over: Partial<TrialsPage> = {}): TrialsPage => ({
    page: 'trials',
    trusted: true,
    model: 'credit-risk',
    configured: true,
    data: { holdout: 'data/holdout.csv', reference: 'data/reference.csv', label: 'default' },
    command,
    versions,
    version: versions[0]!.version,
    retrained: done(folds('retrained', 5, 1)),
    fixed: done(folds('fixed', 5, 10)),
    ranked: done(ranking(12)),
    ...over,
  });
  return [
    { name: 'trials-folds', state: page() },
    { name: 'trials-fixed', memory: { tab: 'fixed', 'fixed.metric': 'log_loss' }, state: page() },
    { name: 'trials-ranked', memory: { tab: 'ranked' }, state: page() },
    {
      name: 'trials-running',
      state: page({
        retrained: {
          state: 'running',
          progress: { done: 2, total: 5, what: 'training fold 3 of 5' },
          previous: null,
        },
      }),
    },
    {
      name: 'trials-no-command',
      memory: { tab: 'retrained' },
      state: page({ command: null, retrained: empty('No model was trained for folds yet.') }),
    },
    {
      name: 'trials-failed',
      state: page({
        retrained: {
          state: 'failed',
          sentence: '`python train.py` ended with 1: No module named `sklearn`.',
          previous: null,
        },
      }),
    },
    {
      name: 'trials-no-label',
      memory: { tab: 'ranked' },
      state: page({ data: { holdout: null, reference: null, label: null }, configured: false }),
    },
    {
      name: 'trials-empty',
      memory: { tab: 'ranked' },
      state: page({ ranked: empty('No candidates were ranked yet.') }),
    },
  ];
}
