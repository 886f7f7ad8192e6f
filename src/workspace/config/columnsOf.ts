import { closeSync, openSync, readSync } from 'node:fs';

/** A first line beyond it is no header. */
const headBytes = 65_536;

/** The columns that the head of a .csv, .tsv or .jsonl file names; null where it does not tell. */
export function columnsOf(file: string): readonly string[] | null {
  const line = firstLine(file);
  if (line === null) return null;
  if (/\.(csv|tsv)$/i.test(file)) return headerOf(line);
  if (!/\.(jsonl|ndjson)$/i.test(file)) return null;
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null ? Object.keys(row) : null;
  } catch {
    return null;
  }
}

/** Comma, semicolon or tab, whichever there is most of outside quotes. */
function headerOf(line: string): readonly string[] {
  const bare = line.replaceAll(/"(?:[^"]|"")*"/g, '');
  const [separator] = [',', ';', '\t', '|'].sort((a, b) => bare.split(b).length - bare.split(a).length);
  const cell = new RegExp(`"((?:[^"]|"")*)"|([^${separator === '\t' ? '\\t' : `\\${separator}`}]+)`, 'g');
  return [...line.matchAll(cell)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim());
}

function firstLine(file: string): string | null {
  let open: number | null = null;
  try {
    open = openSync(file, 'r');
    const head = Buffer.alloc(headBytes);
    const text = head.toString('utf8', 0, readSync(open, head, 0, headBytes, 0)).replace(/^\uFEFF/, '');
    const end = text.search(/\r?\n/);
    return end < 0 ? (text.length < headBytes ? text : null) : text.slice(0, end);
  } catch {
    return null;
  } finally {
    if (open !== null) closeSync(open);
  }
}
