const digitBits = 11;
const digits = 1 << digitBits;
const passes = 3;

/** Sorts whole numbers below 2^32 by their digits, with a payload or without: memory for one length is kept. */
export class RadixSorter {
  readonly #counts = new Uint32Array(passes * digits);
  #keys = new Uint32Array(0);
  #payload = new Uint32Array(0);

  /** Sorts in place, ascending. */
  sort(keys: Uint32Array): void {
    this.#countDigits(keys);
    if (this.#keys.length !== keys.length) this.#keys = new Uint32Array(keys.length);
    let from = keys;
    let to: Uint32Array = this.#keys;
    for (let pass = 0; pass < passes; pass++) {
      const starts = this.#starts(pass, from);
      if (starts === null) continue;
      const shift = pass * digitBits;
      for (let i = 0; i < from.length; i++) {
        const key = from[i]!;
        to[starts[(key >>> shift) & (digits - 1)]!++] = key;
      }
      [from, to] = [to, from];
    }
    if (from !== keys) keys.set(from);
  }

  /** Sorts in place, ascending, and moves the payload along; equal keys keep their order. */
  sortWith(keys: Uint32Array, payload: Uint32Array): void {
    this.#countDigits(keys);
    if (this.#keys.length !== keys.length) this.#keys = new Uint32Array(keys.length);
    if (this.#payload.length !== keys.length) this.#payload = new Uint32Array(keys.length);
    let from = keys;
    let to: Uint32Array = this.#keys;
    let held = payload;
    let moved: Uint32Array = this.#payload;
    for (let pass = 0; pass < passes; pass++) {
      const starts = this.#starts(pass, from);
      if (starts === null) continue;
      const shift = pass * digitBits;
      for (let i = 0; i < from.length; i++) {
        const key = from[i]!;
        const place = starts[(key >>> shift) & (digits - 1)]!++;
        to[place] = key;
        moved[place] = held[i]!;
      }
      [from, to] = [to, from];
      [held, moved] = [moved, held];
    }
    if (from === keys) return;
    keys.set(from);
    payload.set(held);
  }

  #countDigits(keys: Uint32Array): void {
    const counts = this.#counts.fill(0);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      counts[key & (digits - 1)]!++;
      counts[digits + ((key >>> digitBits) & (digits - 1))]!++;
      counts[2 * digits + (key >>> (2 * digitBits))]!++;
    }
  }

  /** Where each digit's keys begin; null when all keys have the same digit, so that nothing moves. */
  #starts(pass: number, keys: Uint32Array): Uint32Array | null {
    const counts = this.#counts.subarray(pass * digits, (pass + 1) * digits);
    if (keys.length === 0 || counts[(keys[0]! >>> (pass * digitBits)) & (digits - 1)] === keys.length)
      return null;
    let start = 0;
    for (let digit = 0; digit < digits; digit++) {
      const count = counts[digit]!;
      counts[digit] = start;
      start += count;
    }
    return counts;
  }
}
