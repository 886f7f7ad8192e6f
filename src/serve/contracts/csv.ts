import { HttpError } from '../http/httpError.ts';
import type { Table } from './table.ts';

/**
 * A CSV text with a header (RFC 4180; line ends of either kind).
 * @throws HttpError 400
 */
export function csvTable(text: string): Table {
  const [header, ...rows] = csvRows(text.replace(/^\ufeff/, ''));
  if (header === undefined) throw new HttpError(400, 'The CSV is empty; its first line names the columns.');
  if (rows.length === 0) throw new HttpError(400, 'The CSV has a header and no rows.');
  const ragged = rows.findIndex(row => row.length !== header.length);
  if (ragged >= 0)
    throw new HttpError(
      400,
      `Row ${ragged + 1} of the CSV has ${rows[ragged]!.length} cells, its header ${header.length}.`,
    );
  return {
    columns: header.map((name, column) => ({ name, cells: rows.map(row => row[column]) })),
    rows: rows.length,
    text: true,
  };
}

function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const plain = /[^",\r\n]*/gy;
  const end = /,|\r?\n|\r|$/gy;
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    const quoted = text[at] === '"';
    plain.lastIndex = at;
    const cell = quoted ? quotedCell(text, at) : plain.exec(text)![0];
    end.lastIndex = at + (cell?.length ?? 0);
    const found = cell === null ? null : end.exec(text);
    if (cell === null || found === null)
      throw new HttpError(
        400,
        `The CSV has a quote out of place in line ${text.slice(0, at).split('\n').length}.`,
      );
    at = end.lastIndex;
    row.push(quoted ? cell.slice(1, -1).replace(/""/g, '"') : cell);
    if (found[0] === ',') {
      // A comma at the very end is followed by one more, empty cell.
      if (at === text.length) row.push('');
      else continue;
    }
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

/** A cell with its quotes, of which two stand for one; null when it has no end. */
function quotedCell(text: string, at: number): string | null {
  for (let close = text.indexOf('"', at + 1); close >= 0; close = text.indexOf('"', close + 2))
    if (text[close + 1] !== '"') return text.slice(at, close + 1);
  return null;
}
