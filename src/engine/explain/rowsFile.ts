import { cellAt, type Column, type Table } from '../../core/data/table.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import { ParquetWriter } from '../data/parquetWriter.ts';
import { neverAborted } from '../tasks/signal.ts';
import { exactSetup, type AttributionTask, type FoundAttributions } from './attributions.ts';
import { ExactExplainer } from './exact.ts';
import { requireNumbers } from './numbers.ts';
import { Summary } from '../../core/explain/summary.ts';

/** Rows read, explained and written at a time: enough for every core, little to hold. */
const batchRows = 16_384;

const exactMethods: ReadonlySet<string> = new Set(['auto', 'tree', 'tree-path', 'linear']);

export interface FileTask extends Omit<AttributionTask, 'rows' | 'both'> {
  readonly data: DataFile;
  readonly features: readonly Wanted[];
  readonly label: Wanted | null;
  /** Row numbers explained, ascending. */
  readonly rows: readonly number[];
}

/**
 * Explains any number of rows by an exact method and writes them to the job's file: what is held is one batch.
 * Columns of the file: `row` (0-based, in the data), `prediction`, the label's own, and `shap_` with the name
 * of each feature.
 * @throws BadInput for a model without an exact method
 */
export async function fileOfRows(task: FileTask): Promise<FoundAttributions> {
  const { job } = task;
  if (job.interactions === true)
    throw new BadInput(
      'out-interactions',
      'Interaction values are not written to a file of rows: leave out `--out`, or `--interactions`.',
    );
  const setup = exactMethods.has(job.method)
    ? exactSetup(task)
    : { refused: `The method \`${job.method}\` is none.` };
  const opened = 'refused' in setup ? setup : await ExactExplainer.open(setup, null, neverAborted);
  if ('refused' in opened)
    throw new BadInput(
      'no-exact-method',
      `Rows are written to a file by exact methods only. ${opened.refused} Leave out \`--out\`.`,
    );
  try {
    return await written(task, opened);
  } finally {
    await opened.release();
  }
}

async function written(task: FileTask, exact: ExactExplainer): Promise<FoundAttributions> {
  const { job, data, features, label, rows, scorer, progress } = task;
  if (rows.length === 0)
    throw new BadInput('no-rows', 'There are no rows to explain. Choose data with at least one row.');
  const writer = await ParquetWriter.open(job.out!.file, [
    { name: 'row', type: 'whole' },
    { name: 'prediction', type: 'number' },
    ...(label === null
      ? []
      : [
          {
            name: `label_${label.name}`,
            type: label.as === 'text' ? ('text' as const) : ('number' as const),
          },
        ]),
    ...exact.players.map(({ name }) => ({ name: `shap_${name}`, type: 'number' as const })),
  ]);
  try {
    const total = rows.length;
    let summary: Summary | null = null;
    let readingError = 0;
    let at = 0;
    const wanted = [...features, ...(label === null ? [] : [label])];
    for await (const batch of data.scan(wanted, batchRows)) {
      const from = at;
      while (at < total && rows[at]! < batch.offset + batch.table.rows) at++;
      if (at === from) {
        if (at === total) break;
        continue;
      }
      const own = rows.slice(from, at);
      const table = rowsIn(
        batch.table,
        own.map(row => row - batch.offset),
      );
      const found = await exact.explain(
        scorer.feeds.pool(
          { ...table, columns: table.columns.slice(0, features.length) },
          job.data.path,
          own[0],
        ),
        neverAborted,
        done => {
          progress(from + done, total, 'rows explained');
        },
      );
      if ('refused' in found) throw new BadInput('no-exact-method', found.refused);
      const { attributions } = found;
      requireNumbers(attributions.predictions, own, job.data.path);
      await writer.append(
        columnsOf(attributions, own, label === null ? null : table.columns.at(-1)!),
        own.length,
      );
      if (summary === null) summary = new Summary(attributions);
      else summary.add(attributions);
      readingError = Math.max(readingError, found.readingError);
      progress(at, total, 'rows explained');
    }
    if (summary === null || at < total)
      throw new BadInput(
        'data-changed',
        `\`${job.data.path}\` has fewer rows than when they were counted. Run it again when the file is written.`,
      );
    progress(total, total, 'writing the file');
    const { output, space, method, meanBackground, players, rescaled } = exact;
    await writer.finish({
      'slipway.method': method,
      'slipway.output': output.title,
      'slipway.space': space,
      'slipway.baseValue': String(exact.shap.baseValue),
      'slipway.model': task.model.facts.digest,
      'slipway.seed': String(job.seed),
    });
    return {
      explained: { output, space },
      players,
      summary,
      attributions: null,
      interactions: null,
      exact: { rescaled, readingError },
      sampling: null,
      whyNotExact: null,
      meanBackground,
    };
  } finally {
    await writer.close();
  }
}

function columnsOf(
  { values, predictions, players }: Attributions,
  rows: readonly number[],
  label: Column | null,
): ArrayLike<number | string | null>[] {
  const d = players.length;
  return [
    rows,
    predictions,
    ...(label === null ? [] : [Array.from(rows, (_, i) => cellAt(label, i) as number | string | null)]),
    ...players.map((_, j) => {
      const own = new Float64Array(rows.length);
      for (let i = 0; i < own.length; i++) own[i] = values[i * d + j]!;
      return own;
    }),
  ];
}

function rowsIn(table: Table, rows: readonly number[]): Table {
  if (rows.length === table.rows) return table;
  return {
    rows: rows.length,
    columns: table.columns.map(column =>
      column.kind === 'number'
        ? { ...column, values: Float64Array.from(rows, row => column.values[row]!) }
        : { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) },
    ),
  };
}
