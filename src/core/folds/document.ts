import type { CrossValidation } from '../../protocol/results/crossValidation.ts';
import { counted, withInterval } from '../words.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import { headlineMetric } from '../metrics/evaluate.ts';
import { fixedSummary, retrainedSummary } from './foldInterval.ts';

/** What a cross-validation found, before it is summed up. */
export type FoldFindings = Omit<CrossValidation, 'schema' | 'sentence' | 'metrics'> & {
  readonly unit: string | null;
};

const level = 0.95;

/** The document of a cross-validation: each metric over the folds, and one sentence. */
export function foldDocument({ unit, ...found }: FoldFindings): CrossValidation {
  const names = [...new Set(found.folds.flatMap(({ metrics }) => Object.keys(metrics)))] as MetricName[];
  const summary = found.kind === 'retrained' ? retrainedSummary : fixedSummary;
  const metrics = names.map(name => {
    const folds = found.folds.flatMap(({ repeat, train, test, metrics: own }) =>
      own[name] === undefined ? [] : [{ repeat, value: own[name], train, test }],
    );
    const { title, better, unitPower } = definitionOf(name);
    const of = unit === null || unitPower === 0 ? null : unitPower === 1 ? unit : `(${unit})²`;
    return { name, title, better, unit: of, ...summary(folds, level), folds: folds.length };
  });
  const headline = metrics.find(({ name }) => name === headlineMetric(found.task)) ?? metrics[0];
  return {
    schema: 'slipway/cross-validation@1',
    ...found,
    sentence: headline === undefined ? 'No metric is defined in any fold.' : sentenceOf(found, headline),
    metrics,
  };
}

function sentenceOf(
  { kind, folds }: Pick<CrossValidation, 'kind' | 'folds'>,
  { title, mean, interval, unit }: CrossValidation['metrics'][number],
): string {
  const value = `${title} is ${withInterval(mean, interval, unit)}`;
  return kind === 'retrained'
    ? `${value} over ${counted(folds.length, 'training')}.`
    : `${value} over ${counted(folds.length, 'part')} of the data; the model was not trained again, so this is how it varies with the rows.`;
}
