import type { Interval } from '../../protocol/results/shared.ts';
import type { Evidence } from '../../protocol/results/validation.ts';
import { cellAt, type Cell } from '../data/table.ts';
import type { DataFacts, RowCount } from './facts.ts';

/** Three significant digits; whole numbers in full. */
export function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return value.toExponential(2);
  return size >= 1000 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString();
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value !== 0 && value < 0.1 ? '< 0.1' : Number(value.toFixed(1)).toString()} %`;
}

export function valueWords(value: number, unit: string | null): string {
  return unit === null ? number(value) : `${number(value)} ${unit}`;
}

/** "0.714 (0.681 to 0.744)". */
export function withInterval(value: number, interval: Interval | null, unit: string | null = null): string {
  const range = interval === null ? '' : ` (${number(interval.low)} to ${number(interval.high)})`;
  return `${valueWords(value, unit)}${range}`;
}

/** "1 row", "2 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** "`a`, `b` and 3 more". */
export function names(list: readonly string[], most = 4): string {
  const shown = list.slice(0, most).map(name => `\`${name}\``);
  const more = list.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

const mostRows = 50;

/** The first lines of a longer list. */
export function tableOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): Evidence {
  return {
    columns: [...columns],
    rows: rows.slice(0, mostRows).map(row => [...row]),
    more: Math.max(0, rows.length - mostRows),
  };
}

/** Rows of the data with what they hold, where the sample has them. */
export function rowsEvidence({ count, rows }: RowCount, data: DataFacts | null): Evidence | null {
  if (count === 0) return null;
  const shown = rows.slice(0, mostRows);
  const at = new Map<number, number>();
  const wanted = new Set(shown);
  data?.sampleRows?.forEach((row, index) => {
    if (wanted.has(row)) at.set(row, index);
  });
  const columns = data?.sample.columns ?? [];
  const cells = (row: number): Cell[] => {
    const index = data?.sampleRows ? at.get(row) : row;
    return columns.map(column => (index === undefined ? null : cellAt(column, index)));
  };
  return {
    columns: columns.map(column => column.name),
    rows: shown.map(cells),
    rowIds: [...shown],
    more: count - shown.length,
  };
}
