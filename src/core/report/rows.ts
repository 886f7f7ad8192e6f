import type { CheckResult } from '../../protocol/results/validation.ts';
import type { ReportInput } from './input.ts';

/** The same results without rows of the data: counts stay, cells go. */
export function withoutRows(input: ReportInput): ReportInput {
  const { validation, explanation, comparison } = input;
  return {
    ...input,
    rows: false,
    validation: {
      ...validation,
      checks: validation.checks.map(cut),
      charts: {
        ...validation.charts,
        residuals: validation.charts.residuals && { ...validation.charts.residuals, points: [] },
      },
    },
    explanation: explanation && { ...explanation, rows: [] },
    comparison: comparison && {
      ...comparison,
      flips: comparison.flips && { ...comparison.flips, negative: [], positive: [] },
      changes: comparison.changes && [],
    },
  };
}

/** Evidence that is rows of the data has their numbers. */
function cut(check: CheckResult): CheckResult {
  const { evidence } = check;
  if (evidence?.rowIds === undefined) return check;
  return {
    ...check,
    evidence: { columns: [], rows: [], rowIds: [], more: evidence.rows.length + evidence.more },
  };
}
