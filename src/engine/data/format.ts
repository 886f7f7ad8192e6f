import { extname } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import type { DataSource } from '../../protocol/engine.ts';
import { quote } from './duckdb.ts';

/** `samples`: the folder of JSON lines that the server writes. */
export type Format = 'csv' | 'parquet' | 'json-lines' | 'json' | 'samples';

const formats: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.parquet': 'parquet',
  '.jsonl': 'json-lines',
  '.ndjson': 'json-lines',
  '.json': 'json',
};

/** What is read as one table. */
export interface Files {
  /** Several only of a sample log. */
  readonly files: readonly string[];
  readonly format: Format;
  /** Lines of a CSV file before its header. */
  readonly skip: number;
  /** Whether these end in CRLF. */
  readonly crlf: boolean;
  /** The first name of a CSV file, where DuckDB would read another. */
  readonly firstName: string | null;
}

/** How what is no CSV file is read. */
export const fromTop = { skip: 0, crlf: false, firstName: null };

/** What stands for a missing value in a CSV file, as pandas reads it. */
export const missingWords = ['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'NULL', 'null'];

/** @throws BadInput for an extension that says nothing */
export function formatOf(source: DataSource): Format {
  const extension = extname(source.file).toLowerCase();
  const format = formats[extension];
  if (format === undefined)
    throw new BadInput(
      'unknown-data-format',
      `\`${source.path}\` ends in \`${extension}\`, which is not a data format that is read here. ` +
        'Use a .csv, .parquet, .jsonl or .json file.',
    );
  requirePlain(source);
  return format;
}

/** @throws BadInput for a path that DuckDB would take for a pattern */
export function requirePlain(source: DataSource): void {
  if (/[*?[\]]/.test(source.file))
    throw new BadInput(
      'data-path',
      `The path of \`${source.path}\` holds one of the characters * ? [ ], which stand for several files. ` +
        'Rename it.',
    );
}

/**
 * The table function that reads the files.
 * @param types a CSV's columns and the types to read them as; none: worked out from the first 100,000 rows.
 *   Dates and truth values stay words there, because a model that takes words was trained on these very words.
 */
export function reader(read: Files, types: ReadonlyMap<string, string> | null): string {
  const { files, format, firstName } = read;
  const file = files[0] ?? '';
  switch (format) {
    case 'samples':
      // The last line may be written just now, and a new version may have other columns.
      return `read_json([${files.map(quote).join(', ')}], format = 'newline_delimited', union_by_name = true, ignore_errors = true, sample_size = 100000)`;
    case 'parquet':
      return `read_parquet(${quote(file)})`;
    case 'json':
      return `read_json(${quote(file)}, sample_size = 100000)`;
    case 'json-lines':
      return `read_json(${quote(file)}, format = 'newline_delimited', sample_size = 100000)`;
    case 'csv': {
      const names = firstName === null ? '' : `names = [${quote(firstName)}], `;
      const nulls = `nullstr = [${missingWords.map(quote).join(', ')}]`;
      const how =
        types === null
          ? "auto_type_candidates = ['BIGINT', 'DOUBLE', 'VARCHAR'], sample_size = 100000"
          : `types = {${[...types].map(([name, type]) => `${quote(name)}: ${quote(type)}`).join(', ')}}`;
      return `read_csv(${quote(file)}, header = true, comment = '', ${names}${fromHeader(read)}, ${nulls}, ${how})`;
    }
  }
}

/** From which line on `read_csv` reads. */
export function fromHeader({ skip, crlf }: Pick<Files, 'skip' | 'crlf'>): string {
  // Where two characters end a skipped line, DuckDB may take the second for an empty line.
  return `skip = ${skip}${crlf ? ", new_line = '\\r\\n'" : ''}`;
}
