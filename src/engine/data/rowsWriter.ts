import { DuckDBDataChunk, BIGINT } from '@duckdb/node-api';
import type { DataSource } from '../../protocol/engine.ts';
import { oneFile } from './beforeHeader.ts';
import { identifier, openLocked, quote, type LockedDatabase } from './duckdb.ts';
import { dataFailure } from './failures.ts';
import { formatOf, reader, type Format } from './format.ts';

/** Rows of one of DuckDB's chunks. */
const chunkRows = 2048;
const formats: Readonly<Record<Format, string>> = {
  csv: 'format csv, header true',
  parquet: 'format parquet',
  'json-lines': 'format json',
  json: 'format json, array true',
  samples: 'format json',
};

/** Writes some rows of a data file to others of its kind, each value as it stands. */
export class RowsWriter {
  readonly #source: DataSource;
  readonly #format: Format;
  readonly #database: LockedDatabase;
  /** Columns that are not written. */
  readonly #without: string;

  private constructor(source: DataSource, format: Format, database: LockedDatabase, without: string) {
    this.#without = without;
    this.#source = source;
    this.#format = format;
    this.#database = database;
  }

  /**
   * @param outputs absolute paths of the files that may be written
   * @param without a column that is left out; null: none
   */
  static async open(
    source: DataSource,
    outputs: readonly string[],
    without: string | null,
  ): Promise<RowsWriter> {
    const format = formatOf(source);
    const database = await openLocked([source.file, ...outputs]);
    try {
      const from = reader(await oneFile(source, format), null).replace(
        /auto_type_candidates = \[[^\]]*\]/,
        'all_varchar = true',
      );
      await database.connection.run(
        `create temp table held as select *, row_number() over () - 1 as slipway_file_row from ${from}`,
      );
      const left = ['slipway_file_row', ...(without === null ? [] : [without])];
      return new RowsWriter(source, format, database, left.map(identifier).join(', '));
    } catch (error) {
      await database.close();
      throw dataFailure(error, source.path);
    }
  }

  /** @param rows row numbers, ascending @param file one of the outputs */
  async write(rows: Int32Array, file: string): Promise<void> {
    const { connection } = this.#database;
    try {
      await connection.run('create or replace temp table chosen (file_row bigint)');
      const appender = await connection.createAppender('chosen');
      for (let from = 0; from < rows.length; from += chunkRows) {
        const chunk = DuckDBDataChunk.create([BIGINT]);
        chunk.setColumns([Array.from(rows.subarray(from, from + chunkRows), BigInt)]);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      await connection.run(
        `copy (select held.* exclude (${this.#without}) from held join chosen on slipway_file_row = file_row order by file_row)
        to ${quote(file)} (${formats[this.#format]})`,
      );
    } catch (error) {
      throw dataFailure(error, this.#source.path);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
