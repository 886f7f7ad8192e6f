const registerBits = 14;

/**
 * How many different numbers there are, within about 1 % (HyperLogLog, Flajolet et al. 2007, with linear
 * counting for few). NaN counts as a number, and 0 and -0 as two: among many that is nothing.
 */
export class DistinctCount {
  readonly #registers: Uint8Array;

  constructor(registers = emptyRegisters()) {
    this.#registers = registers;
  }

  add(values: Float64Array): void {
    const registers = this.#registers;
    const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < halves.length; i += 2) {
      let hash = Math.imul(halves[i]!, 0x9e3779b1) ^ Math.imul(halves[i + 1]!, 0x85ebca77);
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
      hash ^= hash >>> 14;
      const register = hash >>> (32 - registerBits);
      const rank = Math.clz32((hash << registerBits) | (1 << (registerBits - 1))) + 1;
      if (rank > registers[register]!) registers[register] = rank;
    }
  }

  estimate(): number {
    const m = this.#registers.length;
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / m)) * m * m) / sum;
    if (raw <= 2.5 * m && empty > 0) return Math.round(m * Math.log(m / empty));
    // A 32-bit hash runs out of values near four thousand million rows; the correction is for that end.
    return Math.round(raw <= 2 ** 32 / 30 ? raw : -(2 ** 32) * Math.log(1 - raw / 2 ** 32));
  }
}

export function emptyRegisters(): Uint8Array {
  return new Uint8Array(1 << registerBits);
}
