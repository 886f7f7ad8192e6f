/** Two clusters that become one: numbers below n are items, n + i is the cluster of merge i (scipy's linkage). */
export interface Merge {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
  readonly size: number;
}

/**
 * Hierarchical clustering by average linkage, by the nearest-neighbour chain (Müllner 2011): O(n^2).
 * @param distances n x n, symmetric
 * @returns n - 1 merges, nearest first
 */
export function averageLinkage(distances: Float64Array, n: number): Merge[] {
  const gaps = distances.slice();
  const sizes = new Float64Array(n).fill(1);
  const alive = new Set(Array.from({ length: n }, (_, i) => i));
  const chain: number[] = [];
  const found: { readonly a: number; readonly b: number; readonly distance: number }[] = [];
  while (alive.size > 1) {
    if (chain.length === 0) chain.push(alive.values().next().value!);
    const top = chain.at(-1)!;
    const before = chain.at(-2);
    // The one before wins ties, or the chain would go round for ever.
    let near = before ?? -1;
    let least = before === undefined ? Infinity : gaps[top * n + before]!;
    for (const other of alive)
      if (other !== top && gaps[top * n + other]! < least) {
        near = other;
        least = gaps[top * n + other]!;
      }
    if (near !== before) {
      chain.push(near);
      continue;
    }
    chain.length -= 2;
    const [a, b] = [Math.min(top, near), Math.max(top, near)];
    found.push({ a, b, distance: least });
    for (const other of alive) {
      if (other === a || other === b) continue;
      const joined =
        (sizes[a]! * gaps[a * n + other]! + sizes[b]! * gaps[b * n + other]!) / (sizes[a]! + sizes[b]!);
      gaps[b * n + other] = joined;
      gaps[other * n + b] = joined;
    }
    sizes[b]! += sizes[a]!;
    alive.delete(a);
  }
  return inOrder(found, n);
}

/** The chain finds merges out of order: sorted, with clusters named by their merge. */
function inOrder(
  found: readonly { readonly a: number; readonly b: number; readonly distance: number }[],
  n: number,
): Merge[] {
  const parent = Int32Array.from({ length: 2 * n - 1 }, (_, i) => i);
  const size = new Float64Array(2 * n - 1).fill(1);
  const root = (item: number): number => {
    let at = item;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  return found
    .toSorted((x, y) => x.distance - y.distance)
    .map(({ a, b, distance }, i) => {
      const [x, y] = [root(a), root(b)];
      const made = n + i;
      parent[x] = parent[y] = made;
      size[made] = size[x]! + size[y]!;
      return { a: Math.min(x, y), b: Math.max(x, y), distance, size: size[made] };
    });
}

/** The items in groups of merges nearer than a limit; groups and members in the order of the items. */
export function clustersWithin(merges: readonly Merge[], n: number, limit: number): number[][] {
  const members = new Map(Array.from({ length: n }, (_, i) => [i, [i]]));
  merges.forEach(({ a, b, distance }, i) => {
    const [first, second] = [members.get(a), members.get(b)];
    if (distance > limit || first === undefined || second === undefined) return;
    members.set(
      n + i,
      [...first, ...second].sort((x, y) => x - y),
    );
    members.delete(a);
    members.delete(b);
  });
  return [...members.values()].sort((x, y) => x[0]! - y[0]!);
}
