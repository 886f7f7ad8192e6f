import { cellAt, type Cell, type Column, type Table } from '../../core/data/table.ts';
import type { Attributions } from '../../core/explain/types.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from '../tasks/identity.ts';
import { backgroundName } from './background.ts';
import { definitionOf } from './definition.ts';
import type { FoundAttributions } from './attributions.ts';
import type { Grouping } from './grouping.ts';
import { explanationSentence, globalOf } from '../../core/explain/overall.ts';
import { samplingWarning } from '../../core/explain/samplingWarning.ts';
import { matrixOf, meanMatrix } from '../../core/explain/pairMatrices.ts';
import type { Player } from './players.ts';
import { correlated, smallBackground, weakModel } from './warnings.ts';

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
export interface Found extends FoundAttributions {
  readonly job: ExplainJob;
  readonly data: readonly DataRef[];
  readonly facts: ModelFacts;
  readonly task: ResolvedTask;
  readonly chosen: Chosen;
  readonly other: { readonly table: Table; readonly total: number };
  readonly grouping: Grouping | null;
  /** The model's answers to labelled rows; null without labels. */
  readonly scored: Scored | null;
  /** Of words that the background's file lacks. */
  readonly unseen: Explanation['warnings'];
}

/** The document of an explanation. */
export async function explanationOf(found: Found): Promise<Explanation> {
  const { job, facts, explained, chosen, other, summary, attributions, exact, scored, grouping } = found;
  const { sampling } = found;
  const global = globalOf(summary);
  const background = found.data.find(({ role }) => role === 'background') ?? found.data[0]!;
  const { rows: n, method } = summary;
  return {
    schema: 'slipway/explanation@1',
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, found.data),
    engine: await engineName(),
    seed: job.seed,
    settings: {
      method: job.method,
      rows: typeof job.rows === 'object' ? [...job.rows] : job.rows,
      backgroundRows: typeof job.backgroundRows === 'number' ? job.backgroundRows : [...job.backgroundRows],
      backgroundWhere: job.backgroundWhere ?? null,
      interactions: job.interactions ?? false,
      budget: job.budget,
      stopShare: job.stop?.share ?? null,
      stopAbsolute: job.stop?.absolute ?? null,
      groups: (job.groups ?? []).map(({ name, columns }) => `${name}: ${columns.join(', ')}`),
      correlated: job.correlated ?? null,
      owen: job.owen ?? false,
      shard: job.shard === undefined ? null : `${job.shard.index}/${job.shard.of}`,
      output: job.output,
      space: job.space,
      where: job.where,
    },
    model: modelRefOf(job.model, facts),
    data: [...found.data],
    task: found.task.task,
    n,
    cohort: chosen.cohort,
    sentence: explanationSentence(chosen.cohort, global, explained.output.title, summary.baseValue),
    output: explained.output,
    space: explained.space,
    method,
    exact: summary.exact,
    definition: definitionOf(method, exact?.rescaled ?? false),
    background: {
      description: backgroundName(job, other, background.path),
      rows: other.table.rows,
      digest: background.digest,
    },
    features: found.players.map(player => featureOf(player, chosen.table)),
    groups:
      grouping === null
        ? null
        : {
            by: grouping.by,
            threshold: grouping.threshold,
            owen: grouping.structure !== null,
            members: grouping.members.map(({ name, columns }) => ({ name, columns: [...columns] })),
          },
    baseValue: summary.baseValue,
    global,
    interactions:
      found.interactions === null
        ? null
        : { values: meanMatrix(found.interactions, chosen.table.rows, found.players.length) },
    rows: attributions === null ? [] : rowsOf(found, attributions),
    rowsFile: job.out === undefined ? null : { path: job.out.path, rows: n },
    shard: partOf(job, facts, found.data),
    warnings: [
      ...(scored === null ? [] : weakModel(scored)),
      ...found.unseen,
      ...smallBackground(other.table.rows),
      ...(grouping?.by === 'correlation' ? [] : correlated(other.table)),
      ...(attributions?.errors == null
        ? []
        : samplingWarning(attributions.values, attributions.errors, attributions.players.length)),
    ],
    proof: {
      baseValue: summary.baseValue,
      meanBackgroundPrediction: found.meanBackground,
      maxAdditivityError: summary.additivityError,
      readingError: exact?.readingError ?? null,
      whyNotExact: found.whyNotExact,
      sampling:
        sampling === null
          ? null
          : { ...sampling, widest: Number.isFinite(sampling.widest) ? sampling.widest : null },
      evaluations: summary.evaluations,
      method,
      n,
      seed: job.seed,
    },
  };
}

/** Which part of which job this is. */
function partOf(
  { shard, ...whole }: ExplainJob,
  facts: ModelFacts,
  data: readonly DataRef[],
): Explanation['shard'] {
  if (shard === undefined) return null;
  return { ...shard, whole: jobDigest({ ...whole, model: withDigest(whole.model, facts) }, data) };
}

function featureOf(
  { name, columns, features }: Player,
  { columns: all }: Table,
): Explanation['features'][number] {
  const column = all[features[0]!]!;
  if (features.length > 1) return { name, columns: [...columns], kind: 'category', levels: null };
  const levels = column.kind === 'category' ? [...column.levels].sort() : null;
  return { name, columns: [...columns], kind: column.kind, levels };
}

/** What a row holds in a player's columns: one cell, or the cells of several in one word. */
function inputOf({ features }: Player, { columns }: Table, row: number): Cell {
  const cells = features.map(feature => cellAt(columns[feature]!, row));
  return cells.length === 1 ? cells[0]! : cells.map(cell => String(cell ?? 'missing')).join(', ');
}

/** Interaction values kept row by row, at most: beyond it a document holds their means only. */
const mostRowPairs = 1_000_000;

function rowsOf(
  { chosen, interactions, players: named, task }: Found,
  { players, values, errors, predictions }: Attributions,
): Explanation['rows'] {
  const d = players.length;
  // Which of several values the label is of is not known.
  const label = task.task === 'regression' && task.column !== undefined ? null : chosen.label;
  const pairs = interactions !== null && interactions.length <= mostRowPairs ? interactions : null;
  return chosen.rows.map((row, i) => ({
    row,
    prediction: predictions[i]!,
    label: label === null ? null : cellAt(label, i),
    inputs: named.map(player => inputOf(player, chosen.table, i)),
    values: Array.from(values.subarray(i * d, (i + 1) * d)),
    errors: errors === null ? null : Array.from(errors.subarray(i * d, (i + 1) * d)),
    interactions: pairs === null ? null : matrixOf(pairs, i, d),
  }));
}
