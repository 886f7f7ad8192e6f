import type { Cell } from '../../src/core/data/table.ts';

/** Pure parts of tables: order, filter and text for the clipboard and files. */

/** Numbers by size, words by the language's order, missing values always last. */
export function compareCells(a: Cell, b: Cell, descending: boolean): number {
  const missingA = isMissing(a);
  const missingB = isMissing(b);
  if (missingA || missingB) return Number(missingA) - Number(missingB);
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en', { numeric: true });
  return descending ? -order : order;
}

function isMissing(cell: Cell): boolean {
  return cell === null || (typeof cell === 'number' && Number.isNaN(cell));
}

/** A sorted copy; equal rows keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => Cell,
  descending: boolean,
): readonly Row[] {
  return rows
    .map((row, at) => ({ row, at, key: value(row) }))
    .sort((a, b) => compareCells(a.key, b.key, descending) || a.at - b.at)
    .map(entry => entry.row);
}

/** True when every word of the filter occurs in one of the texts. */
export function matches(filter: string, texts: readonly (string | null)[]): boolean {
  const haystack = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => haystack.includes(word));
}

/** RFC 4180, with a header line; missing values are empty. */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    if (isMissing(cell)) return '';
    const text = String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map(row => row.map(field).join(',')).join('\r\n') + '\r\n';
}

/** Tab-separated, as spreadsheets paste it. */
export function toTsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => (isMissing(cell) ? '' : String(cell).replaceAll(/[\t\r\n]+/g, ' '));
  return [columns, ...rows].map(row => row.map(field).join('\t')).join('\n');
}

/** Which rows of a scrolled list to draw, with `spare` beyond either edge. */
export function visibleRows(
  total: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  spare = 12,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  return { from, to: Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spare) };
}
