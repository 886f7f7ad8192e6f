import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import type { Cell, Column, NumberColumn, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { DataSource } from '../../protocol/engine.ts';
import { oneFile } from './beforeHeader.ts';
import { identifier, openLocked, type LockedDatabase } from './duckdb.ts';
import { requireEvenRows } from './evenRows.ts';
import { dataFailure } from './failures.ts';
import { type Files, formatOf, fromTop, reader, requirePlain } from './format.ts';
import { sampleFiles } from './sampleFiles.ts';
import { numbersIn, validBits } from './vectors.ts';
import { Words } from './words.ts';

export interface DataColumn {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
  readonly kind: 'number' | 'truth' | 'text' | 'time' | 'other';
}

/** A column to read: as numbers, as words, words `true` and `false` as 1 and 0, or times as seconds since 1970. */
export interface Wanted {
  readonly name: string;
  readonly as: 'number' | 'text' | 'truth' | 'time';
}

/** Some rows of the file. The arrays are used again for the next batch: copy what is kept. */
export interface Batch {
  /** Row number in the file of the first row, 0-based. */
  readonly offset: number;
  readonly table: Table;
  /** A number a row: equal rows have equal ones, others (53 bits of hash) as good as never. Empty when not asked for. */
  readonly keys: Float64Array;
}

export type RowChoice = 'all' | readonly number[] | { readonly offset: number; readonly limit: number };

/** One data file, read through DuckDB in a stream: never more than a batch of it is in memory. */
export class DataFile {
  readonly source: DataSource;
  readonly columns: readonly DataColumn[];
  readonly #database: LockedDatabase;
  readonly #read: Files;

  private constructor(
    source: DataSource,
    read: Files,
    database: LockedDatabase,
    columns: readonly DataColumn[],
  ) {
    this.source = source;
    this.#read = read;
    this.#database = database;
    this.columns = columns;
  }

  /**
   * @param beside others whose `table` may stand in this one's queries
   * @throws BadInput when the file is missing, of an unknown kind, not decodable or without columns
   */
  static async open(source: DataSource, beside: readonly DataFile[] = []): Promise<DataFile> {
    const found = await find(source);
    const database = await openLocked([...found.files, ...beside.flatMap(file => file.#read.files)]);
    try {
      const described = await database.connection.run(`describe select * from ${reader(found, null)}`);
      const columns = (await described.getRowsJson()).map(row => {
        const [name, type] = row as [string, string];
        return { name, type, kind: kindOf(type) };
      });
      if (found.format === 'csv' && columns.length === 1) await requireEvenRows(database.connection, found);
      return new DataFile(source, found, database, columns);
    } catch (error) {
      await database.close();
      throw dataFailure(error, source.path);
    }
  }

  /** How many rows there are; reads the file when its kind does not say. */
  async rows(): Promise<number> {
    const [row] = await this.query(`select count(*) from ${this.#from([])}`);
    return Number(row?.[0]);
  }

  /** About how many rows, without reading the whole file: for showing progress. */
  async rowsAbout(): Promise<number> {
    if (this.#read.format === 'parquet') return await this.rows();
    const sizes = await Promise.all(this.#read.files.map(async file => (await stat(file)).size));
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const handle = await open(this.#read.files[0]!);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 18), 0, 1 << 18, 0);
      const lines = buffer.subarray(0, bytesRead).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
      return Math.max(1, Math.round((size * lines) / Math.max(1, bytesRead)));
    } finally {
      await handle.close();
    }
  }

  /** SHA-256 of the file (of a sample log: of its files, one after the other), hex. */
  async digest(): Promise<string> {
    const hash = createHash('sha256');
    // One buffer for all: a stream's would be new memory each time.
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (const file of this.#read.files) {
      const handle = await open(file);
      try {
        for (;;) {
          const { bytesRead } = await handle.read(buffer);
          if (bytesRead === 0) break;
          hash.update(buffer.subarray(0, bytesRead));
        }
      } finally {
        await handle.close();
      }
    }
    return hash.digest('hex');
  }

  /**
   * The wanted columns in the order of the file, `size` rows at a time.
   * @param keyed how many of the first columns make a row's key; 0 for none
   * @throws BadInput when a value cannot be read as wanted
   */
  async *scan(wanted: readonly Wanted[], size: number, keyed = 0): AsyncGenerator<Batch> {
    const fillers = wanted.map(column => filler(column, size));
    const key = keyed === 0 ? null : numberFiller('key', size);
    const select = [
      ...wanted.map(column => this.#wholeNumbers(column) ?? this.#selection(column)),
      ...(key === null
        ? []
        : [
            `(hash(${wanted
              .slice(0, keyed)
              .map(column => this.#keyPart(column))
              .join(', ')}) >> 11)::double`,
          ]),
      ...(wanted.length === 0 ? ['0::double'] : []),
    ].join(', ');
    let offset = 0;
    let held = 0;
    const batch = (): Batch => ({
      offset,
      table: { rows: held, columns: fillers.map(column => column.take(held)) },
      keys: key === null ? noKeys : (key.take(held) as NumberColumn).values,
    });
    for await (const chunk of this.#stream(`select ${select} from ${this.#from(wanted)}`)) {
      let from = 0;
      while (from < chunk.rowCount) {
        const count = Math.min(chunk.rowCount - from, size - held);
        fillers.forEach((column, i) => column.add(chunk.getColumnVector(i), from, count, held));
        key?.add(chunk.getColumnVector(wanted.length), from, count, held);
        held += count;
        from += count;
        if (held === size) {
          yield batch();
          offset += held;
          held = 0;
        }
      }
    }
    if (held > 0) yield batch();
  }

  /**
   * The wanted columns at once: of all rows, of a range of rows, or of these row numbers (ascending).
   * @param held a table of ours with the same columns, in place of the file
   */
  async read(wanted: readonly Wanted[], rows: RowChoice = 'all', held?: string): Promise<Table> {
    let from = held ?? this.#from(wanted);
    if (rows !== 'all' && 'offset' in rows) from += ` limit ${rows.limit} offset ${rows.offset}`;
    else if (rows !== 'all')
      // A join hashes the numbers; a list in a condition is gone through for each row.
      from =
        `(select *, row_number() over () - 1 as file_row from ${from}) ` +
        `semi join (select unnest([${rows.join(', ')}]::bigint[]) as file_row) using (file_row) order by file_row`;
    const parts = wanted.map(column => filler(column, 2048));
    let total = 0;
    const select = wanted.map(column => this.#selection(column)).join(', ');
    for await (const chunk of this.#stream(`select ${select} from ${from}`)) {
      const needed = total + chunk.rowCount;
      parts.forEach((part, i) => {
        part.reserve(needed);
        part.add(chunk.getColumnVector(i), 0, chunk.rowCount, total);
      });
      total = needed;
    }
    return { rows: total, columns: parts.map(part => part.take(total)) };
  }

  /** The first value of a text column that is no number, with its row; null when all are numbers. */
  async firstNotNumber(name: string): Promise<{ readonly row: number; readonly value: string } | null> {
    const column = identifier(name);
    const [found] = await this.query(
      `select value, file_row from (select ${column} as value, row_number() over () - 1 as file_row ` +
        `from ${this.#from([{ name, as: 'text' }])}) where value is not null ` +
        'and try_cast(value as double) is null order by file_row limit 1',
    );
    return found === undefined ? null : { row: Number(found[1]), value: String(found[0]) };
  }

  /** Whether a text column holds only the words true and false. */
  async onlyTruth(name: string): Promise<boolean> {
    const [found] = await this.query(
      `select count(*) from ${this.#from([{ name, as: 'text' }])} where lower(${identifier(name)}) ` +
        "not in ('true', 'false')",
    );
    return Number(found?.[0]) === 0;
  }

  /** Runs a query of ours and gives its rows as JSON values. */
  async query(sql: string): Promise<readonly (readonly Cell[])[]> {
    try {
      const result = await this.#database.connection.run(sql);
      return (await result.getRowsJson()) as Cell[][];
    } catch (error) {
      throw dataFailure(error, this.source.path);
    }
  }

  /** The FROM clause of the file as it is, with the types found in it. */
  get table(): string {
    return reader(this.#read, null);
  }

  get connection(): LockedDatabase['connection'] {
    return this.#database.connection;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #from(wanted: readonly Wanted[]): string {
    if (this.#read.format !== 'csv') return reader(this.#read, null);
    // A column that is wanted both ways is read as words and cast.
    const words = new Set(wanted.filter(column => column.as !== 'number').map(column => column.name));
    const numbers = new Set(wanted.filter(column => column.as === 'number').map(column => column.name));
    const types = this.columns.map(
      ({ name }) => [name, numbers.has(name) && !words.has(name) ? 'DOUBLE' : 'VARCHAR'] as const,
    );
    return reader(this.#read, new Map(types));
  }

  /** A column as its filler takes it. Floats are not widened here: that would be twice the memory to fill. */
  #selection({ name, as }: Wanted): string {
    const column = identifier(name);
    if (as === 'text') return `${column}::varchar`;
    if (as === 'time') return `epoch(${column}::timestamp)`;
    if (as === 'truth')
      return `case lower(${column}::varchar) when 'true' then 1.0 when 'false' then 0.0 end::double`;
    const float = this.columns.some(known => known.name === name && known.type === 'FLOAT');
    return float ? column : `${column}::double`;
  }

  /** Whole numbers that are wanted as words: as numbers they are known again sooner. null: the column holds others. */
  #wholeNumbers({ name, as }: Wanted): string | null {
    // A CSV file is read as words.
    if (as !== 'text' || this.#read.format === 'csv') return null;
    const type = this.columns.find(known => known.name === name)?.type ?? '';
    if (type === 'BIGINT') return identifier(name);
    return /^(U?(TINY|SMALL)INT|INTEGER)$/.test(type) ? `${identifier(name)}::integer` : null;
  }

  /** The same value of whatever type of number, and of a missing one and NaN. */
  #keyPart(column: Wanted): string {
    const selected = this.#selection(column);
    return column.as === 'text' ? selected : `coalesce(${selected}::double, 'NaN'::double)`;
  }

  async *#stream(sql: string): AsyncGenerator<DuckDBDataChunk> {
    let next: Promise<DuckDBDataChunk | null> = Promise.resolve(null);
    try {
      const result = await this.#database.connection.stream(sql);
      next = result.fetchChunk();
      for (;;) {
        const chunk = await next;
        if (chunk === null || chunk.rowCount === 0) return;
        // Fetched while this one is worked on; a failure is that of the next turn.
        next = result.fetchChunk();
        next.catch(() => undefined);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof BadInput ? error : dataFailure(error, this.source.path);
    } finally {
      await next.catch(() => undefined);
    }
  }
}

const noKeys = new Float64Array(0);

async function find(source: DataSource): Promise<Files> {
  const found = await stat(source.file).catch(() => null);
  if (found?.isDirectory() !== true) {
    const format = formatOf(source);
    requireFile(source, found);
    return await oneFile(source, format);
  }
  requirePlain(source);
  const files = await sampleFiles(source.file);
  if (files.length === 0)
    throw new BadInput(
      'missing-file',
      `\`${source.path}\` is not a file, and no folder of a server's samples (.jsonl). Choose a data file.`,
    );
  return { files, format: 'samples', ...fromTop };
}

function requireFile(source: DataSource, found: Stats | null): void {
  if (found === null)
    throw new BadInput('missing-file', `There is no file \`${source.path}\`. Check the path of the data.`);
  if (!found.isFile())
    throw new BadInput('missing-file', `\`${source.path}\` is not a file. Choose a data file.`);
  if (found.size === 0)
    throw new BadInput('empty-file', `\`${source.path}\` is empty. Choose a file with rows.`);
}

function kindOf(type: string): DataColumn['kind'] {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(type)) return 'number';
  if (type === 'BOOLEAN') return 'truth';
  if (/^(DATE|TIME|TIMESTAMP|INTERVAL)/.test(type) && !type.endsWith(']')) return 'time';
  if (/^(VARCHAR|UUID|ENUM\(.*\))$/.test(type)) return 'text';
  return 'other';
}

/** Whether a column holds points in time: dates, or dates with a time of day. */
export function isPointInTime({ kind, type }: DataColumn): boolean {
  return kind === 'time' && /^(DATE|TIMESTAMP)/.test(type);
}

interface Filler {
  reserve(rows: number): void;
  add(vector: DuckDBVector, from: number, count: number, to: number): void;
  take(rows: number): Column;
}

function filler({ name, as }: Wanted, size: number): Filler {
  return as === 'text' ? wordFiller(name, size) : numberFiller(name, size);
}

function numberFiller(name: string, size: number): Filler {
  let values = new Float64Array(size);
  return {
    reserve(rows) {
      if (rows <= values.length) return;
      const larger = new Float64Array(Math.max(rows, values.length * 2));
      larger.set(values);
      values = larger;
    },
    add(vector, from, count, to) {
      const items = numbersIn(vector);
      if (items === null) throw new Error(`column ${name} did not come as floats or doubles`);
      values.set(count === items.length ? items : items.subarray(from, from + count), to);
      const valid = validBits(vector);
      if (valid !== null) markMissing(values, valid, from, count, to);
    },
    take: rows => ({ kind: 'number', name, values: values.subarray(0, rows) }),
  };
}

/** NaN for rows [from, from + count) that are not valid, written from `to` on. */
function markMissing(values: Float64Array, valid: Uint8Array, from: number, count: number, to: number): void {
  for (let row = from; row < from + count; row++) {
    const bits = valid[row >> 3]!;
    if (bits === 0xff) row |= 7;
    else if (((bits >> (row & 7)) & 1) === 0) values[to + row - from] = NaN;
  }
}

function wordFiller(name: string, size: number): Filler {
  let codes = new Int32Array(size);
  const words = new Words();
  return {
    reserve(rows) {
      if (rows <= codes.length) return;
      const larger = new Int32Array(Math.max(rows, codes.length * 2));
      larger.set(codes);
      codes = larger;
    },
    add(vector, from, count, to) {
      words.add(vector, from, count, codes, to);
    },
    take: rows => ({ kind: 'category', name, codes: codes.subarray(0, rows), levels: words.levels }),
  };
}
