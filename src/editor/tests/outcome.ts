import { datum } from '../../core/words.ts';
import { readingOf, statusWords, valueOf, wantedOf } from '../../core/policy/readings.ts';
import type { Cell } from '../../core/data/table.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';

/** How a check ends as a test. */
export interface TestOutcome {
  /** What the data cannot decide, or what did not run, is skipped, as in JUnit's report: it stops no deployment. */
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  readonly expected: string | null;
  readonly actual: string | null;
  /** Beside the test's name: "0.754 (0.702 to 0.805), passes". */
  readonly description: string;
  readonly slices: readonly SliceOutcome[];
}

export interface SliceOutcome {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly state: TestOutcome['state'];
}

/** A check of a validation as a test: warnings pass, as they do in the verdict, and say so. */
export function outcomeOf(check: CheckResult): TestOutcome {
  const state = states[check.status];
  const message = [check.finding, check.status === 'pass' ? null : check.advice]
    .filter(part => part !== null && part !== '')
    .join(' ');
  return {
    state,
    message,
    expected: wantedOf(check),
    actual: check.value === null ? null : valueOf(check),
    description: readingOf(check),
    slices: slicesOf(check, state),
  };
}

const states: Readonly<Record<CheckResult['status'], TestOutcome['state']>> = {
  pass: 'passed',
  warn: 'passed',
  fail: 'failed',
  inconclusive: 'skipped',
  'not-run': 'skipped',
};

/** The slices or groups in a check's evidence; one that the finding names shares the check's end. */
function slicesOf(
  { evidence, finding, status }: CheckResult,
  state: TestOutcome['state'],
): readonly SliceOutcome[] {
  if (evidence === null) return [];
  const byGroup = evidence.columns[0] === 'column' && evidence.columns[1] === 'group';
  if (!byGroup && evidence.columns[0] !== 'slice') return [];
  const first = byGroup ? 2 : 1;
  return evidence.rows.map(row => {
    const label = byGroup ? `${words(row[0])} = ${words(row[1])}` : words(row[0]);
    const named = finding.includes(label);
    return {
      id: label,
      label,
      description: evidence.columns
        .slice(first)
        .map((column, i) => `${column} ${words(row[first + i])}`)
        .concat(named && status !== 'pass' ? [statusWords[status]] : [])
        .join(', '),
      // A group that is too small to be judged has its count and nothing else.
      state: row[first + 1] === null ? 'skipped' : named ? state : 'passed',
    };
  });
}

function words(cell: Cell | undefined): string {
  return typeof cell === 'number' ? datum(cell) : String(cell ?? '-');
}
