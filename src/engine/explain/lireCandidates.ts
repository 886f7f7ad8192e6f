import type { Table } from '../../core/data/table.ts';
import { mayBecome, permits, type Constraints } from '../../core/explain/counterfactual/constraints.ts';
import { lire, type BoxPoint } from '../../core/explain/counterfactual/lire.ts';
import { Gower } from '../../core/explain/gower.ts';
import { cellAt, type Column } from '../../core/data/table.ts';
import { neverAborted } from '../tasks/signal.ts';
import { forBatches } from '../model/load.ts';
import { AdditiveModel, type Refused } from './additiveModel.ts';
import type { Subject } from './subject.ts';
import type { Goal } from './wanted.ts';

export interface LirePoints {
  /** The points as rows of raw values, nearest first. */
  readonly table: Table;
  /** Reference rows (from 1 on) whose boxes they lie in. */
  readonly toward: readonly number[];
}

/**
 * Nearest points of the boxes of leaves that hold reference rows with the wanted answer (`lire`), for a tree
 * ensemble whose reading is proven on every row.
 * @param table the row, then the reference rows
 * @returns why there are none, for a model of another kind
 */
export async function lirePoints(
  subject: Subject,
  table: Table,
  goal: Goal,
  constraints: Constraints,
  count: number,
): Promise<LirePoints | Refused> {
  const { model, plan, scorer, data } = subject;
  const additive = await AdditiveModel.open(model, plan, forBatches);
  if ('refused' in additive) return additive;
  try {
    const { forest, players } = additive;
    if (forest === null) return { refused: 'Boxes of leaves need a tree ensemble; the model is linear.' };
    if (players.some(({ features }) => features.length > 1))
      return {
        refused: 'The model mixes columns before its trees see them, so that boxes have no sides in them.',
      };
    const path = data.source.path;
    const pool = scorer.feeds.pool(table, path);
    const encoded = await additive.encoded(pool, neverAborted);
    const answers = await scorer.pool(pool, neverAborted);
    const { refused } = additive.proven(encoded, answers.scores);
    if (refused !== null) return { refused };
    const wrong = await additive.traced(pool, plan.features.length, neverAborted);
    if (wrong !== null) return wrong;
    const { met } = goal.of(answers);
    const width = forest.features;
    const others = Int32Array.from({ length: table.rows - 1 }, (_, i) => i + 1);
    const takes = permits(constraints, table.columns, 0);
    const points = await lire({
      forest,
      columnOf: Int32Array.from(additive.plan.playerOf, player => players[player]!.features[0]!),
      own: { data: encoded.data.subarray(0, width), rows: 1 },
      reference: { data: encoded.data.subarray(width), rows: table.rows - 1 },
      wanted: others.map(row => row - 1).filter(row => met[row + 1] === 1),
      gower: new Gower(table, others),
      number: (column, row) => {
        const own = table.columns[column]!;
        return own.kind === 'number' ? own.values[row]! : null;
      },
      columns: table.columns.length,
      whole: table.columns.map(column => isWhole(column, others)),
      permits: (column, to) => {
        if ('row' in to) return takes(column, to.row);
        const own = table.columns[column]!;
        return mayBecome(constraints, own.name, cellAt(own, 0), to.value);
      },
      encode: async (values, rows, signal) =>
        await additive.encoded(scorer.feeds.pool(rawRows(table, values, rows), path), signal),
      count,
      signal: neverAborted,
    });
    return { table: pointRows(table, points), toward: points.map(({ toward }) => toward) };
  } finally {
    await additive.release();
  }
}

function isWhole(column: Column, rows: Int32Array): boolean {
  if (column.kind !== 'number') return false;
  return rows.every(row => Number.isNaN(column.values[row]!) || Number.isInteger(column.values[row]!));
}

/** Rows of these numbers; where one is missing, and in columns of words, the cells of the table's rows. */
function rawRows(table: Table, values: readonly Float64Array[], rows: Int32Array): Table {
  return {
    rows: rows.length,
    columns: table.columns.map((column, j): Column =>
      column.kind === 'category'
        ? { ...column, codes: rows.map(row => column.codes[row]!) }
        : {
            ...column,
            values: values[j]!.map((value, i) => (Number.isNaN(value) ? column.values[rows[i]!]! : value)),
          },
    ),
  };
}

function pointRows(table: Table, points: readonly BoxPoint[]): Table {
  const from = (point: BoxPoint, j: number): number => (point.cells[j] === 'own' ? 0 : point.toward);
  return {
    rows: points.length,
    columns: table.columns.map((column, j): Column =>
      column.kind === 'category'
        ? { ...column, codes: Int32Array.from(points, point => column.codes[from(point, j)]!) }
        : {
            ...column,
            values: Float64Array.from(points, point => {
              const cell = point.cells[j]!;
              return typeof cell === 'number' ? cell : column.values[from(point, j)]!;
            }),
          },
    ),
  };
}
