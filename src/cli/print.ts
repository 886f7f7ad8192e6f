import Table from 'cli-table3';
import * as words from '../core/words.ts';
import type { Interval, Status } from '../protocol/results/shared.ts';
import type { Metric } from '../protocol/results/validation.ts';

/** "0.740", "1,235"; "-" where there is no number. */
export function number(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '-' : words.number(value);
}

/** "0.714 (0.681 to 0.744)". */
export function withInterval(value: number | null, interval: Interval | null): string {
  return value === null ? '-' : words.withInterval(value, interval);
}

export function bytes(size: number | null): string {
  return size === null ? '-' : words.bytes(size);
}

export function shortDigest(digest: string | null): string {
  return digest === null ? '-' : digest.slice(0, 8);
}

/** Words, so that nothing rests on colour. */
export const statusWord: Readonly<Record<Status, string>> = {
  pass: 'pass',
  warn: 'WARN',
  fail: 'FAIL',
  'not-run': 'not run',
  inconclusive: 'inconclusive',
};

const none = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Aligned columns without lines; columns of numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = (column: number): boolean =>
    rows.length > 0 && rows.every(row => /^[-+]?[\d.,]*(e[-+]?\d+)?( (k|M)?B)?$/.test(row[column] ?? ''));
  const made = new Table({
    head: [...head],
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
  });
  made.push(...rows.map(row => [...row]));
  return made
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

export function metricsTable(metrics: readonly Metric[]): string {
  return table(
    ['metric', 'value', 'n'],
    metrics
      .filter(metric => metric.class === null)
      .map(({ name, value, interval, n, unit }) => [
        name,
        `${withInterval(value, interval)}${unit === null ? '' : ` ${unit}`}`,
        number(n),
      ]),
  );
}

/** A chart of one value as a bar of at most `width` letters. */
export function bar(share: number, width = 20): string {
  return '\u2588'.repeat(Math.max(0, Math.round(share * width)));
}
