import type { VersionRow, Work } from '../../../src/protocol/pages.ts';
import type { Interval } from '../../../src/protocol/results/shared.ts';
import { digest } from './refs.ts';

/** Made-up documents for looking at pages: every field filled, every state reached. No number here is a result. */

export const interval = (value: number, half: number): Interval => ({
  low: value - half,
  high: value + half,
  level: 0.95,
  method: 'percentile bootstrap, 1,000 resamples',
});

export const data = [
  { digest: digest(9), path: 'data/holdout.csv', role: 'holdout' as const, rows: 300 },
  { digest: digest(8), path: 'data/reference.csv', role: 'reference' as const, rows: 700 },
];

export const head = { job: digest(3), engine: 'slipway 0.1.0, onnxruntime 1.30.0', seed: 7, settings: {} };

export const versions: readonly VersionRow[] = (
  [
    ['2.0.0', 'fail', 0.785, 0, []],
    ['1.1.0', 'pass', 0.764, 6, ['staging']],
    ['1.0.1', 'stale', 0.751, 31, []],
    ['1.0.0', 'warn', 0.742, 62, []],
    ['0.9.0', 'not-run', null, 90, []],
  ] as const
).map(([version, verdict, value, days, liveOn], n) => ({
  version,
  digest: digest(n + 2),
  date: new Date(Date.parse('2026-11-23T08:00:00Z') - days * 86_400_000).toISOString(),
  author: 'Ada Berg',
  size: 1_240_000 - 80_000 * n,
  verdict,
  metric: value === null ? null : { title: 'ROC AUC', value },
  review:
    version === '2.0.0'
      ? {
          status: 'changed',
          words: '⚠ changed since its review',
          sentence: 'The policy has changed since.',
        }
      : null,
  liveOn,
  modified: version === '2.0.0',
}));

export const done = <T>(result: T, stale: string | null = null): Work<T> => ({
  state: 'done',
  stored: { result, storedAt: '2026-11-23T08:00:00Z', stale },
});

export const notRun = { state: 'empty', why: 'It was not run yet.' } as const;
