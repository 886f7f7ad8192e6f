import { open } from 'node:fs/promises';
import { delimiters } from './evenRows.ts';
import type { Files, Format } from './format.ts';

/** How much of a file is looked through for its header. */
const mostBytes = 1 << 16;

/** One data file as it is read: a CSV from its header on. */
export async function oneFile(file: string, format: Format): Promise<Files> {
  return { files: [file], format, skip: format === 'csv' ? await linesBeforeHeader(file) : 0 };
}

/**
 * Lines of a CSV file before its header: empty ones, and comments (`# made by...`). A first line with # is the header
 * where it has as many fields as the line after the comments. DuckDB by itself passes over any line that does not fit
 * those after it.
 */
async function linesBeforeHeader(file: string): Promise<number> {
  const lines = await firstLines(file);
  const isFilled = (line: string): boolean => line.trim() !== '';
  const first = lines.findIndex(isFilled);
  if (first < 0 || !lines[first]!.startsWith('#')) return Math.max(0, first);
  const next = lines.findIndex((line, at) => at > first && isFilled(line) && !line.startsWith('#'));
  return next < 0 || sameFields(lines[first]!, lines[next]!) ? first : next;
}

async function firstLines(file: string): Promise<string[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    return text.split(/\r\n|\n|\r/);
  } finally {
    await handle.close();
  }
}

function sameFields(a: string, b: string): boolean {
  return delimiters.every(delimiter => a.split(delimiter).length === b.split(delimiter).length);
}
