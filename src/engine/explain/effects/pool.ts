import type { Column, Table } from '../../../core/data/table.ts';
import { levelOrder } from '../../../core/explain/effects/levelOrder.ts';
import {
  levelCounts,
  numberGrid,
  quantileEdges,
  sortedNumbers,
  whyNoCurve,
} from '../../../core/explain/effects/grid.ts';
import { stacked } from '../poolTable.ts';

/** The positions of one column's curves, and the pool rows that hold their values. */
export interface Positions {
  readonly why: string | null;
  /** Numbers ascending, or the levels' words. */
  readonly grid: readonly (number | string)[];
  readonly gridRows: Int32Array;
  /** Edges of the bins of local effects; levels in an order in which neighbours are alike. */
  readonly edges: readonly (number | string)[];
  readonly edgeRows: Int32Array;
  /** The grid holds every value that the column has. */
  readonly discrete: boolean;
}

/**
 * The rows of the data with lines beneath that hold every position of every curve: a composed row takes a
 * position as it takes any other row's value. Columns without curves repeat the first row's value there.
 */
export class EffectPool {
  readonly table: Table;
  readonly #positions: ReadonlyMap<number, Positions>;

  /** @param players columns that get curves */
  constructor(data: Table, players: readonly number[], grid: number) {
    const planned = new Map(players.map(player => [player, plan(data, data.columns[player]!, grid)]));
    const lines = Math.max(0, ...[...planned.values()].map(({ values }) => values.length));
    const added = data.columns.map((column, player) =>
      line(column, planned.get(player)?.values ?? [], lines),
    );
    this.table = lines === 0 ? data : stacked(data, { rows: lines, columns: added });
    this.#positions = new Map(
      [...planned].map(([player, { why, grid: positions, edges, discrete }]) => [
        player,
        {
          why,
          grid: positions,
          gridRows: Int32Array.from(positions, (_, k) => data.rows + k),
          edges,
          edgeRows: Int32Array.from(edges, (_, k) => data.rows + positions.length + k),
          discrete,
        },
      ]),
    );
  }

  of(player: number): Positions {
    return this.#positions.get(player)!;
  }
}

interface Plan {
  readonly why: string | null;
  readonly grid: readonly (number | string)[];
  readonly edges: readonly (number | string)[];
  readonly values: readonly (number | string)[];
  readonly discrete: boolean;
}

function plan(data: Table, column: Column, size: number): Plan {
  const why = whyNoCurve(column);
  if (why !== null) return { why, grid: [], edges: [], values: [], discrete: true };
  if (column.kind === 'number') {
    const sorted = sortedNumbers(column);
    const grid = Array.from(numberGrid(sorted, size));
    const edges = Array.from(quantileEdges(sorted, size));
    const discrete = new Set(sorted).size === grid.length;
    return { why, grid, edges, values: [...grid, ...edges], discrete };
  }
  const { counts } = levelCounts(column);
  const codes = column.levels.map((_, code) => code).filter(code => counts[code]! > 0);
  const word = (code: number): string => column.levels[code]!;
  const frequent = codes.toSorted((a, b) => counts[b]! - counts[a]! || (word(a) < word(b) ? -1 : 1));
  const shown = frequent.slice(0, Math.max(size, mostLevels));
  const grid = shown.map(word);
  const edges = levelOrder(
    data,
    column,
    shown.toSorted((a, b) => (word(a) < word(b) ? -1 : 1)),
  ).map(word);
  return { why, grid, edges, values: [...grid, ...edges], discrete: shown.length === codes.length };
}

/** Levels of one column that get a value: the most frequent. */
const mostLevels = 50;

function line(column: Column, values: readonly (number | string)[], lines: number): Column {
  if (column.kind === 'number') {
    const filler = (values.at(-1) as number | undefined) ?? column.values[0]!;
    return {
      kind: 'number',
      name: column.name,
      values: Float64Array.from({ length: lines }, (_, k) => (values[k] as number | undefined) ?? filler),
    };
  }
  const known = new Map(column.levels.map((level, code) => [level, code]));
  const codes = Int32Array.from({ length: lines }, (_, k) => {
    const value = values[k] ?? values.at(-1);
    return value === undefined ? column.codes[0]! : known.get(String(value))!;
  });
  return { kind: 'category', name: column.name, codes, levels: column.levels };
}
