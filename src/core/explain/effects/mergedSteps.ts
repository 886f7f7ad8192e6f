/** Steps that are shown of many. */
export interface MergedSteps {
  /** Places of the steps whose values are shown: the widest of each run. */
  readonly shown: Int32Array;
  /** The first step of each run. */
  readonly starts: Int32Array;
  /** Largest change of the mean at a boundary that is left out. */
  readonly merged: number;
}

/**
 * At most so many steps: boundaries where the mean changes least are left out.
 * @param edges steps + 1
 * @param mean one a step
 */
export function mergedSteps(edges: readonly number[], mean: Float64Array, most: number): MergedSteps {
  const count = mean.length;
  const jump = (step: number): number => Math.abs(mean[step]! - mean[step - 1]!);
  const inner = Array.from({ length: count - 1 }, (_, i) => i + 1).sort((a, b) => jump(b) - jump(a) || a - b);
  const starts = Int32Array.from([0, ...inner.slice(0, most - 1)]).sort();
  const shown = starts.map((start, run) => {
    let widest = start;
    for (let step = start; step < (starts[run + 1] ?? count); step++)
      if (edges[step + 1]! - edges[step]! > edges[widest + 1]! - edges[widest]!) widest = step;
    return widest;
  });
  const left = inner[most - 1];
  return { shown, starts, merged: left === undefined ? 0 : jump(left) };
}
