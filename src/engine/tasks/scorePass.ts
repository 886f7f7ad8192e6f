import { availableParallelism } from 'node:os';
import type { GroupColumn } from '../../core/checks/facts.ts';
import type { CategoryColumn, Column } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import type { Answering } from '../predict/answering.ts';
import { CollectedAnswers } from '../predict/collected.ts';
import type { Answers } from '../predict/scorer.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { NumbersBeside } from '../profile/numbersBeside.ts';
import { Profiler } from '../profile/profiler.ts';
import { workerFile } from '../workerFile.ts';
import { neverAborted } from './signal.ts';

/** Rows a batch of the stream: a few megabytes of columns. */
const batchRows = 16_384;

export interface ScorePassTask {
  /** Each answers the same rows: the one that is judged first. */
  readonly answering: readonly Answering[];
  /** The columns that are profiled: those the first reads unless said. */
  readonly profiled?: readonly Wanted[];
  readonly data: DataFile;
  /** The label column; null: unlabelled. */
  readonly label: string | null;
  readonly groups: readonly string[];
  readonly seed: number;
  readonly progress: Progress;
  /** The engine's entry, whose threads may share the work; none: there are none. */
  readonly entry?: string | null;
}

export interface ScorePass {
  readonly rows: number;
  /** One for each that answers, as are `scored` and `answers`. */
  readonly tasks: readonly ResolvedTask[];
  readonly scored: readonly Scored[];
  readonly answers: readonly Answers[];
  readonly groups: readonly GroupColumn[];
  readonly profiler: Profiler;
}

/**
 * Reads a data file once: every batch is profiled, scored and let go. What stays is the scores, the labels,
 * the groups and a bounded sample.
 * @throws BadInput without rows, without the label column, or with labels that are not the model's classes
 */
export async function scorePass(job: ScorePassTask): Promise<ScorePass> {
  const { data, label } = job;
  requireColumn(data, label, 'the label');
  for (const group of job.groups) requireColumn(data, group, 'a group of the policy');
  const layout = columnsOf(job);
  const first = layout.features;
  const collected = job.answering.map(() => new CollectedAnswers());
  const labels = label === null ? null : new Kept(layout.wanted[layout.label]!);
  const groups = layout.groups.map(at => new Kept(layout.wanted[at]!));
  const about = await data.rowsAbout();
  const beside = countingBeside(first, about, job.entry ?? null);
  const profiler = new Profiler(first, label !== null, job.seed, beside);
  let rows = 0;

  try {
    for await (const { offset, table, keys } of data.scan(layout.wanted, batchRows, first.length)) {
      const column = (at: number): Column => table.columns[at]!;
      await profiler.add(
        {
          rows: table.rows,
          columns: [...first.map((_, i) => column(i)), ...(label === null ? [] : [column(layout.label)])],
        },
        keys,
      );
      for (const [i, answering] of job.answering.entries()) {
        const features = { rows: table.rows, columns: layout.answering[i]!.map(column) };
        collected[i]!.add(await answering.table(features, data.source.path, offset, neverAborted));
      }
      labels?.add(column(layout.label));
      groups.forEach((group, i) => group.add(column(layout.groups[i]!)));
      rows += table.rows;
      job.progress(Math.min(rows, about), about, 'rows scored');
    }
    await profiler.end();
  } finally {
    await beside?.close();
  }
  if (rows === 0)
    throw new BadInput('no-rows', `\`${data.source.path}\` has no rows. Choose a file with at least one.`);

  const answers = collected.map(part => part.all());
  const labelColumn = labels?.column() ?? null;
  const levels = labelColumn?.kind === 'category' ? labelColumn.levels : null;
  const tasks = answers.map((part, i) => job.answering[i]!.task(part, levels));
  return {
    rows,
    tasks,
    answers,
    scored: answers.map((part, i) =>
      job.answering[i]!.scored(part, tasks[i]!, labelColumn, data.source.path),
    ),
    groups: groups.map(group => {
      const { name, codes, levels: names } = group.column() as CategoryColumn;
      return { name, codes, levels: names };
    }),
    profiler,
  };
}

/** Values below which a thread would take longer to start than they take to count. */
const worthAThread = 5_000_000;

function countingBeside(
  columns: readonly Wanted[],
  rows: number,
  entry: string | null,
): NumbersBeside | null {
  const numbers = columns.filter(({ as }) => as !== 'text').length;
  const file = workerFile(entry, 'numbersWorker.js');
  return file === null || availableParallelism() < 2 || rows * numbers < worthAThread
    ? null
    : new NumbersBeside(file, numbers);
}

interface Layout {
  readonly wanted: readonly Wanted[];
  /** The columns that are profiled: the first columns of `wanted`. */
  readonly features: readonly Wanted[];
  /** For each that answers, the places of its features in `wanted`. */
  readonly answering: readonly (readonly number[])[];
  readonly label: number;
  readonly groups: readonly number[];
}

function columnsOf(job: ScorePassTask): Layout {
  const wanted: Wanted[] = [];
  const place = (column: Wanted): number => {
    const known = wanted.findIndex(({ name, as }) => name === column.name && as === column.as);
    return known >= 0 ? known : wanted.push(column) - 1;
  };
  const features = job.profiled ?? job.answering[0]?.features ?? [];
  features.forEach(place);
  const answering = job.answering.map(one => one.features.map(place));
  const labelAs = job.answering[0]?.labelAs ?? 'text';
  const label = job.label === null ? -1 : place({ name: job.label, as: labelAs });
  const groups = job.groups.map(name => place({ name, as: 'text' }));
  return { wanted, features, answering, label, groups };
}

function requireColumn(data: DataFile, name: string | null, what: string): void {
  if (name === null || data.columns.some(column => column.name === name)) return;
  throw new BadInput(
    'missing-column',
    `\`${data.source.path}\` has no column \`${name}\`, which is given as ${what}. ` +
      `It has ${data.columns.map(column => `\`${column.name}\``).join(', ')}.`,
  );
}

/** One column of all rows, kept as the batches go by. */
class Kept {
  readonly #wanted: Wanted;
  #numbers = new Float64Array(0);
  #codes = new Int32Array(0);
  #levels: readonly string[] = [];
  #rows = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  add(column: Column): void {
    if (column.kind === 'number') {
      const needed = this.#rows + column.values.length;
      if (needed > this.#numbers.length) {
        const larger = new Float64Array(Math.max(needed, this.#numbers.length * 2));
        larger.set(this.#numbers);
        this.#numbers = larger;
      }
      this.#numbers.set(column.values, this.#rows);
      this.#rows = needed;
      return;
    }
    const needed = this.#rows + column.codes.length;
    if (needed > this.#codes.length) {
      const larger = new Int32Array(Math.max(needed, this.#codes.length * 2));
      larger.set(this.#codes);
      this.#codes = larger;
    }
    this.#codes.set(column.codes, this.#rows);
    this.#levels = column.levels;
    this.#rows = needed;
  }

  column(): Column {
    const { name, as } = this.#wanted;
    return as === 'text'
      ? { kind: 'category', name, codes: this.#codes.subarray(0, this.#rows), levels: this.#levels }
      : { kind: 'number', name, values: this.#numbers.subarray(0, this.#rows) };
  }
}
