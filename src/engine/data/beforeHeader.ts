import { open } from 'node:fs/promises';
import { BadInput } from '../../core/failure.ts';
import type { DataSource } from '../../protocol/engine.ts';
import { delimiterOf, fieldsOf } from './fields.ts';
import { fromTop, missingWords, type Files, type Format } from './format.ts';

/** How much of a file is looked through for its header. */
const mostBytes = 1 << 16;

const byteOrderMark = '\ufeff';

/**
 * One data file as it is read: a CSV from its header on.
 * @throws BadInput for a first name that DuckDB takes for several
 */
export async function oneFile(source: DataSource, format: Format): Promise<Files> {
  const files = [source.file];
  if (format !== 'csv') return { files, format, ...fromTop };
  const text = await beginning(source.file);
  const lines = text.replace(byteOrderMark, '').split(/(?<=\r\n|\n|\r(?!\n))/);
  const skip = linesBeforeHeader(lines);
  const [line = '', row = ''] = lines.slice(skip);
  const mark = skip === 0 && text.startsWith(byteOrderMark) ? 'a byte order mark' : null;
  return {
    files,
    format,
    skip,
    crlf: skip > 0 && lines[skip - 1]!.endsWith('\r\n'),
    firstName:
      mark !== null && line.startsWith('"')
        ? quotedName(line, row, `Line ${skip + 1} of \`${source.path}\` has ${mark}`)
        : null,
  };
}

/**
 * Lines of a CSV file before its header: empty ones, and comments (`# made by...`). A first line with # is the header
 * where it has as many fields as the line after the comments, and that one has no name over a column of numbers.
 * DuckDB by itself passes over any line that does not fit those after it.
 */
function linesBeforeHeader(lines: readonly string[]): number {
  const isFilled = (line: string): boolean => line.trim() !== '';
  const first = lines.findIndex(isFilled);
  if (first < 0 || !lines[first]!.startsWith('#')) return Math.max(0, first);
  const next = lines.findIndex((line, at) => at > first && isFilled(line) && !line.startsWith('#'));
  if (next < 0) return first;
  const delimiter = delimiterOf(lines[next]!);
  const [comment, header, ...rows] = [lines[first]!, ...lines.slice(next).filter(isFilled)].map(line =>
    fieldsOf(line, delimiter),
  );
  return comment!.length === header!.length && !namesNumbers(header!, rows) ? first : next;
}

/** Whether a name stands over nothing but numbers. */
function namesNumbers(header: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const isValue = (field: string): boolean => !missingWords.includes(field);
  const isNumber = (field: string): boolean => Number.isFinite(Number(field));
  return header.some((name, at) => {
    const below = rows.map(row => row[at] ?? '').filter(isValue);
    return isValue(name) && !isNumber(name) && below.length > 0 && below.every(isNumber);
  });
}

/**
 * The first name of a header where it stands in quotes; DuckDB's for an empty one.
 * @param where what stands before it
 */
function quotedName(line: string, row: string, where: string): string {
  const both = `${line}${row}`;
  const delimiter = delimiterOf(both);
  const name = /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"');
  if (name === undefined || (name.includes(delimiter) && fieldsOf(both, delimiter).length > 1))
    throw new BadInput(
      'first-name',
      `${where} before a quoted name that holds a delimiter or an end of line, which cannot be read. ` +
        'Give the first column a name without it, or take the mark away.',
    );
  return name.trim() === '' ? 'column0' : name;
}

/** Whole lines: without the one that the end of the buffer cuts. */
async function beginning(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    return bytesRead < mostBytes ? text : text.slice(0, end);
  } finally {
    await handle.close();
  }
}
