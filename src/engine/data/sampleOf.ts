import { permutation, seeded } from '../../core/random.ts';

/** A seeded sample of row numbers, ascending. */
export function sampleOf(total: number, size: number, seed: number): number[] {
  if (size >= total) return Array.from({ length: total }, (_, row) => row);
  const order = permutation(seeded(seed), total);
  return Array.from(order.subarray(0, Math.max(1, size))).sort((a, b) => a - b);
}
