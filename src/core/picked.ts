/** The numbers at these places. A plain loop: the `from` of a typed array takes an iterator's step for each. */
export function numbersAt(values: Float64Array, places: Int32Array | Uint32Array): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) picked[i] = values[places[i]!]!;
  return picked;
}

/** The codes, or row numbers, at these places. */
export function codesAt(
  values: Int32Array | Int16Array,
  places: Int32Array | Uint32Array,
): Int32Array<ArrayBuffer> {
  const picked = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) picked[i] = values[places[i]!]!;
  return picked;
}
