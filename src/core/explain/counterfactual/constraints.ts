import { cellAt, type Cell, type Column } from '../../data/table.ts';
import { BadInput } from '../../failure.ts';
import { didYouMean } from '../../nearest.ts';

/** What a counterfactual may change. */
export interface Constraints {
  /** Columns that stay as they are. */
  readonly frozen: readonly string[];
  /** Values that a column of numbers may take when it changes, inclusive. */
  readonly bounds: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  /** Columns of numbers that may only go one way. */
  readonly monotonic: Readonly<Record<string, 'increasing' | 'decreasing'>>;
}

export const unconstrained: Constraints = { frozen: [], bounds: {}, monotonic: {} };

export function isUnconstrained({ frozen, bounds, monotonic }: Constraints): boolean {
  return frozen.length + Object.keys(bounds).length + Object.keys(monotonic).length === 0;
}

/** @throws BadInput for a column that is not there, limits of words, or limits that contradict each other */
export function checkConstraints(constraints: Constraints, columns: readonly Column[]): void {
  const { frozen, bounds, monotonic } = constraints;
  const names = columns.map(({ name }) => name);
  const find = (name: string, what: string): Column => {
    const found = columns.find(column => column.name === name);
    if (found !== undefined) return found;
    throw new BadInput(
      'unknown-column',
      `\`${name}\` is ${what}, but the model reads no such column.${didYouMean(name, names)}`,
    );
  };
  const numeric = (name: string, what: string): void => {
    if (find(name, what).kind === 'number') return;
    throw new BadInput(
      'words-have-no-order',
      `\`${name}\` is ${what}, but it holds words, which have no order. Freeze it, or leave it free.`,
    );
  };
  for (const name of frozen) find(name, 'frozen');
  for (const [name, { min, max }] of Object.entries(bounds)) {
    numeric(name, 'bounded');
    if (min !== undefined && max !== undefined && min > max)
      throw new BadInput(
        'bounds',
        `\`${name}\` is bounded from ${min} to ${max}: no value lies between. Swap them.`,
      );
  }
  for (const name of Object.keys(monotonic)) numeric(name, 'allowed to go one way only');
  if (columns.length > 0 && names.every(name => frozen.includes(name)))
    throw new BadInput(
      'all-frozen',
      'Every column is frozen, so nothing can change. Leave at least one column free.',
    );
}

/** Whether a value may stand in place of another. Keeping a value is always allowed; losing one never is. */
export function mayBecome(constraints: Constraints, name: string, from: Cell, to: Cell): boolean {
  if (from === to) return true;
  if (to === null || constraints.frozen.includes(name)) return false;
  const bounds = constraints.bounds[name];
  const direction = constraints.monotonic[name];
  if (bounds === undefined && direction === undefined) return true;
  if (typeof to !== 'number') return false;
  if (bounds !== undefined && (to < (bounds.min ?? -Infinity) || to > (bounds.max ?? Infinity))) return false;
  if (direction === undefined) return true;
  return typeof from === 'number' && (direction === 'increasing' ? to > from : to < from);
}

/** `mayBecome` for the rows of a table: whether `row` may take column j from `other`. */
export function permits(
  constraints: Constraints,
  columns: readonly Column[],
  row: number,
): (j: number, other: number) => boolean {
  const free = columns.map(
    ({ name }) =>
      !constraints.frozen.includes(name) &&
      constraints.bounds[name] === undefined &&
      constraints.monotonic[name] === undefined,
  );
  return (j, other) => {
    const column = columns[j]!;
    const to = cellAt(column, other);
    if (free[j]) return to !== null || cellAt(column, row) === null;
    return mayBecome(constraints, column.name, cellAt(column, row), to);
  };
}
