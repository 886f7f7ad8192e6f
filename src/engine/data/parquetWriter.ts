import { dirname } from 'node:path';
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

/**
 * Writes a Parquet file batch by batch. Rows wait in DuckDB, which keeps what does not fit its memory limit in
 * a folder beside the file; the file is there when `finish` returns, not before.
 */
export class ParquetWriter {
  readonly #file: string;
  readonly #columns: readonly WrittenColumn[];
  readonly #database: LockedDatabase;
  readonly #appender: DuckDBAppender;

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
  }

  /** @param file absolute path, in a folder that is ours alone */
  static async open(file: string, columns: readonly WrittenColumn[]): Promise<ParquetWriter> {
    const database = await openLocked(file, dirname(file));
    const declared = columns.map(({ name, type }) => `${identifier(name)} ${types[type].toString()}`);
    await database.connection.run(`create table written (${declared.join(', ')})`);
    return new ParquetWriter(file, columns, database, await database.connection.createAppender('written'));
  }

  /** @param values one array a column, of equal length */
  append(values: readonly ArrayLike<number | string | null>[], rows: number): void {
    for (let from = 0; from < rows; from += chunkRows) {
      const to = Math.min(rows, from + chunkRows);
      const chunk = DuckDBDataChunk.create(
        this.#columns.map(({ type }) => types[type]),
        to - from,
      );
      this.#columns.forEach(({ type }, c) => {
        const column = values[c]!;
        const part = Array.from({ length: to - from }, (_, i) => {
          const value = column[from + i]!;
          if (type === 'whole') return BigInt(value);
          return Number.isNaN(value) ? null : value;
        });
        chunk.setColumnValues(c, part);
      });
      this.#appender.appendDataChunk(chunk);
    }
  }

  /** @param facts written into the file's own metadata */
  async finish(facts: Readonly<Record<string, string>>): Promise<void> {
    this.#appender.closeSync();
    await this.#database.connection.run(`copy written to ${quote(this.#file)} ${written(facts)}`);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

/** Options of DuckDB's COPY. @param facts written into the file's own metadata */
function written(facts: Readonly<Record<string, string>>): string {
  const metadata = Object.entries(facts).map(([key, value]) => `${identifier(key)}: ${quote(value)}`);
  return `(format parquet, compression zstd, use_tmp_file false, kv_metadata {${metadata.join(', ')}})`;
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
    await connection.run(`copy (from read_parquet([${all}])) to ${quote(file)} ${written(facts)}`);
  } finally {
    await close();
  }
}
