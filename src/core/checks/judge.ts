import type { Rule } from '../../protocol/engine.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import type { Threshold } from '../../protocol/results/validation.ts';

/**
 * A value against a limit. With an interval: it passes when all of the interval keeps the limit, is broken
 * when none of it does, and is inconclusive when the limit lies inside.
 */
export function judge(
  value: number,
  interval: Interval | null,
  threshold: Threshold,
  severity: 'fail' | 'warn',
): Status {
  const keeps = (end: number): boolean =>
    threshold.op === '>=' || threshold.op === '>' ? end >= threshold.value : end <= threshold.value;
  const ends = interval === null ? [value] : [interval.low, interval.high];
  if (ends.every(keeps)) return 'pass';
  return ends.some(keeps) ? 'inconclusive' : severity;
}

/** The limit a rule sets for a check of this direction; undefined when it sets none. */
export function limitOf(rule: Rule | undefined, op: '>=' | '<='): number | undefined {
  return op === '>=' ? rule?.min : rule?.max;
}
