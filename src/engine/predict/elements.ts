import { BadInput } from '../../core/failure.ts';
import type { Column } from '../../core/data/table.ts';
import type { ElementType } from '../../core/onnx/facts.ts';
import { numbersToFloat16, float16ToNumbers } from '../../core/onnx/float16.ts';

/** The elements of a tensor as the runtime takes them. float16 travels as its bits, bool as 0 and 1. */
export type Elements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

const makers: Readonly<Partial<Record<ElementType, (length: number) => Elements>>> = {
  float32: length => new Float32Array(length),
  float64: length => new Float64Array(length),
  float16: length => new Uint16Array(length),
  int8: length => new Int8Array(length),
  int16: length => new Int16Array(length),
  int32: length => new Int32Array(length),
  int64: length => new BigInt64Array(length),
  uint8: length => new Uint8Array(length),
  uint16: length => new Uint16Array(length),
  uint32: length => new Uint32Array(length),
  uint64: length => new BigUint64Array(length),
  bool: length => new Uint8Array(length),
  string: length => new Array<string>(length).fill(''),
};

export function emptyElements(type: ElementType, length: number): Elements {
  const make = makers[type];
  if (make === undefined)
    throw new BadInput('input-kind', `An input of type ${type} cannot be filled from a table.`);
  return make(length);
}

/**
 * A column's values as elements of an input.
 * @param where names the input and the data in a refusal; `offset` is the row of the first value
 * @throws BadInput for a missing or fractional value that a whole-number or bool input cannot take
 */
export function columnElements(
  column: Column,
  type: ElementType,
  where: { readonly input: string; readonly path: string; readonly offset: number },
): Elements {
  if (column.kind === 'category') {
    const words = new Array<string>(column.codes.length);
    for (let i = 0; i < words.length; i++) words[i] = column.levels[column.codes[i]!] ?? '';
    return words;
  }
  if (type === 'float32') return new Float32Array(column.values);
  if (type === 'float64') return new Float64Array(column.values);
  if (type === 'float16') return numbersToFloat16(column.values);
  requireWhole(column.values, column.name, type, where);
  const elements = emptyElements(type, column.values.length) as { [index: number]: number | bigint };
  const big = type === 'int64' || type === 'uint64';
  column.values.forEach((value, i) => (elements[i] = big ? BigInt(value) : value));
  return elements as Elements;
}

const ranges: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  bool: [0, 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 53), 2 ** 53],
  uint8: [0, 2 ** 8 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 53],
};

function requireWhole(
  values: Float64Array,
  name: string,
  type: ElementType,
  { input, path, offset }: { readonly input: string; readonly path: string; readonly offset: number },
): void {
  const [low, high] = ranges[type] ?? [0, 0];
  const at = values.findIndex(value => !(Number.isInteger(value) && value >= low && value <= high));
  if (at < 0) return;
  const value = values[at]!;
  const what = Number.isNaN(value)
    ? `no value in column \`${name}\` (row ${offset + at + 1}), and the model's input \`${input}\` (${type}) ` +
      'cannot say that a value is missing'
    : `${value} in column \`${name}\` (row ${offset + at + 1}), and the model's input \`${input}\` takes ` +
      (type === 'bool' ? 'only 0 and 1' : `whole numbers from ${low} to ${high} (${type})`);
  throw new BadInput(
    Number.isNaN(value) ? 'missing-value' : 'not-whole',
    `\`${path}\` holds ${what}. Fill the value as it was in training, or leave the row out.`,
  );
}

/** The numbers in a runtime's answer; words and what is no number become NaN. */
export function numbersOf(data: unknown, type: string): Float64Array {
  if (data instanceof Float64Array) return data;
  if (type === 'float16' && data instanceof Uint16Array) return float16ToNumbers(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const numbers = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) numbers[i] = Number(data[i]);
    return numbers;
  }
  // Copied as a whole; `from` would take every element by itself.
  if (ArrayBuffer.isView(data)) return new Float64Array(data as Float32Array);
  return Float64Array.from(data as ArrayLike<number>);
}

/** The words in a runtime's answer, numbers written out. */
export function wordsOf(data: unknown): string[] {
  return Array.from(data as ArrayLike<string | number | bigint>, String);
}
