import { cellAt, type Column, type Table } from '../../core/data/table.ts';
import type { Attributions } from '../../core/explain/types.ts';
import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from '../tasks/identity.ts';
import type { Explained } from './explained.ts';
import type { Importance } from './importance.ts';
import { meanInterval } from './intervals.ts';
import { correlated, sampling, smallBackground, weakModel } from './warnings.ts';

/** The rows that are explained. */
export interface Chosen {
  readonly table: Table;
  readonly rows: readonly number[];
  readonly label: Column | null;
  /** Rows in the file. */
  readonly total: number;
  /** The condition the rows were chosen by, and how many rows meet it; null: all rows. */
  readonly cohort: Explanation['cohort'];
}

/** All that an explanation is written from. */
export interface Found {
  readonly job: ExplainJob;
  readonly data: readonly DataRef[];
  readonly facts: ModelFacts;
  readonly task: ResolvedTask;
  readonly explained: Explained;
  readonly chosen: Chosen;
  readonly other: { readonly table: Table; readonly total: number };
  readonly attributions: Attributions | null;
  readonly importance: Importance | null;
  readonly meanBackground: number;
}

/** The document of an explanation. */
export async function explanationOf(found: Found): Promise<Explanation> {
  const { job, facts, explained, chosen, other, attributions, importance } = found;
  const global = attributions === null ? fromImportance(importance!) : fromAttributions(attributions);
  const background = found.data.find(({ role }) => role === 'background') ?? found.data[0]!;
  const method = attributions?.method ?? 'permutation-importance';
  return {
    schema: 'slipway/explanation@1',
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, found.data),
    engine: await engineName(),
    seed: job.seed,
    settings: {
      method: job.method,
      rows: typeof job.rows === 'number' ? job.rows : [...job.rows],
      backgroundRows: job.backgroundRows,
      budget: job.budget,
      repeats: job.repeats,
      metric: job.metric,
      output: job.output,
      space: job.space,
      where: job.where,
    },
    model: modelRefOf(job.model, facts),
    data: [...found.data],
    task: found.task.task,
    n: chosen.table.rows,
    cohort: chosen.cohort,
    sentence: among(chosen.cohort) + sentenceOf(global, explained, attributions, importance),
    output: explained.output,
    space: explained.space,
    method,
    exact: attributions?.exact ?? false,
    background: {
      description: `${other.table.rows} of ${other.total} rows of ${background.path}, seed ${job.seed}`,
      rows: other.table.rows,
      digest: background.digest,
    },
    features: chosen.table.columns.map(column => ({
      name: column.name,
      kind: column.kind,
      levels: column.kind === 'category' ? [...column.levels].sort() : null,
    })),
    baseValue: attributions?.baseValue ?? null,
    global,
    importance:
      importance === null
        ? null
        : {
            metric: importance.metric,
            baseline: importance.baseline,
            repeats: importance.repeats,
            features: importance.features.toSorted((a, b) => b.value - a.value),
          },
    rows: attributions === null ? [] : rowsOf(chosen, attributions),
    warnings: [
      ...(importance === null ? [] : weakModel(importance.scored)),
      ...smallBackground(other.table.rows),
      ...correlated(other.table),
      ...(attributions === null ? [] : sampling(attributions)),
    ],
    proof: {
      baseValue: attributions?.baseValue ?? null,
      meanBackgroundPrediction: found.meanBackground,
      maxAdditivityError: attributions?.additivityError ?? null,
      evaluations: (attributions?.evaluations ?? 0) + (importance?.evaluations ?? 0),
      method,
      n: chosen.table.rows,
      seed: job.seed,
    },
  };
}

type Global = Explanation['global'];

function fromAttributions({ players, values }: Attributions): Global {
  const d = players.length;
  const n = values.length / d;
  return shared(
    players.map((feature, j) => {
      const sizes = Float64Array.from({ length: n }, (_, i) => Math.abs(values[i * d + j]!));
      return { feature, value: mean(sizes), interval: meanInterval(sizes, 'rows') };
    }),
  );
}

function fromImportance(importance: Importance): Global {
  return shared(importance.features);
}

function shared(features: readonly Omit<Global[number], 'share'>[]): Global {
  const total = features.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  return features
    .map(feature => ({ ...feature, share: total > 0 ? Math.max(0, feature.value) / total : 0 }))
    .sort((a, b) => b.value - a.value);
}

function rowsOf(chosen: Chosen, { players, values, errors, predictions }: Attributions): Explanation['rows'] {
  const d = players.length;
  return chosen.rows.map((row, i) => ({
    row,
    prediction: predictions[i]!,
    label: chosen.label === null ? null : cellAt(chosen.label, i),
    inputs: chosen.table.columns.map(column => cellAt(column, i)),
    values: Array.from(values.subarray(i * d, (i + 1) * d)),
    errors: errors === null ? null : Array.from(errors.subarray(i * d, (i + 1) * d)),
  }));
}

function sentenceOf(
  global: Global,
  { output }: Explained,
  attributions: Attributions | null,
  importance: Importance | null,
): string {
  const [first, ...rest] = global.slice(0, 3).filter(({ value }) => value > 0);
  if (first === undefined) return `No column moves ${output.title} on these rows.`;
  const others = rest.map(({ feature }) => `\`${feature}\``).join(' and ');
  const then = others === '' ? '' : `, then ${others}`;
  const percent = `${Math.round(first.share * 100)} %`;
  return attributions === null
    ? `The model's ${importance!.metric} rests most on \`${first.feature}\` (${percent} of what shuffling costs)${then}.`
    : `${sentenceCase(output.title)} is moved most by \`${first.feature}\` (${percent} of the attributions)${then}; ` +
        `on the background it is ${attributions.baseValue.toPrecision(3)} on average.`;
}

/** "Where `age > 40` (123 rows): "; nothing for all rows. */
function among(cohort: Explanation['cohort']): string {
  return cohort === null ? '' : `Where \`${cohort.where}\` (${cohort.rows} rows): `;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
