import type { CheckResult, Verdict } from '../../protocol/results.ts';

/** The checks as one verdict, with a sentence that names the rules that fail. */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  throw new Error(`not built: ${checks.length}`);
}
