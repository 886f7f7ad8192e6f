/** Reads IEEE 754 binary16 values (their bits) as numbers. */
export function float16ToNumbers(bits: Uint16Array): Float64Array {
  return Float64Array.from(bits, numberOfFloat16);
}

/** Rounds numbers to the nearest binary16, ties to even; beyond 65,504 they become infinite. */
export function numbersToFloat16(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, float16OfNumber);
}

/** The number that binary16 bits stand for. */
export function numberOfFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The binary16 bits nearest to a number, ties to even. */
export function float16OfNumber(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // 65,520 is half-way between the largest half and the next power of two.
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const steps = roundHalfEven(size * 2 ** (10 - exponent));
  // A subnormal has no implied bit; rounding up to the next exponent carries into its bits by itself.
  const base = (exponent + 14) << 10;
  return sign | (base + steps);
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
