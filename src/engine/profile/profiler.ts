import type { DataFacts } from '../../core/checks/facts.ts';
import type { NumberColumn, Table } from '../../core/data/table.ts';
import { seeded } from '../../core/random.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import { NumberCounter, WordCounter, type ColumnCounter } from './columns.ts';
import type { NumbersBeside } from './numbersBeside.ts';
import { RowKeys } from './rowKeys.ts';
import { RowSample } from './sample.ts';

const sampleRows = 50_000;

/** Gathers what checks ask of a data file while its batches stream by. */
export class Profiler {
  readonly keys = new RowKeys();
  readonly #features: readonly Wanted[];
  readonly #hasLabel: boolean;
  readonly #beside: NumbersBeside | null;
  #counters: readonly ColumnCounter[];
  readonly #sample: RowSample;
  #rows = 0;

  /** @param beside counts the columns of numbers; null: they are counted here */
  constructor(
    features: readonly Wanted[],
    hasLabel: boolean,
    seed: number,
    beside: NumbersBeside | null = null,
  ) {
    this.#beside = beside;
    this.#features = features;
    this.#hasLabel = hasLabel;
    this.#counters = features.map(({ as }) => (as === 'text' ? new WordCounter() : new NumberCounter()));
    this.#sample = new RowSample(sampleRows, seeded(seed));
  }

  /**
   * @param table the features in their order, then the label when there is one
   * @param keys the rows' keys over the features
   */
  async add(table: Table, keys: Float64Array): Promise<void> {
    this.#rows += table.rows;
    const numbers = this.#features.flatMap(({ as }, c) =>
      as === 'text' ? [] : [(table.columns[c] as NumberColumn).values],
    );
    await this.#beside?.add(numbers, table.rows);
    this.#counters.forEach((counter, c) => {
      const column = table.columns[c]!;
      if (this.#beside === null || column.kind === 'category') counter.add(column);
    });
    const label = this.#hasLabel ? table.columns[this.#features.length]! : null;
    this.keys.add(keys, label === null ? null : label.kind === 'number' ? label.values : label.codes);
    this.#sample.add(table);
  }

  /** When all batches came: the counts of a thread beside are fetched, and it ends. */
  async end(): Promise<void> {
    if (this.#beside === null) return;
    const states = [...(await this.#beside.states())];
    this.#counters = this.#counters.map(counter =>
      counter instanceof NumberCounter ? new NumberCounter(states.shift()) : counter,
    );
  }

  get missing(): Map<string, number> {
    return new Map(this.#features.map(({ name }, c) => [name, this.#counters[c]!.missing]));
  }

  /** Values a word column that the other file does not hold. */
  unseen(reference: Profiler): Map<string, number> {
    const counts = new Map<string, number>();
    this.#features.forEach(({ name }, c) => {
      const counter = this.#counters[c];
      const other = reference.#counters[c];
      if (counter instanceof WordCounter && other instanceof WordCounter)
        counts.set(name, counter.unseen(new Set(other.levels)));
    });
    return counts;
  }

  facts(file: Pick<DataFile, 'source' | 'columns'>, unusedColumns: readonly string[]): DataFacts {
    const { table, rows } = this.#sample.take();
    const { duplicates, conflicts } = this.keys.repeats();
    const width = this.#features.length;
    return {
      path: file.source.path,
      schema: file.columns.map(({ name, kind }) => ({ name, kind })),
      rows: this.#rows,
      columns: this.#counters.map((counter, c) => counter.profile(table.columns[c]!, rows === null)),
      unusedColumns,
      sample: { rows: table.rows, columns: table.columns.slice(0, width) },
      sampleRows: rows,
      sampleLabel: this.#hasLabel ? table.columns[width]! : null,
      duplicates,
      conflicts: this.#hasLabel ? conflicts : null,
    };
  }
}
