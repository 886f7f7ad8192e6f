import { open } from 'node:fs/promises';
import { delimiterOf, fieldsOf } from './fields.ts';
import { missingWords, type Files, type Format } from './format.ts';

/** How much of a file is looked through for its header. */
const mostBytes = 1 << 16;

/** One data file as it is read: a CSV from its header on. */
export async function oneFile(file: string, format: Format): Promise<Files> {
  return { files: [file], format, skip: format === 'csv' ? linesBeforeHeader(await firstLines(file)) : 0 };
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

/** Without the one that the end of the buffer cuts. */
async function firstLines(file: string): Promise<string[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    const lines = text.split(/\r\n|\n|\r/);
    return bytesRead < mostBytes ? lines : lines.slice(0, -1);
  } finally {
    await handle.close();
  }
}
