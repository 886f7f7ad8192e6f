import { datum, valueWords } from '../../../core/words.ts';
import { associations } from '../../../core/stats/association.ts';
import type { EffectsJob } from '../../../protocol/engine.ts';
import type { Effects, PartialDependence } from '../../../protocol/results/effects.ts';
import { scoredOf } from '../../predict/task.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from '../../tasks/identity.ts';
import type { Explained } from '../explained.ts';
import type { Sampled } from '../sampled.ts';
import { firstRows, strongCorrelation, weakModel } from '../warnings.ts';

export interface FoundEffects {
  readonly job: EffectsJob;
  readonly subject: Sampled;
  readonly explained: Explained;
  readonly predictions: Float64Array;
  readonly effects: Effects['features'];
  readonly pairs: Effects['pairs'];
  readonly evaluations: number;
  readonly maxDifference: number | null;
}

/** The document of effects. */
export async function effectsDocument(found: FoundEffects): Promise<Effects> {
  const { job, subject, explained, predictions } = found;
  const { facts } = subject.model;
  const features = found.effects.toSorted((a, b) => rangeOf(b) - rangeOf(a));
  const pairs = found.pairs.toSorted((a, b) => b.interaction.size - a.interaction.size);
  const unit = explained.space === 'value' ? job.meaning.unit : null;
  const n = subject.table.rows;
  return {
    schema: 'slipway/effects@1',
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, subject.dataRefs),
    engine: await engineName(),
    seed: job.seed,
    settings: {
      curves: job.curves,
      features: job.features === null ? null : [...job.features],
      pairs: job.pairs.map(pair => pair.join(' x ')),
      rows: job.rows,
      grid: job.grid,
      individuals: job.individuals,
      output: job.output,
      space: job.space,
    },
    model: modelRefOf(job.model, facts),
    data: [...subject.dataRefs],
    task: subject.task.task,
    n,
    cohort: subject.cohort,
    sentence: sentenceOf(features, pairs, explained, unit),
    output: explained.output,
    space: explained.space,
    unit,
    meanPrediction: predictions.reduce((sum, value) => sum + value, 0) / n,
    features,
    pairs,
    warnings: [...weak(found), ...offTheData(found), ...cancelling(features)],
    proof: {
      evaluations: found.evaluations,
      maxDifference: found.maxDifference,
      n,
      seed: job.seed,
    },
  };
}

type Feature = Effects['features'][number];

function rangeOf({ partial, accumulated }: Feature): number {
  return partial?.range ?? accumulated?.range ?? 0;
}

function sentenceOf(
  features: readonly Feature[],
  pairs: Effects['pairs'],
  { output }: Explained,
  unit: string | null,
): string {
  const inUnit = (value: number): string => valueWords(value, unit);
  const first = features.find(feature => rangeOf(feature) > 0);
  if (first !== undefined) {
    const { feature, partial, accumulated } = first;
    // Of one column alone there is no most.
    const moves = `\`${feature}\` moves ${output.title}${features.length > 1 ? ' most' : ''}`;
    if (partial === null) return `${moves}: by up to ${inUnit(accumulated!.range)} on average.`;
    const places = partial.values.map((_, k) => k).filter(k => partial.thin[k] === false);
    const shown = places.length > 1 ? places : partial.values.map((_, k) => k);
    const least = shown.reduce((a, b) => (partial.values[b]! < partial.values[a]! ? b : a));
    const most = shown.reduce((a, b) => (partial.values[b]! > partial.values[a]! ? b : a));
    return (
      `${moves}: on average it is ${inUnit(partial.values[least]!)} ` +
      `${placed(partial, least)} and ${inUnit(partial.values[most]!)} ${placed(partial, most)}.`
    );
  }
  const [pair] = pairs;
  if (pair === undefined) return `No column moves ${output.title} on these rows.`;
  const [a, b] = pair.features;
  return (
    `\`${a}\` and \`${b}\` together differ from the sum of each alone by ${inUnit(pair.interaction.size)} ` +
    `in ${output.title} (root mean square).`
  );
}

/** Where a value of a curve holds, in words. */
function placed({ shape, positions }: PartialDependence, at: number): string {
  const words = (position: unknown): string =>
    typeof position === 'number' ? datum(position) : `\`${String(position)}\``;
  return shape === 'steps'
    ? `between ${words(positions[at])} and ${words(positions[at + 1])}`
    : `at ${words(positions[at])}`;
}

function weak({ subject, job }: FoundEffects): Effects['warnings'] {
  const { labels, answers, task } = subject;
  // Which of several values the label is of is not known.
  if (labels === null || (task.task === 'regression' && task.column !== undefined)) return [];
  return weakModel(scoredOf(answers, task, labels, null, job.data.path));
}

/** Partial dependence asks about rows that never occur, when a column moves with others. */
function offTheData({ subject, effects, pairs }: FoundEffects): Effects['warnings'] {
  const table = firstRows(subject.table);
  const d = table.columns.length;
  const matrix = associations(table);
  const asked = new Set([
    ...effects.filter(({ partial }) => partial !== null).map(({ feature }) => feature),
    ...pairs.flatMap(({ features }) => features),
  ]);
  const tied = table.columns.flatMap((column, a) => {
    if (!asked.has(column.name)) return [];
    let best = -1;
    for (let b = 0; b < d; b++)
      if (b !== a && (best < 0 || Math.abs(matrix[a * d + b]!) > Math.abs(matrix[a * d + best]!))) best = b;
    const strength = best < 0 ? 0 : matrix[a * d + best]!;
    return Math.abs(strength) >= strongCorrelation
      ? [{ name: column.name, other: table.columns[best]!.name, strength }]
      : [];
  });
  if (tied.length === 0) return [];
  const shown = tied
    .toSorted((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, 3)
    .map(({ name, other, strength }) => `\`${name}\` with \`${other}\` (${strength.toFixed(2)})`);
  return [
    {
      kind: 'extrapolation',
      sentence:
        `Some columns move with others: ${shown.join(', ')}. Partial dependence asks the model about rows that ` +
        'never occur there; accumulated local effects do not.',
    },
  ];
}

/** Rows that go up and rows that go down leave a flat mean. */
function cancelling(features: readonly Feature[]): Effects['warnings'] {
  const largest = Math.max(0, ...features.map(rangeOf));
  const names = features.flatMap(({ feature, partial }) => {
    const spread = partial === null ? 0 : Math.max(...partial.ice.spread);
    return partial !== null && spread > partial.range && spread > largest / 10 ? [`\`${feature}\``] : [];
  });
  if (names.length === 0) return [];
  return [
    {
      kind: 'other',
      sentence:
        `The rows' own curves differ more than their mean moves for ${names.slice(0, 3).join(', ')}: ` +
        'the mean hides an interaction. Look at the individual curves.',
    },
  ];
}
