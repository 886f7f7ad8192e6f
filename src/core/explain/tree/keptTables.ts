import { isForestLeaf, type ForestNode } from './forest.ts';
import type { BinnedRows } from './patterns.ts';

/** A step of the way to the tables of a tree. */
interface Step {
  /** -1: a table. */
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  /** 1 << the bit that the player has on this path. */
  readonly bit: number;
  /** The player has a test above. */
  readonly known: boolean;
  readonly holds: Uint8Array | null;
  /** Places of the steps that follow; -1 at two sibling leaves, whose one table comes next. */
  yes: number;
  no: number;
  /** Of a table: its first number, or -1 where nothing is added; and its players. */
  readonly cells: number;
  readonly players: Int32Array;
}

const noPlayers = new Int32Array(0);

/**
 * The tables of one tree's leaves, with the way to them laid out in the order of `visitLeaves`: a single row is
 * answered by one pass over numbers that lie side by side.
 */
export class KeptTables {
  readonly #steps: readonly Step[];
  readonly #cells: Float64Array;

  /**
   * @param playerOf feature -> player
   * @param tables in the order of visits, 2^k patterns of k values each; null where nothing is added
   */
  constructor(root: ForestNode, playerOf: Int32Array, tables: readonly (Float64Array | null)[]) {
    this.#cells = new Float64Array(tables.reduce((sum, table) => sum + (table?.length ?? 0), 0));
    const steps: Step[] = [];
    let next = 0;
    let used = 0;
    const addTable = (players: readonly number[]): void => {
      const table = tables[next++] ?? null;
      const test = { feature: -1, low: 0, high: 0, bit: 0, known: false, holds: null, yes: -1, no: -1 };
      steps.push({ ...test, cells: table === null ? -1 : used, players: Int32Array.from(players) });
      if (table === null) return;
      this.#cells.set(table, used);
      used += table.length;
    };
    const add = (node: ForestNode, players: readonly number[]): void => {
      if (isForestLeaf(node)) {
        addTable(players);
        return;
      }
      const { feature, low, high, holds, whenTrue, whenFalse } = node;
      const at = players.indexOf(playerOf[feature]!);
      const known = at >= 0;
      const bit = 1 << (known ? at : players.length);
      const step: Step = {
        feature,
        low,
        high,
        bit,
        known,
        holds,
        yes: -1,
        no: -1,
        cells: -1,
        players: noPlayers,
      };
      steps.push(step);
      const own = known ? players : [...players, playerOf[feature]!];
      if (!known && isForestLeaf(whenTrue) && isForestLeaf(whenFalse)) {
        addTable(own);
        return;
      }
      step.yes = steps.length;
      add(whenTrue, own);
      step.no = steps.length;
      add(whenFalse, own);
    };
    add(root, []);
    this.#steps = steps;
  }

  /** Adds the values of one row. @param phi players x rows */
  add({ bins, rows }: BinnedRows, row: number, phi: Float64Array): void {
    const steps = this.#steps;
    const cells = this.#cells;
    const walk = (from: number, passed: number): void => {
      let at = from;
      let pattern = passed;
      for (;;) {
        const step = steps[at]!;
        const { feature, bit, holds } = step;
        if (feature < 0) {
          if (step.cells >= 0) {
            const { players } = step;
            const k = players.length;
            const line = step.cells + pattern * k;
            for (let j = 0; j < k; j++) phi[players[j]! * rows + row]! += cells[line + j]!;
          }
          return;
        }
        const bin = bins[feature * rows + row]!;
        const own = holds === null ? bin >= step.low && bin <= step.high : holds[bin] === 1;
        if (step.yes < 0) {
          at++;
          if (own) pattern |= bit;
          continue;
        }
        const [mine, other] = step.known ? [pattern, pattern & ~bit] : [pattern | bit, pattern];
        walk(step.yes, own ? mine : other);
        at = step.no;
        pattern = own ? other : mine;
      }
    };
    walk(0, 0);
  }
}
