import type { VNode } from 'preact';
import type { VersionRow } from '../../src/protocol/pages.ts';
import { Prose } from './prose.tsx';

export type Standing = VersionRow['verdict'];

const words: Readonly<Record<Standing, string>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  'not-run': 'not run',
  inconclusive: 'inconclusive',
  stale: 'stale',
};

const shapes: Readonly<Record<Standing, string>> = {
  pass: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 2.5 14.5 13.5H1.5ZM8 6.5V9.5M8 11.2V12',
  fail: 'M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5',
  'not-run': 'M8 3A5 5 0 1 0 8 13 5 5 0 1 0 8 3',
  inconclusive: 'M5 5.5A3 3 0 1 1 8.8 8.3Q8 8.7 8 10M8 12.2V13',
  stale: 'M13 8A5 5 0 1 1 11.3 4.3M11.5 1.5V4.5H8.5',
};

/** The word for a status, as people say it. */
export function statusWord(status: Standing): string {
  return words[status];
}

/** Shape and colour; the word stands beside it or in its label, never colour alone. */
export function StatusIcon({
  status,
  named = false,
}: {
  readonly status: Standing;
  readonly named?: boolean;
}): VNode {
  return (
    <svg
      class={`icon status-${status}`}
      viewBox="0 0 16 16"
      {...(named ? { role: 'img', 'aria-label': words[status] } : { 'aria-hidden': true })}
    >
      <path d={shapes[status]} />
    </svg>
  );
}

export function Status({
  status,
  children,
}: {
  readonly status: Standing;
  readonly children?: string;
}): VNode {
  return (
    <span class="status">
      <StatusIcon status={status} />{' '}
      <span>{children === undefined ? words[status] : <Prose text={children} />}</span>
    </span>
  );
}
