import * as words from '../../src/core/words.ts';
import type { Cell } from '../../src/core/data/table.ts';

/** How numbers are read: three significant digits, a true minus, thousands in groups, units by words. */

const minus = '\u2212';

/** "1,234.50" with this many decimals. */
export function fixed(value: number, decimals: number): string {
  return set(value, words.fixed(value, decimals));
}

/** "0.714", "1,234", "3.12e-7": three significant digits, never a whole number cut short. */
export function significant(value: number, digits = 3): string {
  return set(value, words.number(value, digits));
}

function set(value: number, text: string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'missing' : value > 0 ? '∞' : `${minus}∞`;
  return text.replaceAll('-', minus);
}

/** "+0.021", "−0.021", "0". */
export function signed(value: number, digits = 3): string {
  return (value > 0 ? '+' : '') + significant(value, digits);
}

/** "0.714 (0.681–0.744)". */
export function withInterval(
  value: number,
  interval: { readonly low: number; readonly high: number } | null,
): string {
  if (interval === null) return significant(value);
  const digits = words.digitsOf(value, interval);
  const end = (x: number): string => set(x, digits(x));
  return `${end(value)} (${range(end(interval.low), end(interval.high))})`;
}

/** "+0.164", "−0.005": the same decimals for all bars of a chart. */
export function signedFixed(value: number, decimals: number): string {
  return (value > 0 ? '+' : '') + fixed(value, decimals);
}

/** "0.1–0.2", and "−0.1 to 0.2" where a sign would meet the dash. */
export function range(low: string, high: string): string {
  return low.startsWith(minus) || high.startsWith(minus) ? `${low} to ${high}` : `${low}–${high}`;
}

/** A share of 1 as "24 %"; below 10 % with one decimal where it says something. */
export function share(value: number): string {
  const percent = value * 100;
  return `${fixed(percent, percent !== 0 && percent < 0.95 ? 1 : 0)} %`;
}

export function count(value: number): string {
  return fixed(value, 0);
}

/** "2 rows", "1 row". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "RMSE (bikes)": a measure with its unit. */
export function titleOf({ title, unit }: { readonly title: string; readonly unit: string | null }): string {
  return unit === null ? title : `${title} (${unit})`;
}

/** "3 min ago"; the date itself beyond a month. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return iso;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days <= 31 ? `${plural(days, 'day')} ago` : iso.slice(0, 10);
}

/** A digest as a person compares it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 8);
}

/** A value from the data as it is read in a table. */
export function cellText(cell: Cell): string {
  if (cell === null) return 'missing';
  if (typeof cell !== 'number') return String(cell);
  return set(cell, words.datum(cell));
}
