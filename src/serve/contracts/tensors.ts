import { float16ToNumbers, numbersToFloat16 } from '../../core/onnx/float16.ts';
import { HttpError } from '../http/httpError.ts';

/**
 * Values of the Open Inference Protocol v2 in JSON, to and from what ONNX Runtime takes. JSON has no NaN:
 * null stands for it in floating-point tensors, both ways. Whole numbers beyond 2^53 are read from strings
 * of digits and written as digits.
 */

export type TensorData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

interface Kind {
  readonly datatype: string;
  readonly make: (length: number) => TensorData;
  /** Value for one JSON value; undefined when it does not fit. */
  readonly parse: (value: unknown) => number | bigint | string | undefined;
  /** What it takes, in words. */
  readonly takes: string;
}

const whole =
  (low: number, high: number) =>
  (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;

const wholeBig =
  (low: bigint, high: bigint) =>
  (value: unknown): bigint | undefined => {
    const number =
      typeof value === 'number' && Number.isSafeInteger(value)
        ? BigInt(value)
        : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
          ? BigInt(value)
          : undefined;
    return number !== undefined && number >= low && number <= high ? number : undefined;
  };

const real =
  (limit: number) =>
  (value: unknown): number | undefined =>
    value === null ? NaN : typeof value === 'number' && Math.abs(value) <= limit ? value : undefined;

const halfLimit = 65_519;
const singleLimit = 3.4028235677973362e38;

/** By ONNX Runtime's name of the type. */
const kinds: Readonly<Record<string, Kind>> = {
  bool: kind(
    'BOOL',
    n => new Uint8Array(n),
    value => (value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined),
    'true or false',
  ),
  uint8: kind('UINT8', n => new Uint8Array(n), whole(0, 0xff), 'whole numbers from 0 to 255'),
  uint16: kind('UINT16', n => new Uint16Array(n), whole(0, 0xffff), 'whole numbers from 0 to 65535'),
  uint32: kind('UINT32', n => new Uint32Array(n), whole(0, 0xffffffff), 'whole numbers from 0 to 4294967295'),
  uint64: kind(
    'UINT64',
    n => new BigUint64Array(n),
    wholeBig(0n, 2n ** 64n - 1n),
    'whole numbers from 0 (beyond 2^53 as a string of digits)',
  ),
  int8: kind('INT8', n => new Int8Array(n), whole(-128, 127), 'whole numbers from -128 to 127'),
  int16: kind('INT16', n => new Int16Array(n), whole(-32768, 32767), 'whole numbers from -32768 to 32767'),
  int32: kind('INT32', n => new Int32Array(n), whole(-(2 ** 31), 2 ** 31 - 1), '32-bit whole numbers'),
  int64: kind(
    'INT64',
    n => new BigInt64Array(n),
    wholeBig(-(2n ** 63n), 2n ** 63n - 1n),
    'whole numbers (beyond 2^53 as a string of digits)',
  ),
  // Read as numbers; the bits are made at the end.
  float16: kind('FP16', n => new Float64Array(n), real(halfLimit), 'numbers up to 65504, null for NaN'),
  float32: kind('FP32', n => new Float32Array(n), real(singleLimit), '32-bit numbers, null for NaN'),
  float64: kind('FP64', n => new Float64Array(n), real(Infinity), 'numbers, null for NaN'),
  string: kind(
    'BYTES',
    n => new Array<string>(n).fill(''),
    value => (typeof value === 'string' ? value : undefined),
    'strings',
  ),
};

function kind(
  datatype: string,
  make: (length: number) => TensorData,
  parse: (value: unknown) => number | bigint | string | undefined,
  takes: string,
): Kind {
  return { datatype, make, parse, takes };
}

/** The protocol's name of an ONNX Runtime element type; undefined for a type that JSON cannot carry. */
export function datatypeOf(type: string): string | undefined {
  return kinds[type]?.datatype;
}

/** An array of zeros, or of empty strings. */
export function emptyData(type: string, length: number): TensorData {
  return type === 'float16' ? new Uint16Array(length) : kindOf(type).make(length);
}

/**
 * Reads the `data` of an input: flat, or nested in row-major order.
 * @param length elements that the shape asks for
 * @throws HttpError 400
 */
export function readData(input: string, type: string, data: unknown, length: number): TensorData {
  if (!Array.isArray(data)) throw new HttpError(400, `Input \`${input}\`: \`data\` must be an array.`);
  const flat: readonly unknown[] = Array.isArray(data[0]) ? data.flat(32) : data;
  if (flat.length !== length)
    throw new HttpError(
      400,
      `Input \`${input}\`: \`data\` has ${flat.length} values, its \`shape\` asks for ${length}.`,
    );
  const { make, parse, takes, datatype } = kindOf(type);
  const values = make(length) as (number | bigint | string)[];
  for (let i = 0; i < length; i++) {
    const value = parse(flat[i]);
    if (value === undefined)
      throw new HttpError(
        400,
        `Input \`${input}\`: ${datatype} takes ${takes}; value ${i} is ${shown(flat[i])}.`,
      );
    values[i] = value;
  }
  return type === 'float16' ? numbersToFloat16(values as number[]) : (values as TensorData);
}

/** Writes the `data` of an output as JSON text. */
export function writeData(type: string, data: TensorData): string {
  if (Array.isArray(data)) return JSON.stringify(data);
  if (
    type === 'bool' ||
    type === 'float16' ||
    data instanceof BigInt64Array ||
    data instanceof BigUint64Array
  )
    return `[${jsonElements(type, data).join(',')}]`;
  // The many small answers: an array of their numbers costs more than they do.
  if (data.length <= 32) {
    let text = '[';
    for (let i = 0; i < data.length; i++) text += `${i === 0 ? '' : ','}${jsonNumber(data[i]!)}`;
    return `${text}]`;
  }
  return JSON.stringify(Array.from(data));
}

/** The JSON text of each element. */
export function jsonElements(type: string, data: TensorData): readonly string[] {
  if (Array.isArray(data)) return data.map(word => JSON.stringify(word));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, String);
  if (type === 'bool') return Array.from(data, value => (value === 0 ? 'false' : 'true'));
  const numbers = type === 'float16' ? float16ToNumbers(data as Uint16Array) : data;
  return Array.from(numbers, jsonNumber);
}

function jsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

function kindOf(type: string): Kind {
  const found = kinds[type];
  if (found === undefined) throw new HttpError(400, `The type ${type} cannot be sent as JSON.`);
  return found;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
