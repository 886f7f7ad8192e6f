import type { Status, Verdict } from '../../protocol/results/shared.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';

/**
 * The checks as one verdict, with a sentence that names the rules. A rule of the policy that did not run
 * leaves the verdict open: silence is not a pass.
 */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  const titles = new Map(checks.map(check => [check.id, check.title]));
  const ids = (wanted: (check: CheckResult) => boolean): string[] => [
    ...new Set(checks.filter(wanted).map(check => check.id)),
  ];
  const ruleNotRun = (check: CheckResult): boolean =>
    check.status === 'not-run' && check.threshold?.source === 'policy';
  const failed = ids(check => check.status === 'fail');
  const warned = ids(check => check.status === 'warn');
  const inconclusive = ids(check => check.status === 'inconclusive' || ruleNotRun(check));
  const gateOpen = checks.some(
    check => check.severity === 'fail' && (check.status === 'inconclusive' || ruleNotRun(check)),
  );
  const named = (names: readonly string[]): string => list(names.map(id => titles.get(id)!));
  const ran = checks.filter(check => check.status !== 'not-run').length;
  const passed = checks.filter(check => check.status === 'pass').length;
  const [status, sentence] = ((): [Status, string] => {
    if (failed.length > 0)
      return [
        'fail',
        `Fails: ${named(failed)}${warned.length > 0 ? `; ${warned.length} more ${warned.length === 1 ? 'warns' : 'warn'}` : ''}.`,
      ];
    if (gateOpen)
      return ['inconclusive', `Neither passes nor fails: ${named(inconclusive)} cannot be decided.`];
    if (warned.length > 0)
      return ['warn', `Passes with ${warned.length === 1 ? 'a warning' : 'warnings'}: ${named(warned)}.`];
    if (ran === 0) return ['not-run', 'No check has run.'];
    const open = inconclusive.length > 0 ? `; undecided: ${named(inconclusive)}` : '';
    return ['pass', `Passes ${passed} of ${ran} checks${open}.`];
  })();
  return { status, sentence, failed, warned, inconclusive };
}

const mostNamed = 4;

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed);
  if (names.length > mostNamed) return `${shown.join(', ')} and ${names.length - mostNamed} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}
