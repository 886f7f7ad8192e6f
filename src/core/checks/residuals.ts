import { labelledRows, type ValueScores } from '../metrics/scored.ts';
import { breuschPagan, durbinWatson, jarqueBera } from '../stats/residuals.ts';
import type { Check, Outcome } from './check.ts';
import { number, pWords } from '../words.ts';

/** Group E: what the errors of a regressor look like. Effect sizes decide; p-values are told. */

const base = {
  group: 'performance',
  needs: ['answers', 'data', 'labels'],
  severity: 'warn',
  unit: null,
} as const;
const leastRows = 30;

function residualCheck(
  definition: Pick<Check, 'id' | 'title' | 'threshold'>,
  run: (errors: Float64Array, fitted: Float64Array) => Outcome,
): Check {
  return {
    ...base,
    ...definition,
    run: ({ scored }) => {
      if (scored?.kind !== 'regression') return { notRun: 'The task is classification.' };
      const rows = answered(scored);
      if (rows.length < leastRows) return { notRun: `Fewer than ${leastRows} rows have a label.` };
      const fitted = Float64Array.from(rows, row => scored.predictions[row]!);
      const errors = fitted.map((value, i) => value - scored.labels[rows[i]!]!);
      if (errors.every(error => error === errors[0])) return { notRun: 'Every error is the same.' };
      return run(errors, fitted);
    },
  };
}

function answered(scored: ValueScores): Int32Array {
  return labelledRows(scored).filter(row => Number.isFinite(scored.predictions[row]!));
}

const spread = residualCheck(
  {
    id: 'residual-spread',
    title: 'Spread of the residuals (Breusch-Pagan)',
    threshold: { op: '<=', value: 0.1, source: 'a tenth of the variance of the squared errors' },
  },
  (errors, fitted) => {
    const { share, statistic, pValue } = breuschPagan(errors, fitted);
    return {
      value: share,
      finding: `The prediction explains ${number(share)} of the variance of the squared errors (LM ${number(statistic)}, ${pWords(pValue)}).`,
      advice: 'Errors grow with the prediction: predict a logarithm, or give intervals that widen with it.',
    };
  },
);

const shape = residualCheck(
  {
    id: 'residual-shape',
    title: 'Skewness of the residuals (Jarque-Bera)',
    threshold: { op: '<=', value: 1, source: 'a skewness beyond 1 is high (Bulmer 1979)' },
  },
  errors => {
    const { skewness, kurtosis, statistic, pValue } = jarqueBera(errors);
    return {
      value: Math.abs(skewness),
      finding: `The errors have skewness ${number(skewness)} and kurtosis ${number(kurtosis)} (Jarque-Bera ${number(statistic)}, ${pWords(pValue)}).`,
      advice: 'Errors of one sign are much larger: transform the label, or train with a robust loss.',
    };
  },
);

const correlation = residualCheck(
  {
    id: 'residual-autocorrelation',
    title: 'Correlation of neighbouring residuals (Durbin-Watson)',
    threshold: { op: '<=', value: 0.5, source: 'between 1.5 and 2.5, as usually taken' },
  },
  errors => {
    const value = durbinWatson(errors);
    return {
      value: Math.abs(value - 2),
      finding: `The Durbin-Watson statistic of the errors in the order of the rows is ${number(value)} (2: no correlation).`,
      advice:
        'Neighbouring rows err alike: if they are in the order of time, the model misses a trend or a season.',
    };
  },
);

export const residualChecks: readonly Check[] = [spread, shape, correlation];
