import type { Column, Table } from '../data/table.ts';
import { jensenShannon } from '../stats/distances.ts';
import { fisherExact } from '../stats/fisher.ts';
import { percent } from '../words.ts';
import { decide, type Decision } from './rule.ts';

/** How far the share of a column's rows without a value has moved. */
export interface MissingDrift extends Decision {
  readonly name: string;
  /** Shares missing, before and now. */
  readonly missing: readonly [number, number];
  readonly test: string;
  readonly pValue: number;
  /** Of missing and not, to base 2. */
  readonly jensenShannon: number;
}

/**
 * Drift of missing values, most first, of the columns that both tables have and one has some in. The tests of values
 * look at those that are there only, as Evidently's do (evidentlyai/evidently#187).
 */
export function missingDrift(reference: Table, data: Table): MissingDrift[] {
  const after = new Map(data.columns.map(column => [column.name, column]));
  return reference.columns
    .flatMap(before => {
      const now = after.get(before.name);
      const [a, b] = [missingIn(before), now === undefined ? 0 : missingIn(now)];
      return now === undefined || a + b === 0
        ? []
        : [driftOf(before.name, [a, reference.rows], [b, data.rows])];
    })
    .sort((a, b) => b.jensenShannon - a.jensenShannon);
}

const mostNamed = 4;

/** "`age` from 0 % to 50 %": of the first few columns. */
export function missingWords(drifts: readonly Pick<MissingDrift, 'name' | 'missing'>[]): string {
  const shown = drifts
    .slice(0, mostNamed)
    .map(({ name, missing: [before, now] }) => `\`${name}\` from ${percent(before)} to ${percent(now)}`);
  const more = drifts.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function driftOf(
  name: string,
  [a, n]: readonly [number, number],
  [b, m]: readonly [number, number],
): MissingDrift {
  const [p, q] = [a / n, b / m];
  const test = "Fisher's exact test";
  const pValue = fisherExact(a, n, b, m);
  const distance = jensenShannon([p, 1 - p], [q, 1 - q]);
  return {
    name,
    missing: [p, q],
    test,
    pValue,
    jensenShannon: distance,
    ...decide(
      n,
      { name: `${test} of missing values:`, pValue },
      { name: 'Jensen-Shannon distance of missing values', value: distance },
    ),
  };
}

function missingIn(column: Column): number {
  let count = 0;
  if (column.kind === 'number') for (const value of column.values) count += Number.isNaN(value) ? 1 : 0;
  else for (const code of column.codes) count += code < 0 ? 1 : 0;
  return count;
}
