import type { Signal } from '../../signal.ts';
import { binned, type Forest } from '../tree/forest.ts';
import type { Encoded } from '../tree/shap.ts';
import type { Gower } from '../gower.ts';
import { LeafBoxes } from './boxes.ts';

export interface LireTask {
  readonly forest: Forest;
  /** Feature of the forest -> raw column. */
  readonly columnOf: Int32Array;
  /** The row's features. */
  readonly own: Encoded;
  /** The reference rows' features. */
  readonly reference: Encoded;
  /** Reference rows that give what is wanted. */
  readonly wanted: Int32Array;
  /** The row and the reference rows (from 1 on) in raw columns. */
  readonly gower: Gower;
  /** A raw number of the row (0) or a reference row (from 1 on); null for a column of words. */
  readonly number: (column: number, row: number) => number | null;
  /** Raw columns, and whether each of the reference's numbers is whole. */
  readonly columns: number;
  readonly whole: readonly boolean[];
  /** Whether the row may take this in column j: a raw number, or the cell of a reference row (from 1 on). */
  readonly permits: (column: number, to: { readonly value: number } | { readonly row: number }) => boolean;
  /**
   * Features of rows made of raw values: row i of the answer has in column j the number values[j][i], or, where
   * that is NaN or column j holds words, the cell of reference row rows[i] (from 1 on).
   */
  readonly encode: (values: readonly Float64Array[], rows: Int32Array, signal: Signal) => Promise<Encoded>;
  readonly count: number;
  readonly signal: Signal;
}

/** A point of a box: column j keeps the row's value, takes a number, or takes the cell of the reference row. */
export interface BoxPoint {
  /** Reference row (from 1 on) whose box it is. */
  readonly toward: number;
  readonly cells: readonly ('own' | 'reference' | number)[];
  readonly distance: number;
}

/** Halvings after which a float64 is as near to the edge as it can be. */
const halvings = 64;

/**
 * Counterfactuals in boxes of leaves that hold data (LIRE: Carreira-Perpinan and Hada 2023, "Very fast, approximate
 * counterfactual explanations for decision forests"): for each reference row with the wanted answer, the nearest
 * point of its box, column by column; the nearest of these are the nearest counterfactuals within the data's
 * support. Where a box begins in raw values is found by halving through the model's own encoders.
 * A reference row's missing value is taken as it is: the numbers of its box are not looked through.
 * @returns nearest first; a box is left out when a column that may not change lies outside of it
 */
export async function lire(task: LireTask): Promise<BoxPoint[]> {
  const { columns, signal } = task;
  const boxes = new LeafBoxes(task.forest, task.reference);
  const featuresOf = Array.from({ length: columns }, (): number[] => []);
  task.columnOf.forEach((column, feature) => featuresOf[column]!.push(feature));
  const ownBins = binned(task.forest, task.own.data, 1);
  const kept = (row: number, column: number): boolean =>
    featuresOf[column]!.every(feature => boxes.inside(row, feature, ownBins[feature]!));

  // Per candidate and column: null keeps; else the number's ends [outside, inside], or the reference's word.
  const open = Array.from(task.wanted).map(row => ({
    row,
    moved: Array.from({ length: columns }, (_, column) => !kept(row, column)),
  }));
  const able = open.filter(({ row, moved }) =>
    moved.every(
      (moves, column) => !moves || task.permits(column, { row: row + 1 }) || task.number(column, 0) !== null,
    ),
  );
  const rows = Int32Array.from(able, ({ row }) => row + 1);
  const outside = Array.from({ length: columns }, (_, column) =>
    new Float64Array(able.length).fill(task.number(column, 0) ?? NaN),
  );
  const inside = Array.from({ length: columns }, (_, column) =>
    Float64Array.from(able, ({ row, moved }) =>
      moved[column] ? (task.number(column, row + 1) ?? NaN) : NaN,
    ),
  );
  for (let step = 0; step < halvings; step++) {
    signal.throwIfAborted();
    const middle = inside.map((ends, column) => ends.map((end, i) => midway(outside[column]![i]!, end)));
    if (
      middle.every((values, column) =>
        values.every((value, i) => Object.is(value, inside[column]![i]) || Number.isNaN(value)),
      )
    )
      break;
    const encoded = await task.encode(middle, rows, signal);
    const bins = binned(task.forest, encoded.data, encoded.rows);
    able.forEach(({ row, moved }, i) => {
      for (let column = 0; column < columns; column++) {
        const value = middle[column]![i]!;
        if (!moved[column] || Number.isNaN(value)) continue;
        const holds = featuresOf[column]!.every(feature =>
          boxes.inside(row, feature, bins[feature * encoded.rows + i]!),
        );
        if (holds) inside[column]![i] = value;
        else outside[column]![i] = value;
      }
    });
  }
  const found = able.map(({ row, moved }, i): BoxPoint | null => {
    let sum = 0;
    const cells: BoxPoint['cells'][number][] = [];
    for (let column = 0; column < columns; column++) {
      const from = task.number(column, 0);
      const edge = inside[column]![i]!;
      if (!moved[column]) cells.push('own');
      else if (from === null || Number.isNaN(edge) || Number.isNaN(from)) {
        if (!task.permits(column, { row: row + 1 })) return null;
        cells.push('reference');
        sum += task.gower.column(column, 0, row + 1);
      } else {
        const value = readable(edge, task.number(column, row + 1)!, task.whole[column]!);
        if (!task.permits(column, { value })) return null;
        cells.push(value);
        sum += task.gower.numbers(column, from, value);
      }
    }
    return { toward: row + 1, cells, distance: sum / Math.max(1, columns) };
  });
  return found
    .filter(point => point !== null)
    .sort((a, b) => a.distance - b.distance || a.toward - b.toward)
    .slice(0, task.count);
}

/** Halfway between two numbers, one of them when they are neighbours; NaN when one is missing. */
function midway(outside: number, inside: number): number {
  const middle = outside / 2 + inside / 2;
  return middle === outside ? inside : middle;
}

/** A whole number where the reference has only such: the next one further inside, which the reference's is too. */
function readable(edge: number, inner: number, whole: boolean): number {
  if (!whole || !Number.isInteger(inner)) return edge;
  return inner >= edge ? Math.ceil(edge) : Math.floor(edge);
}
