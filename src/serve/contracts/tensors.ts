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

/**
 * Fills `values` from JSON values, as many as it has.
 * @returns the place of the first that does not fit; -1 when all do
 */
type Fill = (values: TensorData, json: readonly unknown[]) => number;

interface Kind {
  readonly datatype: string;
  readonly make: (length: number) => TensorData;
  readonly fill: Fill;
  /** What it takes, in words. */
  readonly takes: string;
}

/** @param parse the value for one JSON value; undefined when it does not fit */
function each(parse: (value: unknown) => number | bigint | string | undefined): Fill {
  return (values, json) => {
    const to = values as (number | bigint | string)[];
    for (let i = 0; i < to.length; i++) {
      const value = parse(json[i]);
      if (value === undefined) return i;
      to[i] = value;
    }
    return -1;
  };
}

const whole = (low: number, high: number): Fill =>
  each(value =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined,
  );

const wholeBig = (low: bigint, high: bigint): Fill =>
  each(value => {
    const number =
      typeof value === 'number' && Number.isSafeInteger(value)
        ? BigInt(value)
        : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
          ? BigInt(value)
          : undefined;
    return number !== undefined && number >= low && number <= high ? number : undefined;
  });

/** What nearly all requests carry, so without a call for each value. */
function real(limit: number): Fill {
  return (values, json) => {
    const to = values as Float64Array;
    for (let i = 0; i < to.length; i++) {
      const value = json[i];
      if (typeof value === 'number' && Math.abs(value) <= limit) to[i] = value;
      else if (value === null) to[i] = NaN;
      else return i;
    }
    return -1;
  };
}

const halfLimit = 65_519;
const singleLimit = 3.4028235677973362e38;

/** By ONNX Runtime's name of the type. */
const kinds: Readonly<Record<string, Kind>> = {
  bool: kind(
    'BOOL',
    n => new Uint8Array(n),
    each(value => (value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined)),
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
  float32: kind('FP32', singles, real(singleLimit), '32-bit numbers, null for NaN'),
  float64: kind('FP64', n => new Float64Array(n), real(Number.MAX_VALUE), 'numbers, null for NaN'),
  string: kind(
    'BYTES',
    n => new Array<string>(n).fill(''),
    each(value => (typeof value === 'string' ? value : undefined)),
    'strings',
  ),
};

/** Memory that the values of small requests lie in, one after the other: memory for each alone costs more than they do. */
let slab = new ArrayBuffer(0);
let slabUsed = 0;
const slabSize = 64 * 1024;

function singles(length: number): Float32Array {
  const bytes = 4 * length;
  if (bytes > slabSize / 16) return new Float32Array(length);
  if (slabUsed + bytes > slab.byteLength) {
    slab = new ArrayBuffer(slabSize);
    slabUsed = 0;
  }
  const values = new Float32Array(slab, slabUsed, length);
  slabUsed += bytes;
  return values;
}

function kind(datatype: string, make: (length: number) => TensorData, fill: Fill, takes: string): Kind {
  return { datatype, make, fill, takes };
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
  const { make, fill, takes, datatype } = kindOf(type);
  const values = make(length);
  const misfit = fill(values, flat);
  if (misfit >= 0)
    throw new HttpError(
      400,
      `Input \`${input}\`: ${datatype} takes ${takes}; value ${misfit} is ${shown(flat[misfit])}.`,
    );
  return type === 'float16' ? numbersToFloat16(values as Float64Array) : values;
}

/** Writes the `data` of an output as JSON text. */
export function writeData(type: string, data: TensorData): string {
  const values = readable(type, data);
  // Adding to a text takes less than a list of the elements' texts, for few and for many.
  let text = '';
  for (let i = 0; i < values.length; i++) text += `${i === 0 ? '' : ','}${jsonElement(type, values[i]!)}`;
  return `[${text}]`;
}

/** The JSON text of each element. */
export function jsonElements(type: string, data: TensorData): readonly string[] {
  return Array.from(readable(type, data), value => jsonElement(type, value));
}

function readable(type: string, data: TensorData): ArrayLike<number | bigint | string> {
  return type === 'float16' ? float16ToNumbers(data as Uint16Array) : data;
}

function jsonElement(type: string, value: number | bigint | string): string {
  if (typeof value === 'number')
    return type === 'bool' ? (value === 0 ? 'false' : 'true') : Number.isFinite(value) ? `${value}` : 'null';
  return typeof value === 'string' ? JSON.stringify(value) : `${value}`;
}

function kindOf(type: string): Kind {
  const found = kinds[type];
  if (found === undefined) throw new HttpError(400, `The type ${type} cannot be sent as JSON.`);
  return found;
}

function shown(value: unknown): string {
  // JSON has a number too large for it, and no word for what is read of that.
  const text =
    value === Infinity || value === -Infinity ? String(value) : (JSON.stringify(value) as string | undefined);
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
