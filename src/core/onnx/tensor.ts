import protobuf from 'protobufjs/minimal.js';
import type { ElementType } from './facts.ts';
import { numberOfFloat16 } from './float16.ts';
import { onnx } from './onnx.generated.js';

const T = onnx.TensorProto.DataType;

const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [T.FLOAT, 'float32'],
  [T.DOUBLE, 'float64'],
  [T.FLOAT16, 'float16'],
  [T.BFLOAT16, 'bfloat16'],
  [T.INT8, 'int8'],
  [T.INT16, 'int16'],
  [T.INT32, 'int32'],
  [T.INT64, 'int64'],
  [T.UINT8, 'uint8'],
  [T.UINT16, 'uint16'],
  [T.UINT32, 'uint32'],
  [T.UINT64, 'uint64'],
  [T.BOOL, 'bool'],
  [T.STRING, 'string'],
]);

export function elementTypeOf(dataType: number): ElementType {
  return ELEMENT_TYPES.get(dataType) ?? 'other';
}

const BITS: ReadonlyMap<number, number> = new Map<number, number>([
  [T.FLOAT, 32],
  [T.UINT8, 8],
  [T.INT8, 8],
  [T.UINT16, 16],
  [T.INT16, 16],
  [T.INT32, 32],
  [T.INT64, 64],
  [T.BOOL, 8],
  [T.FLOAT16, 16],
  [T.DOUBLE, 64],
  [T.UINT32, 32],
  [T.UINT64, 64],
  [T.COMPLEX64, 64],
  [T.COMPLEX128, 128],
  [T.BFLOAT16, 16],
  [T.FLOAT8E4M3FN, 8],
  [T.FLOAT8E4M3FNUZ, 8],
  [T.FLOAT8E5M2, 8],
  [T.FLOAT8E5M2FNUZ, 8],
  [T.UINT4, 4],
  [T.INT4, 4],
  [T.FLOAT4E2M1, 4],
  [T.FLOAT8E8M0, 8],
  [T.UINT2, 2],
  [T.INT2, 2],
  [T.FLOAT6E2M3, 6],
  [T.FLOAT6E3M2, 6],
]);

/** Bits an element takes; null for strings and for what is no type. */
export function bitsOf(dataType: number): number | null {
  return BITS.get(dataType) ?? null;
}

/** Elements of a shape; null when an axis is negative or the product is beyond 2^53. */
export function elementCount(dims: readonly number[]): number | null {
  if (dims.some(dim => dim < 0 || !Number.isSafeInteger(dim))) return null;
  // An axis of zero empties the tensor, whatever the others would overflow to.
  if (dims.includes(0)) return 0;
  let count = 1;
  for (const dim of dims) {
    count *= dim;
    if (!Number.isSafeInteger(count)) return null;
  }
  return count;
}

export function isExternal(tensor: onnx.TensorProto): boolean {
  return tensor.data_location === onnx.TensorProto.DataLocation.EXTERNAL;
}

/**
 * The values of a tensor of real numbers, row-major; int64 beyond 2^53 are rounded.
 * @returns null for external data, strings, complex numbers and the types of 8 bits and less that are no integers
 */
export function tensorNumbers(tensor: onnx.TensorProto): ArrayLike<number> | null {
  if (isExternal(tensor)) return null;
  const { raw_data: raw, data_type: type } = tensor;
  if (raw.length > 0) return rawNumbers(raw, type);
  switch (type) {
    case T.FLOAT:
      return tensor.float_data;
    case T.DOUBLE:
      return tensor.double_data;
    case T.INT64:
      return tensor.int64_data;
    case T.UINT32:
    case T.UINT64:
      return tensor.uint64_data;
    case T.FLOAT16:
      return Float64Array.from(tensor.int32_data, numberOfFloat16);
    case T.BFLOAT16:
      return Float64Array.from(tensor.int32_data, numberOfBfloat16);
    case T.INT32:
    case T.INT16:
    case T.INT8:
    case T.UINT16:
    case T.UINT8:
    case T.BOOL:
      return tensor.int32_data;
    default:
      return null;
  }
}

function numberOfBfloat16(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!;
}

type Get = (view: DataView, offset: number) => number;

const READ: ReadonlyMap<number, readonly [bytes: number, get: Get]> = new Map<number, readonly [number, Get]>(
  [
    [T.FLOAT, [4, (view, at) => view.getFloat32(at, true)]],
    [T.DOUBLE, [8, (view, at) => view.getFloat64(at, true)]],
    [T.FLOAT16, [2, (view, at) => numberOfFloat16(view.getUint16(at, true))]],
    [T.BFLOAT16, [2, (view, at) => numberOfBfloat16(view.getUint16(at, true))]],
    [T.INT64, [8, (view, at) => Number(view.getBigInt64(at, true))]],
    [T.UINT64, [8, (view, at) => Number(view.getBigUint64(at, true))]],
    [T.INT32, [4, (view, at) => view.getInt32(at, true)]],
    [T.UINT32, [4, (view, at) => view.getUint32(at, true)]],
    [T.INT16, [2, (view, at) => view.getInt16(at, true)]],
    [T.UINT16, [2, (view, at) => view.getUint16(at, true)]],
    [T.INT8, [1, (view, at) => view.getInt8(at)]],
    [T.UINT8, [1, (view, at) => view.getUint8(at)]],
    [T.BOOL, [1, (view, at) => view.getUint8(at)]],
  ],
);

/** Raw data is little-endian and need not be aligned. */
function rawNumbers(raw: Uint8Array, type: number): Float64Array | null {
  const entry = READ.get(type);
  if (entry === undefined) return null;
  const [bytes, get] = entry;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const values = new Float64Array(Math.floor(raw.length / bytes));
  for (let i = 0; i < values.length; i++) values[i] = get(view, i * bytes);
  return values;
}

/** Strings as text: ONNX says UTF-8; bytes that are not become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return protobuf.util.utf8.read(bytes, 0, bytes.length);
}

/** The elements of a string tensor; null for another type. */
export function tensorStrings(tensor: onnx.TensorProto): string[] | null {
  return tensor.data_type === T.STRING && !isExternal(tensor) ? tensor.string_data.map(textOf) : null;
}
