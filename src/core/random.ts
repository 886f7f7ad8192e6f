/** A seeded stream of uniform numbers in [0, 1). */
export type Random = () => number;

/** sfc32 seeded through splitmix32: the same seed gives the same stream everywhere. */
export function seeded(seed: number): Random {
  const stream = new Stream(seed);
  return () => stream.next();
}

/** Where a stream stands. */
export type StreamState = readonly [number, number, number, number];

/** The stream of `seeded`, for those who take much of it at once or go on with it on another thread. */
export class Stream {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(from: number | StreamState) {
    [this.#a, this.#b, this.#c, this.#counter] = typeof from === 'number' ? startOf(from) : from;
    if (typeof from === 'number') for (let i = 0; i < 12; i++) this.next();
  }

  get state(): StreamState {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  next(): number {
    const a = this.#a;
    const b = this.#b;
    const c = this.#c;
    const drawn = (((a + b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return (drawn >>> 0) / 4294967296;
  }

  /** Draws so many places below `times.length` and counts them there: `next` in a loop whose state is in registers. */
  count(times: Uint16Array, draws: number): void {
    // Of 2^32: exact, as is a truncation, and quicker than a rounding down.
    const share = times.length / 4294967296;
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let counter = this.#counter;
    for (let i = 0; i < draws; i++) {
      const drawn = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      times[((drawn >>> 0) * share) | 0]!++;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }
}

function startOf(seed: number): StreamState {
  let state = seed >>> 0;
  const split = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
  return [split(), split(), split(), 1];
}

/** A stream of its own for each list of keys, whichever is asked for first. */
export function streamOf(seed: number, ...keys: readonly number[]): Random {
  return seeded(keys.reduce((mixed, key) => Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + key + 1, seed));
}

/** A whole number in [0, n). */
export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

/** 0..n-1 in random order (Fisher-Yates). */
export function permutation(random: Random, n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = below(random, i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
