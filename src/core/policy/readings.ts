import type { Interval, Status } from '../../protocol/results/shared.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { givenWords, withInterval } from '../words.ts';

/** The sections of a policy whose rules are checks. */
export type JudgedSection = 'metrics' | 'checks' | 'slices';

/** Whether a check is of a rule: a metric or a slice with both limits gives two. */
export function isOfRule(id: string, section: JudgedSection, name: string): boolean {
  if (section === 'checks') return id === name;
  const own = section === 'slices' ? `slice-${name}` : name;
  return id === own || id === `${own}-max`;
}

/** The checks that a rule of the policy gave. */
export function checksOfRule(
  checks: readonly CheckResult[],
  section: JudgedSection,
  name: string,
): readonly CheckResult[] {
  return checks.filter(({ id }) => isOfRule(id, section, name));
}

export const statusWords: Readonly<Record<Status, string>> = {
  pass: 'passes',
  warn: 'warns',
  fail: 'fails',
  inconclusive: 'cannot be decided',
  'not-run': 'not run',
};

/** "0.754 (0.702 to 0.805)"; "-" where there is no value. */
export function valueOf({ value, interval, unit }: Pick<CheckResult, 'value' | 'interval' | 'unit'>): string {
  if (value === null) return '-';
  return typeof value === 'string' ? value : withInterval(value, interval, unit);
}

/** "at least 0.65"; null for a check without a limit. */
export function wantedOf({ threshold, unit }: Pick<CheckResult, 'threshold' | 'unit'>): string | null {
  if (threshold === null) return null;
  const words = { '>=': 'at least', '<=': 'at most', '>': 'above', '<': 'below', '==': 'exactly' };
  return `${words[threshold.op]} ${givenWords(threshold.value, unit)}`;
}

/** "0.754 (0.702 to 0.805), passes". */
export function readingOf(check: CheckResult): string {
  return check.value === null ? statusWords[check.status] : `${valueOf(check)}, ${statusWords[check.status]}`;
}

/** "-0.00778 (-0.0472 to 0.0326)", with its sign. */
export function deltaOf(value: number, interval: Interval | null, unit: string | null = null): string {
  return `${value > 0 ? '+' : ''}${withInterval(value, interval, unit)}`;
}
