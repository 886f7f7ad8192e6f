import type { Tensor } from '../contracts/request.ts';
import { emptyData, type TensorData } from '../contracts/tensors.ts';

/**
 * Joining requests into one run and taking its outputs apart again. Only for models whose inputs and outputs
 * all have a free first dimension, the row.
 */

/** Rows of a request; null when its inputs disagree. */
export function rowsOf(inputs: readonly Tensor[]): number | null {
  const rows = inputs[0]?.shape[0];
  return rows !== undefined && inputs.every(input => input.shape[0] === rows) ? rows : null;
}

/** Requests with the same key may be joined: everything but the rows is equal. */
export function batchKey(inputs: readonly Tensor[]): string {
  return inputs.map(input => input.shape.slice(1).join('x')).join(',');
}

/** Requests' inputs, one after the other along the first dimension. */
export function joinRows(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const first = requests[0]!;
  if (requests.length === 1) return first;
  return first.map((tensor, index) => {
    const parts = requests.map(inputs => inputs[index]!);
    const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
    return {
      type: tensor.type,
      shape: [rows, ...tensor.shape.slice(1)],
      data: concatenate(
        tensor.type,
        parts.map(part => part.data),
      ),
    };
  });
}

/** Cuts rows out of an output: so many from one on. */
export function rowsFrom({ type, shape, data }: Tensor): (from: number, rows: number) => Tensor {
  const [, ...sizes] = shape;
  const width = sizes.reduce((product, size) => product * size, 1);
  const oneRow = [1, ...sizes];
  return (from, rows) => ({
    type,
    shape: rows === 1 ? oneRow : [rows, ...sizes],
    data: slice(data, from * width, (from + rows) * width),
  });
}

function slice(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

function concatenate(type: string, parts: readonly TensorData[]): TensorData {
  if (Array.isArray(parts[0])) return (parts as readonly string[][]).flat();
  const joined = emptyData(
    type,
    parts.reduce((sum, part) => sum + part.length, 0),
  ) as Float32Array;
  let at = 0;
  for (const part of parts as readonly Float32Array[]) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
