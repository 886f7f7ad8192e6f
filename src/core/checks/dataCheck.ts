import type { Check, Outcome } from './check.ts';
import type { CheckFacts, DataFacts, RowCount } from './facts.ts';
import { rowsEvidence, tableOf } from './evidence.ts';
import { counted, names, percent } from '../words.ts';

/** What the checks of a data set's profile share. */

const base = { group: 'data', needs: ['data'], severity: 'warn', unit: null } as const;
const noProfile = { notRun: 'The data was not profiled.' } as const;

type Definition = Pick<Check, 'id' | 'title' | 'threshold'> &
  Partial<Pick<Check, 'needs' | 'severity' | 'unit'>>;

/** A check of the holdout's profile. */
export function dataCheck(
  definition: Definition,
  run: (data: DataFacts, facts: CheckFacts) => Outcome,
): Check {
  return { ...base, ...definition, run: facts => (facts.data === null ? noProfile : run(facts.data, facts)) };
}

/** The worst column by a share; the finding lists all that have any. */
export function worstColumn(
  shares: readonly { readonly name: string; readonly share: number }[],
  words: { readonly fine: string; readonly what: string; readonly advice: string; readonly heading: string },
): Outcome {
  const some = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
  const [worst] = some;
  return {
    value: worst?.share ?? 0,
    finding:
      worst === undefined
        ? words.fine
        : `${percent(worst.share)} of \`${worst.name}\` ${words.what}${some.length > 1 ? `, as does a part of ${counted(some.length - 1, 'other column')}` : ''}.`,
    advice: words.advice,
    evidence:
      some.length === 0
        ? null
        : tableOf(
            ['column', words.heading],
            some.map(one => [one.name, one.share]),
          ),
  };
}

/** Columns that should not be there. */
export function noColumn(
  list: readonly string[],
  words: { readonly fine: string; readonly found: string; readonly advice: string },
): Outcome {
  return {
    value: list.length,
    finding: list.length === 0 ? words.fine : `${names(list)} ${words.found}.`,
    advice: words.advice,
    evidence:
      list.length === 0
        ? null
        : tableOf(
            ['column'],
            list.map(name => [name]),
          ),
  };
}

/** A share of rows with its Wilson interval. */
export function shareOfRows(
  found: RowCount,
  data: DataFacts,
  words: { readonly fine: string; readonly what: string; readonly advice: string },
): Outcome {
  return {
    value: data.rows === 0 ? 0 : found.count / data.rows,
    finding:
      found.count === 0
        ? words.fine
        : `${counted(found.count, 'row')} (${percent(found.count / data.rows)}) ${words.what}.`,
    advice: words.advice,
    evidence: rowsEvidence(found, data),
  };
}
