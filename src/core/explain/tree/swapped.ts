import type { AdditivePlan } from './pipeline.ts';

/** Elementwise encoders give the same bits; products may be summed in another order in another batch. */
const tolerance = 1e-6;

/** Encoded rows, by which the sources of a plan's columns are tried. All are pairs x features but `swapped`. */
export interface Swaps {
  readonly own: Float64Array;
  readonly other: Float64Array;
  /** (pairs x players) x features: row i, player p is `own` row i with p's raw columns from `other` row i. */
  readonly swapped: Float64Array;
}

/**
 * The proof of a plan's players: when a player's raw columns are swapped for those of another row, exactly its
 * encoded columns become those of that row, and no other changes.
 * @returns the first encoded column that does not hold, with its player; null when all do
 */
export function misplaced(
  { playerOf, used }: Pick<AdditivePlan, 'playerOf' | 'used'>,
  players: number,
  { own, other, swapped }: Swaps,
): { readonly feature: number; readonly player: number } | null {
  const features = playerOf.length;
  const pairs = own.length / features;
  for (let i = 0; i < pairs; i++)
    for (let player = 0; player < players; player++) {
      const at = (i * players + player) * features;
      for (let feature = 0; feature < features; feature++) {
        if (used[feature] !== true) continue;
        const expected = (playerOf[feature] === player ? other : own)[i * features + feature]!;
        if (!same(swapped[at + feature]!, expected)) return { feature, player };
      }
    }
  return null;
}

function same(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}
