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
  // A first line with # may be a header that begins so; after other comments it is one of them.
  const isComment = line.startsWith('#') && lines.slice(0, skip).some(isFilled);
  const mark = isComment ? '`#`' : skip === 0 && text.startsWith(byteOrderMark) ? 'a byte order mark' : null;
  const names = isComment ? line.replace(comment, '') : line;
  return {
    files,
    format,
    skip,
    crlf: skip > 0 && [lines[skip - 1]!, line].some(one => one.endsWith('\r\n')),
    firstName:
      mark !== null && (isComment || line.startsWith('"'))
        ? nameAfter(names, row, `Line ${skip + 1} of \`${source.path}\` has ${mark}`)
        : null,
  };
}

/**
 * Lines of a CSV file before its header: empty ones, and comments (`# made by...`). DuckDB by itself passes over any
 * line that does not fit those after it.
 */
function linesBeforeHeader(lines: readonly string[]): number {
  const first = lines.findIndex(isFilled);
  if (first < 0 || !lines[first]!.startsWith('#')) return Math.max(0, first);
  const next = lines.findIndex((line, at) => at > first && isFilled(line) && !line.startsWith('#'));
  return next < 0 ? first : (headerAmongComments(lines, first, next) ?? next);
}

/**
 * A line with # is the header where it has as many fields as the line after the comments, and that one has no name over
 * a column of numbers. Of several the last is it where numbers follow, as numpy.savetxt writes them, and must be names
 * throughout; the first where words follow, which may begin with # themselves.
 * @param first the first comment
 * @param next the line after the comments
 */
function headerAmongComments(lines: readonly string[], first: number, next: number): number | null {
  const delimiter = delimiterOf(lines[next]!);
  const fieldsAt = (line: string): string[] => fieldsOf(line, delimiter);
  const [follows, ...rows] = lines.slice(next).filter(isFilled).map(fieldsAt);
  if (namesNumbers(follows!, rows)) return null;
  const isHeader = (line: string, at: number): boolean => {
    const fields = fieldsAt(line.replace(comment, ''));
    return fields.length === follows!.length && (at === 0 || fields.every(isName));
  };
  const headers = lines.slice(first, next).flatMap((line, at) => (isHeader(line, at) ? [first + at] : []));
  return headers.at(follows!.some(isName) ? 0 : -1) ?? null;
}

/** What makes a line a comment. */
const comment = /^#+\s*/;
const isFilled = (line: string): boolean => line.trim() !== '';
const isValue = (field: string): boolean => !missingWords.includes(field);
const isNumber = (field: string): boolean =>
  Number.isFinite(Number(field)) || /^[+-]?inf(inity)?$/i.test(field);
const isName = (field: string): boolean => isValue(field) && !isNumber(field);

/** Whether a name stands over nothing but numbers. */
function namesNumbers(header: readonly string[], rows: readonly (readonly string[])[]): boolean {
  return header.some((name, at) => {
    const below = rows.map(row => row[at] ?? '').filter(isValue);
    return isName(name) && below.length > 0 && below.every(isNumber);
  });
}

/**
 * The first name of a header, without its quotes; DuckDB's for an empty one.
 * @param where what stands before it
 */
function nameAfter(line: string, row: string, where: string): string {
  const both = `${line}${row}`;
  const delimiter = delimiterOf(both);
  if (!line.startsWith('"')) return line.split(delimiter)[0]!.trim();
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
