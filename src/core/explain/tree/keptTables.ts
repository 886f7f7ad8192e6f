import { isForestLeaf, type ForestNode } from './forest.ts';
import type { BinnedRows } from './patterns.ts';

/**
 * Numbers of a step of the way to the tables. A test: feature; low (-1 - n where `holds[n]` is asked); high; 1 << the
 * bit that its player has on this path; the same again, or 0 where the player has a test above; and the places of the
 * two steps that follow (-1 at two sibling leaves, whose one table comes next). A table: -1; its first number (-1 where
 * nothing is added); its count of players; and the first of them.
 */
const stride = 8;

/** What was read ahead goes here, so that it is read. */
const readAhead = new Float64Array(1);

/**
 * The tables of one tree's leaves, with the way to them laid out in the order of `visitLeaves`: a single row passes
 * over numbers that lie side by side, then adds one line of each table.
 */
export class KeptTables {
  readonly #steps: Int32Array;
  readonly #holds: readonly Uint8Array[];
  readonly #players: Int32Array;
  readonly #cells: Float64Array;
  /** Steps that wait for their turn, each with its pattern. */
  readonly #waiting: Int32Array;
  /** The tables of a row, each with the line that its pattern has there. */
  readonly #lines: Int32Array;

  /**
   * @param playerOf feature -> player
   * @param tables in the order of visits, 2^k patterns of k values each; null where nothing is added
   */
  constructor(root: ForestNode, playerOf: Int32Array, tables: readonly (Float64Array | null)[]) {
    this.#cells = new Float64Array(tables.reduce((sum, table) => sum + (table?.length ?? 0), 0));
    const steps: number[] = [];
    const holding: Uint8Array[] = [];
    const owners: number[] = [];
    let next = 0;
    let used = 0;
    let deepest = 0;
    const addTable = (players: readonly number[]): void => {
      const table = tables[next++] ?? null;
      steps.push(-1, table === null ? -1 : used, players.length, owners.length, 0, 0, 0, 0);
      owners.push(...players);
      if (table === null) return;
      this.#cells.set(table, used);
      used += table.length;
    };
    const add = (node: ForestNode, players: readonly number[], depth: number): void => {
      deepest = Math.max(deepest, depth);
      if (isForestLeaf(node)) {
        addTable(players);
        return;
      }
      const { feature, low, high, holds, whenTrue, whenFalse } = node;
      const at = players.indexOf(playerOf[feature]!);
      const known = at >= 0;
      const step = steps.length;
      const bit = 1 << (known ? at : players.length);
      const from = holds === null ? low : -holding.push(holds);
      steps.push(feature, from, high, bit, known ? 0 : bit, -1, -1, 0);
      const own = known ? players : [...players, playerOf[feature]!];
      if (!known && isForestLeaf(whenTrue) && isForestLeaf(whenFalse)) {
        addTable(own);
        return;
      }
      steps[step + 5] = steps.length;
      add(whenTrue, own, depth + 1);
      steps[step + 6] = steps.length;
      add(whenFalse, own, depth + 1);
    };
    add(root, [], 0);
    this.#steps = Int32Array.from(steps);
    this.#holds = holding;
    this.#players = Int32Array.from(owners);
    this.#waiting = new Int32Array(2 * deepest);
    this.#lines = new Int32Array(2 * next);
  }

  /** Adds the values of one row. @param phi players x rows */
  add({ bins, rows }: BinnedRows, row: number, phi: Float64Array): void {
    const steps = this.#steps;
    const players = this.#players;
    const cells = this.#cells;
    const lines = this.#lines;
    const end = this.#find(bins, rows, row);
    for (let i = 0; i < end; i += 2) {
      const table = lines[i]!;
      const line = lines[i + 1]!;
      const k = steps[table + 2]!;
      const first = steps[table + 3]!;
      for (let j = 0; j < k; j++) phi[players[first + j]! * rows + row]! += cells[line + j]!;
    }
  }

  /**
   * Finds the row's lines and reads each: of reads that nothing waits for, the processor has many under way, of those
   * that are added to sums only a few.
   * @returns where `#lines` end
   */
  #find(bins: Uint16Array, rows: number, row: number): number {
    const steps = this.#steps;
    const cells = this.#cells;
    const lines = this.#lines;
    const waiting = this.#waiting;
    let [end, wait, pattern, read] = [0, 0, 0, 0];
    for (let at = 0; ;) {
      const feature = steps[at]!;
      const low = steps[at + 1]!;
      if (feature < 0) {
        if (low >= 0) {
          const k = steps[at + 2]!;
          const line = low + pattern * k;
          lines[end++] = at;
          lines[end++] = line;
          read += cells[line]! + cells[line + k - 1]!;
        }
        if (wait === 0) break;
        pattern = waiting[--wait]!;
        at = waiting[--wait]!;
        continue;
      }
      const bin = bins[feature * rows + row]!;
      const holds = low < 0 ? this.#holds[-1 - low]! : null;
      // 1 or 0, without a branch that would be guessed wrongly.
      const own = holds === null ? (((bin - low) | (steps[at + 2]! - bin)) >>> 31) ^ 1 : holds[bin]!;
      const bit = steps[at + 3]!;
      const yes = steps[at + 5]!;
      if (yes < 0) {
        at += stride;
        pattern |= bit & -own;
        continue;
      }
      const others = pattern & ~bit;
      const bitHere = (pattern | steps[at + 4]!) & bit;
      waiting[wait++] = steps[at + 6]!;
      waiting[wait++] = others | (bitHere & (own - 1));
      at = yes;
      pattern = others | (bitHere & -own);
    }
    readAhead[0] = read;
    return end;
  }
}
