import { isForestLeaf, passes, type Forest, type ForestNode, type Split } from './forest.ts';

/** One raw column moved through its steps, on each of which every test has one answer. */
export interface Steps {
  readonly count: number;
  /** The bins of a feature on each step; null for a feature that does not move. */
  readonly bins: readonly (Uint16Array | null)[];
}

/**
 * Margins of rows with some features moved through steps. Every tree is walked once a row: where a moved feature is
 * tested, both ways, each with the steps that take it; so all steps cost little more than one.
 * @param bins of the rows, features x n (`binned`)
 * @param visit is given each row's margins, steps x outputs; the array is used again
 */
export function stepMargins(
  forest: Forest,
  bins: Uint16Array,
  rows: number,
  steps: Steps,
  visit: (row: number, margins: Float64Array) => void,
): void {
  const { outputs, base } = forest;
  const { count } = steps;
  const runs = new Map<Split, Int32Array>();
  // What changes from step to step; the margins are its running sums.
  const changes = new Float64Array((count + 1) * outputs);
  let row = 0;
  const walk = (node: ForestNode, from: number, to: number): void => {
    if (isForestLeaf(node)) {
      for (let o = 0; o < outputs; o++) {
        changes[from * outputs + o]! += node.value[o]!;
        changes[to * outputs + o]! -= node.value[o]!;
      }
      return;
    }
    const moved = steps.bins[node.feature] ?? null;
    if (moved === null) {
      walk(passes(node, bins[node.feature * rows + row]!) ? node.whenTrue : node.whenFalse, from, to);
      return;
    }
    let known = runs.get(node);
    if (known === undefined) {
      known = runsOf(node, moved);
      runs.set(node, known);
    }
    for (let r = 0; r < known.length; r += 2) {
      const start = Math.max(from, known[r]!);
      const end = Math.min(to, known[r + 2] ?? count);
      if (start < end) walk(known[r + 1] === 1 ? node.whenTrue : node.whenFalse, start, end);
    }
  };
  for (row = 0; row < rows; row++) {
    changes.fill(0);
    changes.set(base);
    for (const tree of forest.trees) walk(tree, 0, count);
    for (let at = outputs; at < count * outputs; at++) changes[at]! += changes[at - outputs]!;
    visit(row, changes.subarray(0, count * outputs));
  }
}

/** Runs of steps with one answer to a test: where each starts, and the answer (1: holds). */
function runsOf(split: Split, moved: Uint16Array): Int32Array {
  const runs: number[] = [];
  moved.forEach((bin, step) => {
    const answer = passes(split, bin) ? 1 : 0;
    if (runs.at(-1) !== answer) runs.push(step, answer);
  });
  return Int32Array.from(runs);
}
