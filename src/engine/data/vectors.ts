import {
  DuckDBBigIntVector,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBIntegerVector,
  type DuckDBVector,
} from '@duckdb/node-api';

/**
 * What a vector holds, as it lies in memory; it is only read. The package keeps it private: reading values one by
 * one is ten times slower.
 */
interface Held<Items> {
  readonly items: Items;
  readonly validity: { readonly data: BigUint64Array | null };
}

/** The numbers of a vector, whatever stands where there is none; null for what is neither floats nor doubles. */
export function numbersIn(vector: DuckDBVector): Float64Array | Float32Array | null {
  return vector instanceof DuckDBDoubleVector || vector instanceof DuckDBFloatVector
    ? (vector as unknown as Held<Float64Array | Float32Array>).items
    : null;
}

export interface WholeNumbers {
  readonly items: Int32Array | BigInt64Array;
  /** Of 64 bits: the lower and the upper half of each. */
  readonly halves: Int32Array | null;
}

/** The numbers of a vector of INTEGER or BIGINT; null for what is neither. */
export function wholeNumbersIn(vector: DuckDBVector): WholeNumbers | null {
  if (vector instanceof DuckDBIntegerVector)
    return { items: (vector as unknown as Held<Int32Array>).items, halves: null };
  if (!(vector instanceof DuckDBBigIntVector)) return null;
  const { items } = vector as unknown as Held<BigInt64Array>;
  return { items, halves: new Int32Array(items.buffer, items.byteOffset, items.length * 2) };
}

/** A bit a row of a vector, set where there is a value; null: everywhere. */
export function validBits(vector: DuckDBVector): Uint8Array | null {
  const { data } = (vector as unknown as Held<unknown>).validity;
  return data === null ? null : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
