import type { Interval } from '../protocol/results/shared.ts';

/** Numbers, shares and counts in words, the same in sentences, tables and reports. */

/** Decimals that give `digits` significant digits; values from a thousand on have none. */
export function decimalsFor(value: number, digits = 3): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return Math.min(12, Math.max(0, digits - 1 - magnitude));
}

/** By decimals: to make a format takes twenty times what using it does. */
const formats: Intl.NumberFormat[] = [];
const given = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 });

/** "1,234.50" with this many decimals. */
export function fixed(value: number, decimals: number): string {
  formats[decimals] ??= new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const text = formats[decimals].format(value);
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

/** "0.740", "1,235", "3.12e-7": three significant digits, thousands in groups; whole numbers in full. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(digits - 1);
  return fixed(value, Number.isInteger(value) ? 0 : decimalsFor(value, digits));
}

/** "0.65", "1,200": a number that someone chose, without more digits than they gave. */
export function asGiven(value: number): string {
  const size = Math.abs(value);
  return value !== 0 && (size < 1e-4 || size >= 1e15) ? String(value) : given.format(value);
}

/** "30", "1,204", "0.1235": a value of the data, in four significant digits without trailing zeros. */
export function datum(value: number): string {
  return asGiven(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value !== 0 && value < 0.1 ? '< 0.1' : Number(value.toFixed(1)).toString()} %`;
}

/** "96.8 %", "99.96 %", "0.04 %": with the digits that tell a share from none and from all. */
export function closePercent(share: number): string {
  const nearest = Math.min(share, 1 - share) * 100;
  return `${asGiven(Number((share * 100).toFixed(Math.max(1, decimalsFor(nearest, 2)))))} %`;
}

/** "0.032", "< 0.001": a p-value. */
export function pValueWords(p: number): string {
  return p < 0.001 ? '< 0.001' : number(p, 2);
}

/** "p = 0.032", "p < 0.001". */
export function pWords(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${pValueWords(p)}`;
}

export function valueWords(value: number, unit: string | null): string {
  return unit === null ? number(value) : `${number(value)} ${unit}`;
}

export function givenWords(value: number, unit: string | null): string {
  return unit === null ? asGiven(value) : `${asGiven(value)} ${unit}`;
}

/**
 * How a value and the ends of its interval are written: all with the decimals of three significant digits of the
 * value; beyond three decimals no more than two digits of the interval's width, since more mean nothing.
 */
export function digitsOf(
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): (value: number) => string {
  if (value !== 0 && Math.abs(value) < 1e-4) return number;
  const width = Math.max(3, decimalsFor(high - low, 2));
  const decimals = value === 0 || high === low ? width : Math.min(decimalsFor(value), width);
  return each => fixed(each, decimals);
}

/** "0.714 (0.680 to 0.744)". */
export function withInterval(value: number, interval: Interval | null, unit: string | null = null): string {
  if (interval === null) return valueWords(value, unit);
  const words = digitsOf(value, interval);
  return `${words(value)}${unit === null ? '' : ` ${unit}`} (${words(interval.low)} to ${words(interval.high)})`;
}

/** "1,204". */
export function whole(value: number): string {
  return fixed(value, 0);
}

/** "1.24 MB", in powers of 1,000. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  return `${number(size / 1000 ** power)} ${units[power]!}`;
}

/** "1 row", "2 rows". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

/** "`a`, `b` and 3 more". */
export function names(list: readonly string[], most = 4): string {
  const shown = list.slice(0, most).map(name => `\`${name}\``);
  const more = list.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
