import { sharesIn } from '../../core/data/bins.ts';
import type { CategoryColumn, Table } from '../../core/data/table.ts';
import type { ColumnDrift } from '../../core/drift/columnDrift.ts';
import type { MissingDrift } from '../../core/drift/missingDrift.ts';
import type { DataDescription, NumberSummary } from '../../protocol/results/data.ts';
import type { HeldColumn } from './held.ts';
import type { ColumnSummary } from './summaries.ts';
import type { Unseen } from './unseen.ts';

export type ColumnDescription = DataDescription['columns'][number];

/** Distinct in each row, from so many rows on: what an identifier is like. */
const identifierRows = 20;

/** A column by itself. @param rows of the whole data set */
export function ofColumn(
  { name, type, kind }: HeldColumn,
  { n, distinct, numbers, levels, range }: ColumnSummary,
  rows: number,
): Omit<ColumnDescription, 'drift' | 'missingDrift' | 'label'> {
  return {
    name,
    type,
    kind,
    n,
    missing: rows - n,
    distinct,
    flags: flagsOf(kind, { n, distinct, numbers }, rows),
    numbers,
    levels:
      levels === null
        ? null
        : {
            levels: levels.levels.map(level => ({ ...level, reference: null })),
            others: levels.others,
            unseen: null,
          },
    range,
  };
}

function flagsOf(
  kind: HeldColumn['kind'],
  { n, distinct, numbers }: Pick<ColumnSummary, 'n' | 'distinct' | 'numbers'>,
  rows: number,
): string[] {
  if (n === 0) return ['empty'];
  if (distinct === 1) return ['constant'];
  // A measurement differs in each row too, but is no whole number.
  const whole = numbers === null || numbers.quantiles.every(([, value]) => Number.isInteger(value));
  return rows >= identifierRows && distinct === rows && kind !== 'time' && whole ? ['identifier'] : [];
}

/**
 * What the reference says of a column: the shares in the same bins and words, and how far it has moved.
 * @param reference a sample of its rows
 * @param unseen of all its rows
 */
export function besideReference(
  column: HeldColumn,
  summary: ColumnSummary,
  reference: Table | null,
  drifts: { readonly values: readonly ColumnDrift[]; readonly missing: readonly MissingDrift[] },
  unseen: Unseen,
): Partial<Pick<ColumnDescription, 'numbers' | 'levels'>> &
  Pick<ColumnDescription, 'drift' | 'missingDrift'> {
  const isOwn = ({ name }: { readonly name: string }): boolean => name === column.name;
  const own = reference?.columns.find(isOwn);
  return {
    ...(own?.kind === 'number' && summary.numbers !== null
      ? { numbers: withReference(summary.numbers, own.values) }
      : {}),
    ...(own?.kind === 'category' && summary.levels !== null
      ? { levels: withShares(summary.levels, own, unseen) }
      : {}),
    drift: driftOf(drifts.values.find(isOwn)),
    missingDrift: missingDriftOf(drifts.missing.find(isOwn)),
  };
}

function driftOf(drift: ColumnDrift | undefined): ColumnDescription['drift'] {
  if (drift === undefined) return null;
  const { drifted, decidedBy, psi, test, pValue, wasserstein, jensenShannon } = drift;
  return { drifted, decidedBy, psi, test, pValue, wasserstein, jensenShannon };
}

function missingDriftOf(drift: MissingDrift | undefined): ColumnDescription['missingDrift'] {
  if (drift === undefined) return null;
  const { drifted, decidedBy, missing, test, pValue, jensenShannon } = drift;
  return { drifted, decidedBy, missing: [...missing], test, pValue, jensenShannon };
}

function withReference(numbers: NumberSummary, values: Float64Array): NumberSummary {
  const { histogram } = numbers;
  return { ...numbers, histogram: { ...histogram, reference: sharesIn(histogram.edges, values) } };
}

function withShares(
  { levels, others }: NonNullable<ColumnSummary['levels']>,
  reference: CategoryColumn,
  unseen: Unseen,
): NonNullable<ColumnDescription['levels']> {
  const counts = new Map<string, number>();
  let n = 0;
  for (const code of reference.codes) {
    if (code < 0) continue;
    const word = reference.levels[code]!;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    n++;
  }
  return {
    levels: levels.map(({ name, count }) => ({
      name,
      count,
      reference: (counts.get(name) ?? 0) / Math.max(1, n),
    })),
    others,
    unseen,
  };
}
