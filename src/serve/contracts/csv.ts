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
  // A cell, in quotes or not, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null)
      throw new HttpError(
        400,
        `The CSV has a quote out of place in line ${text.slice(0, at).split('\n').length}.`,
      );
    const [, quoted, plain, end] = found;
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === ',') {
      // A comma at the very end is followed by one more, empty cell.
      if (cell.lastIndex === text.length) row.push('');
      else continue;
    }
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}
