import { DuckDBDoubleVector, DuckDBFloatVector, type DuckDBVector } from '@duckdb/node-api';

/**
 * What a vector holds, as it lies in memory; it is only read. The package keeps it private: reading values one by
 * one is ten times slower.
 */
interface Held {
  readonly items: Float64Array | Float32Array;
  readonly validity: { readonly data: BigUint64Array | null };
}

/** The numbers of a vector, whatever stands where there is none; null for what is neither floats nor doubles. */
export function numbersIn(vector: DuckDBVector): Float64Array | Float32Array | null {
  return vector instanceof DuckDBDoubleVector || vector instanceof DuckDBFloatVector
    ? (vector as unknown as Held).items
    : null;
}

/** A bit a row of a vector, set where there is a value; null: everywhere. */
export function validBits(vector: DuckDBVector): Uint8Array | null {
  const { data } = (vector as unknown as Held).validity;
  return data === null ? null : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
