/** Numbers of a precision in their order, so that two neighbours can be found by halving. */
export interface Ladder {
  /** The number of this precision that a model is given for a value. */
  nearest(value: number): number;
  /** The number in the middle of the numbers between two; null when they are neighbours. */
  between(a: number, b: number): number | null;
}

export const singles: Ladder = {
  nearest: Math.fround,
  between(a, b) {
    const [low, high] = [rankOfSingle(a), rankOfSingle(b)];
    return high - low < 2 ? null : singleOfRank(Math.floor((low + high) / 2));
  },
};

export const doubles: Ladder = {
  nearest: value => value,
  between(a, b) {
    const [low, high] = [rankOfDouble(a), rankOfDouble(b)];
    return high - low < 2n ? null : doubleOfRank((low + high) / 2n);
  },
};

/** A kind of number for every value: steps are where it changes. */
export type Kinds = (values: readonly number[]) => Promise<readonly string[]>;

/**
 * Where the kind of a number changes between the first and the last of `known`: the last number before each change.
 * Between two numbers of one kind nothing is looked for: right for kinds that are runs of the line, as the answers of
 * threshold tests behind encoders that keep or turn the order are.
 * @param known ascending, at least two
 */
export async function boundaries(known: readonly number[], kinds: Kinds, ladder: Ladder): Promise<number[]> {
  const own = await kinds(known);
  let open = known.slice(1).flatMap((high, i) => {
    const pair = { low: known[i]!, lowKind: own[i]!, high, highKind: own[i + 1]! };
    return pair.lowKind === pair.highKind ? [] : [pair];
  });
  const found: number[] = [];
  while (open.length > 0) {
    const asked = open.flatMap(pair => {
      const middle = ladder.between(pair.low, pair.high);
      if (middle === null) found.push(pair.low);
      return middle === null ? [] : [{ ...pair, middle }];
    });
    const answers = asked.length === 0 ? [] : await kinds(asked.map(({ middle }) => middle));
    open = asked.flatMap(({ low, lowKind, middle, high, highKind }, i) => {
      const kind = answers[i]!;
      return [
        { low, lowKind, high: middle, highKind: kind },
        { low: middle, lowKind: kind, high, highKind },
      ].filter(pair => pair.lowKind !== pair.highKind);
    });
  }
  return found.sort((a, b) => a - b);
}

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

function rankOfSingle(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

function singleOfRank(rank: number): number {
  singleBits[0] = rank < 0 ? -rank | 0x80000000 : rank;
  return single[0]!;
}

function rankOfDouble(value: number): bigint {
  double[0] = value;
  const bits = doubleBits[0]!;
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

function doubleOfRank(rank: bigint): number {
  doubleBits[0] = rank < 0n ? BigInt.asIntN(64, -rank | (1n << 63n)) : rank;
  return double[0]!;
}
