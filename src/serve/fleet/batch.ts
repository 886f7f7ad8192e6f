import type { Tensor } from '../contracts/request.ts';
import { emptyData, type TensorData } from '../contracts/tensors.ts';

/**
 * Joining requests into one run and taking its outputs apart again. Only for models whose inputs and outputs
 * all have a free first dimension, the row.
 */

/** Rows of a request; null when its inputs disagree. */
export function rowsOf(inputs: readonly Tensor[]): number | null {
  const rows = inputs[0]?.shape[0];
  if (rows === undefined) return null;
  for (const { shape } of inputs) if (shape[0] !== rows) return null;
  return rows;
}

/** Whether two requests may be joined: all but their rows is equal. */
export function canJoin(some: readonly Tensor[], others: readonly Tensor[]): boolean {
  for (let place = 0; place < some.length; place++) {
    const [a, b] = [some[place]!.shape, others[place]!.shape];
    if (a.length !== b.length) return false;
    for (let axis = 1; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  }
  return true;
}

/** Requests' inputs, one after the other along the first dimension. */
export function joinRows(requests: readonly (readonly Tensor[])[]): readonly Tensor[] {
  const first = requests[0]!;
  if (requests.length === 1) return first;
  return first.map(({ type, shape: [, ...sizes] }, index) => {
    let rows = 0;
    const parts: TensorData[] = [];
    for (const inputs of requests) {
      const { shape, data } = inputs[index]!;
      rows += shape[0]!;
      parts.push(data);
    }
    return { type, shape: [rows, ...sizes], data: concatenate(type, parts) };
  });
}

/** Takes the outputs of a run apart again. */
export class Rows {
  readonly #outputs: readonly {
    readonly output: Tensor;
    readonly width: number;
    readonly row: Tensor['shape'];
  }[];

  constructor(outputs: readonly Tensor[]) {
    this.#outputs = outputs.map(output => {
      const [, ...sizes] = output.shape;
      return { output, width: sizes.reduce((product, size) => product * size, 1), row: [1, ...sizes] };
    });
  }

  /** The rows `from` to `from + count` of each output. */
  take(from: number, count: number): readonly Tensor[] {
    const taken: Tensor[] = [];
    for (const { output, width, row } of this.#outputs) {
      const shape = count === 1 ? row : [count, ...row.slice(1)];
      taken.push({
        type: output.type,
        shape,
        data: slice(output.data, from * width, (from + count) * width),
      });
    }
    return taken;
  }
}

function slice(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

function concatenate(type: string, parts: readonly TensorData[]): TensorData {
  if (Array.isArray(parts[0])) return (parts as readonly string[][]).flat();
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = emptyData(type, length) as Float32Array;
  let at = 0;
  for (const part of parts as readonly Float32Array[]) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
