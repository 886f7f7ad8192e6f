/** Coalitions among which the next one is chosen. */
const window = 256;

/**
 * An order of coalitions in which each is much like the one before: along a Gray code, and of the next few always the
 * nearest. A model answers rows in such an order sooner: its trees branch as they did for the row before.
 * @param coalitions n x d, row-major
 * @returns the places of the n coalitions
 */
export function alikeOrder(coalitions: Uint8Array, d: number): Int32Array {
  const n = coalitions.length / Math.max(1, d);
  const words = Math.max(1, Math.ceil(d / 32));
  const packed = packedBits(coalitions, n, d, words);
  const ranks = grayRanks(coalitions, n, d, words);
  const coded = Int32Array.from({ length: n }, (_, c) => c).sort((a, b) => byRank(ranks, words, a, b));
  const near = coded.slice(0, window);
  const order = new Int32Array(n);
  let held = near.length;
  let chosen = 0;
  for (let i = 0; i < n; i++) {
    order[i] = near[chosen]!;
    near[chosen] = i + window < n ? coded[i + window]! : near[--held]!;
    chosen = nearest(packed, words, order[i]!, near, held);
  }
  return order;
}

/** The place of the first of those that are nearest to a coalition. */
function nearest(packed: Int32Array, words: number, own: number, near: Int32Array, held: number): number {
  let chosen = 0;
  for (let at = 0, least = 32 * words + 1; at < held && least > 1; at++) {
    let apart = 0;
    for (let w = 0; w < words; w++) apart += ones(packed[own * words + w]! ^ packed[near[at]! * words + w]!);
    if (apart >= least) continue;
    least = apart;
    chosen = at;
  }
  return chosen;
}

/** n x words: the place of each coalition where each next code differs from the one before in one player. */
function grayRanks(coalitions: Uint8Array, n: number, d: number, words: number): Uint32Array {
  const ranks = new Uint32Array(n * words);
  for (let c = 0, at = 0; c < n; c++)
    for (let j = 0, turned = 0; j < d; j++) {
      turned ^= coalitions[at++]!;
      ranks[c * words + (j >> 5)]! |= turned << (31 - (j & 31));
    }
  return ranks;
}

function byRank(ranks: Uint32Array, words: number, a: number, b: number): number {
  for (let w = 0; w < words; w++) {
    const apart = ranks[a * words + w]! - ranks[b * words + w]!;
    if (apart !== 0) return apart;
  }
  return 0;
}

/** n x words: the members of each coalition, 32 a word. */
function packedBits(coalitions: Uint8Array, n: number, d: number, words: number): Int32Array {
  const packed = new Int32Array(n * words);
  for (let c = 0, at = 0; c < n; c++)
    for (let j = 0; j < d; j++) packed[c * words + (j >> 5)]! |= coalitions[at++]! << (j & 31);
  return packed;
}

/** Bits that are 1: counted in pairs, fours and eights. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
