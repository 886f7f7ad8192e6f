import type { ColumnMatch } from '../../protocol/results.ts';
import type { MatchPlan } from './plan.ts';

/**
 * The matching as results show it.
 * @param missing missing values a column; @param unseen values a column that the reference does not hold
 */
export function matchReport(
  plan: MatchPlan,
  missing: ReadonlyMap<string, number>,
  unseen: ReadonlyMap<string, number>,
): ColumnMatch[] {
  return plan.pairings.map(pairing => ({
    input: pairing.input,
    column: pairing.column,
    by: pairing.by,
    from: pairing.from,
    to: pairing.type,
    rule: pairing.rule,
    missing: missing.get(pairing.column) ?? 0,
    unseen: unseen.get(pairing.column) ?? 0,
  }));
}
