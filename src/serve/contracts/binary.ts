import { HttpError } from '../http/httpError.ts';
import { emptyData, datatypeOf, type TensorData } from './tensors.ts';

/**
 * The binary tensor extension of the Open Inference Protocol: little-endian, row-major, BYTES elements each
 * after their length in four bytes. Typed arrays have the byte order of the machine, which is little-endian
 * on every platform that ONNX Runtime's package is made for.
 */

/**
 * @param length elements that the shape asks for
 * @throws HttpError 400 when the bytes are not those of `length` elements
 */
export function readBinary(input: string, type: string, bytes: Uint8Array, length: number): TensorData {
  const none = emptyData(type, 0);
  if (Array.isArray(none)) return readWords(input, bytes, length);
  const wanted = length * none.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted)
    throw new HttpError(
      400,
      `Input \`${input}\`: \`binary_data_size\` is ${bytes.length}, ${length} values of ${datatypeOf(type)!} take ${wanted} bytes.`,
    );
  // A typed array must begin at a multiple of its element's size.
  const view = bytes.byteOffset % none.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  // The runtime takes 0 and 1 only.
  if (type === 'bool') for (let i = 0; i < view.length; i++) if (view[i]! > 1) view[i] = 1;
  const Values = none.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => typeof none;
  return new Values(view.buffer, view.byteOffset, length);
}

export function writeBinary(data: TensorData): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const words = data.map(word => Buffer.from(word));
  const bytes = Buffer.alloc(words.reduce((sum, word) => sum + 4 + word.length, 0));
  let at = 0;
  for (const word of words) {
    at = bytes.writeUInt32LE(word.length, at);
    at += word.copy(bytes, at);
  }
  return bytes;
}

function readWords(input: string, bytes: Uint8Array, length: number): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const words: string[] = [];
  let at = 0;
  while (at < buffer.length) {
    const end = at + 4 <= buffer.length ? at + 4 + buffer.readUInt32LE(at) : Infinity;
    if (end > buffer.length)
      throw new HttpError(400, `Input \`${input}\`: element ${words.length} of BYTES ends beyond its data.`);
    try {
      words.push(utf8.decode(buffer.subarray(at + 4, end)));
    } catch {
      throw new HttpError(400, `Input \`${input}\`: element ${words.length} of BYTES is not UTF-8.`);
    }
    at = end;
  }
  if (words.length !== length)
    throw new HttpError(
      400,
      `Input \`${input}\`: its data has ${words.length} values, its \`shape\` asks for ${length}.`,
    );
  return words;
}
