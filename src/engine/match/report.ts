import type { DataFacts } from '../../core/checks/facts.ts';
import type { ColumnMatch, SeenValues } from '../../protocol/results/shared.ts';
import type { MatchPlan } from './plan.ts';

/**
 * The matching as results show it.
 * @param missing missing values a column; @param unseen values a column that the reference does not hold
 * @param seen what each column holds
 */
export function matchReport(
  plan: MatchPlan,
  missing: ReadonlyMap<string, number>,
  unseen: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, SeenValues> = new Map(),
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
    seen: seen.get(pairing.column) ?? null,
  }));
}

const shownLevels = 20;

/** The range or the words of each column. */
export function seenValues(data: DataFacts, role: SeenValues['role']): Map<string, SeenValues> {
  return new Map(
    data.columns.map(({ name, numbers, levels, distinct }) => [
      name,
      {
        role,
        low: numbers?.min ?? null,
        high: numbers?.max ?? null,
        levels: levels?.slice(0, shownLevels).map(({ level }) => level) ?? null,
        distinct,
      },
    ]),
  );
}
