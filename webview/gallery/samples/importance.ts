import type { Importance } from '../../../src/protocol/results/importance.ts';

type Head = Pick<Importance, 'job' | 'engine' | 'seed' | 'settings' | 'model' | 'data'>;

/** Made-up measures of columns; the second and the third are shuffled as one. */
export function importance(
  method: Importance['method'],
  head: Head,
  features: readonly string[],
): Importance {
  const sage = method === 'sage';
  const players = sage
    ? features.map(feature => [feature])
    : [features.slice(0, 1), features.slice(1, 3), ...features.slice(3).map(feature => [feature])];
  const values = players.map((_, i) => (sage ? 0.031 : 0.062) * 0.7 ** i - 0.0004);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  return {
    schema: 'slipway/importance@1',
    ...head,
    task: 'binary',
    n: 300,
    cohort: null,
    sentence: sage
      ? "The model's Log loss rests most on `credit_amount` (31 % of what all columns take off it), then `duration` and `checking_account`."
      : "The model's ROC AUC rests most on `credit_amount` (34 % of what shuffling costs), then `duration + checking_account` and `savings`.",
    method,
    exact: false,
    measure: sage
      ? { name: 'log_loss', title: 'Log loss', better: 'lower', unit: 'nats', value: 0.512, without: 0.611 }
      : { name: 'roc_auc', title: 'ROC AUC', better: 'higher', unit: null, value: 0.785, without: null },
    background: sage
      ? { description: '50 of 700 rows of data/reference.csv, seed 1', rows: 50, digest: head.job }
      : null,
    repeats: sage ? null : 5,
    features: [...features],
    global: players.map((columns, i) => ({
      feature: columns.join(' + '),
      columns: [...columns],
      value: values[i] ?? 0,
      interval: {
        low: (values[i] ?? 0) - (sage ? 0.0009 : 0.006),
        high: (values[i] ?? 0) + (sage ? 0.0009 : 0.006),
        level: 0.95,
        method: sage ? 'normal, over 300 rows' : 't, over 5 repeats',
      },
      share: Math.max(0, values[i] ?? 0) / total,
    })),
    groups: sage ? { by: 'none', threshold: null } : { by: 'correlation', threshold: 0.7 },
    warnings: sage
      ? []
      : [
          {
            kind: 'sampling',
            sentence:
              'The intervals of `credit_amount` and `duration + checking_account` overlap: which of them matters more is not settled. More rows or repeats make them sharper.',
          },
        ],
    proof: {
      evaluations: 31_500,
      additivityError: sage ? 2e-16 : null,
      stopped: sage ? 'precision' : null,
      n: 300,
      seed: 1,
    },
  };
}
