import { dirname, join } from 'node:path';
import { BIGINT, DOUBLE, DuckDBDataChunk, VARCHAR, type DuckDBAppender } from '@duckdb/node-api';
import { identifier, openLocked, quote, type LockedDatabase } from './duckdb.ts';

/** A column to write: numbers (NaN is missing), whole numbers, or words (null is missing). */
export interface WrittenColumn {
  readonly name: string;
  readonly type: 'number' | 'whole' | 'text';
}

const types = { number: DOUBLE, whole: BIGINT, text: VARCHAR } as const;
/** Rows of one of DuckDB's chunks. */
const chunkRows = 2048;

/** Values that wait in memory before they are written to a part, roughly. */
const waitingValues = 2 ** 21;
/** DuckDB's own rows of a row group. */
const mostRows = 122_880;

/**
 * Writes a Parquet file batch by batch. What is held is one part: full parts wait as files in a folder beside the
 * file and are joined at the end. The file is there when `finish` returns, not before.
 */
export class ParquetWriter {
  readonly #file: string;
  readonly #columns: readonly WrittenColumn[];
  readonly #database: LockedDatabase;
  /** One for all rows: what a chunk holds is freed by the garbage collector, which does not see how much it is. */
  readonly #chunk: DuckDBDataChunk;
  readonly #partRows: number;
  readonly #parts: string[] = [];
  #appender: DuckDBAppender;
  #waiting = 0;

  private constructor(
    file: string,
    columns: readonly WrittenColumn[],
    database: LockedDatabase,
    appender: DuckDBAppender,
  ) {
    this.#file = file;
    this.#columns = columns;
    this.#database = database;
    this.#appender = appender;
    this.#chunk = DuckDBDataChunk.create(columns.map(({ type }) => types[type]));
    const chunks = Math.floor(waitingValues / columns.length / chunkRows);
    this.#partRows = Math.min(mostRows, Math.max(1, chunks) * chunkRows);
  }

  /** @param file absolute path, in a folder that is ours alone */
  static async open(file: string, columns: readonly WrittenColumn[]): Promise<ParquetWriter> {
    const database = await openLocked(file, dirname(file), true);
    return new ParquetWriter(file, columns, database, await emptyTable(database, columns));
  }

  /** @param values one array a column, of equal length */
  async append(values: readonly ArrayLike<number | string | null>[], rows: number): Promise<void> {
    for (let from = 0; from < rows; from += chunkRows) {
      const to = Math.min(rows, from + chunkRows);
      this.#chunk.reset();
      this.#chunk.rowCount = to - from;
      this.#columns.forEach(({ type }, c) => {
        const column = values[c]!;
        const part = Array.from({ length: to - from }, (_, i) => {
          const value = column[from + i]!;
          if (type === 'whole') return BigInt(value);
          return Number.isNaN(value) ? null : value;
        });
        this.#chunk.setColumnValues(c, part);
      });
      this.#appender.appendDataChunk(this.#chunk);
      this.#waiting += to - from;
      if (this.#waiting >= this.#partRows) await this.#endPart();
    }
  }

  async #endPart(): Promise<void> {
    const { connection, temporary } = this.#database;
    const part = join(temporary, `${this.#parts.length}.parquet`);
    this.#appender.closeSync();
    await connection.run(`copy written to ${quote(part)} (format parquet, use_tmp_file false)`);
    await connection.run('drop table written');
    this.#parts.push(part);
    this.#waiting = 0;
    this.#appender = await emptyTable(this.#database, this.#columns);
  }

  /** @param facts written into the file's own metadata */
  async finish(facts: Readonly<Record<string, string>>): Promise<void> {
    if (this.#parts.length > 0 && this.#waiting > 0) await this.#endPart();
    this.#appender.closeSync();
    const from =
      this.#parts.length === 0 ? 'written' : `(from read_parquet([${this.#parts.map(quote).join(', ')}]))`;
    const options = [...written(facts), `row_group_size ${this.#partRows}`];
    await this.#database.connection.run(`copy ${from} to ${quote(this.#file)} (${options.join(', ')})`);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

async function emptyTable(
  { connection }: LockedDatabase,
  columns: readonly WrittenColumn[],
): Promise<DuckDBAppender> {
  const declared = columns.map(({ name, type }) => `${identifier(name)} ${types[type].toString()}`);
  await connection.run(`create table written (${declared.join(', ')})`);
  return await connection.createAppender('written');
}

/** Options of DuckDB's COPY. @param facts written into the file's own metadata */
function written(facts: Readonly<Record<string, string>>): string[] {
  const metadata = Object.entries(facts).map(([key, value]) => `${identifier(key)}: ${quote(value)}`);
  return ['format parquet', 'compression zstd', 'use_tmp_file false', `kv_metadata {${metadata.join(', ')}}`];
}

/**
 * Joins files that `ParquetWriter` wrote: their rows one after the other, the metadata of the first.
 * @param files absolute paths, of the same columns
 * @param file absolute path, in a folder that is ours alone
 */
export async function joinParquet(files: readonly string[], file: string): Promise<void> {
  const { connection, close } = await openLocked([...files, file], dirname(file));
  try {
    const found = await connection.run(
      `select decode(key), decode(value) from parquet_kv_metadata(${quote(files[0]!)})`,
    );
    const facts = Object.fromEntries((await found.getRowsJson()) as [string, string][]);
    const all = files.map(quote).join(', ');
    await connection.run(
      `copy (from read_parquet([${all}])) to ${quote(file)} (${written(facts).join(', ')})`,
    );
  } finally {
    await close();
  }
}
