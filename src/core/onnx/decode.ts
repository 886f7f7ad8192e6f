import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import { BadInput } from '../failure.ts';
import { onnx } from './onnx.generated.js';

/** One protobuf message cannot be larger. */
const LARGEST = 2 ** 31 - 1;

/**
 * The model in the bytes of an .onnx file. Raw tensor data are views into `bytes`, not copies.
 * int64 values are numbers (exact up to 2^53).
 * @throws BadInput when the bytes are no ONNX model, saying what they look like
 */
export function decodeModel(bytes: Uint8Array): onnx.ModelProto {
  if (bytes.length === 0) throw new BadInput('empty-model', 'The file is empty: it holds no ONNX model.');
  if (bytes.length > LARGEST) {
    throw new BadInput(
      'model-too-large',
      'The file is larger than 2 GiB, which one ONNX file cannot be: save the model with external data ' +
        '(onnx.save_model(..., save_as_external_data=True)).',
    );
  }
  refuseOtherFormats(bytes);
  const model = decoded(bytes);
  if (model.graph === null) {
    throw new BadInput(
      'not-onnx',
      'The file holds no graph: it is no ONNX model, or it is cut short. Export or copy it again.',
    );
  }
  return model;
}

function decoded(bytes: Uint8Array): onnx.ModelProto {
  try {
    return onnx.ModelProto.decode(numberReader(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes('max depth')) {
      throw new BadInput(
        'model-too-deep',
        'The model nests its parts more than 100 deep, which ONNX Runtime does not read either: ' +
          'the file is damaged, or made to do harm.',
      );
    }
    // An ONNX file begins with its IR version: field 1, a varint below 128.
    const looksLikeOnnx = bytes[0] === 0x08 && (bytes[1] ?? 0) < 0x80;
    throw new BadInput(
      looksLikeOnnx ? 'damaged-model' : 'not-onnx',
      looksLikeOnnx
        ? `The ONNX file is cut short or damaged (${reason}): copy, pull or export it again.`
        : 'The file is no ONNX model: its bytes do not follow the ONNX format. Export the model with its ' +
            "library's ONNX exporter (skl2onnx, onnxmltools, torch.onnx).",
    );
  }
}

/** A reader that gives int64 as numbers: a file full of `Long` objects takes six times the memory. */
function numberReader(bytes: Uint8Array): Reader {
  const reader = new protobuf.Reader(bytes);
  return Object.assign(reader, {
    int64: () => varint64(reader, true),
    uint64: () => varint64(reader, false),
  });
}

function varint64(reader: Reader, signed: boolean): number {
  const first = reader.buf[reader.pos] ?? 128;
  if (first < 128 && reader.pos < reader.len) {
    reader.pos++;
    return first;
  }
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (reader.pos >= reader.len) throw new RangeError(`index out of range: ${reader.pos}`);
    const byte = reader.buf[reader.pos++]!;
    const bits = byte & 127;
    if (i < 4) low |= bits << (7 * i);
    else if (i > 4) high |= bits << (7 * i - 32);
    else {
      low |= bits << 28;
      high |= bits >> 4;
    }
    if (byte < 128) return (signed ? high : high >>> 0) * 2 ** 32 + (low >>> 0);
  }
  throw new Error('invalid varint encoding');
}

const ASCII = new Map<string, readonly [code: string, sentence: string]>([
  [
    'version https://git-lfs.github.com/spec/',
    [
      'git-lfs-pointer',
      'The file is a Git LFS pointer, not the model itself: run `git lfs pull` to fetch the model.',
    ],
  ],
  ['outs:\n', ['dvc-file', 'The file is a DVC pointer, not the model itself: run `dvc pull`.']],
  ['<!doctype html', ['web-page', webPage()]],
  ['<html', ['web-page', webPage()]],
  ['<?xml', ['not-onnx', other('an XML file')]],
  ['{', ['not-onnx', other('a JSON file')]],
  ['PK\u0003\u0004', ['not-onnx', other('a zip archive (as PyTorch .pt, Keras and NumPy .npz files are)')]],
  ['GGUF', ['not-onnx', other('a GGUF model')]],
  ['%PDF', ['not-onnx', other('a PDF')]],
]);

const MAGIC: readonly (readonly [offset: number, bytes: readonly number[], what: string])[] = [
  [0, [0x80, 0x02], 'a Python pickle'],
  [0, [0x80, 0x03], 'a Python pickle'],
  [0, [0x80, 0x04, 0x95], 'a Python pickle'],
  [0, [0x80, 0x05, 0x95], 'a Python pickle'],
  [0, [0x1f, 0x8b], 'a gzip archive'],
  [0, [0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive'],
  [0, [0x42, 0x5a, 0x68], 'a bzip2 archive'],
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive'],
  [0, [0x89, 0x48, 0x44, 0x46], 'an HDF5 file (as older Keras models are)'],
  [0, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'a NumPy array'],
  [0, [0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [0, [0x43, 0x42, 0x4d, 0x31], 'a CatBoost .cbm model'],
  [4, [0x54, 0x46, 0x4c, 0x33], 'a TensorFlow Lite model'],
  [4, [0x4f, 0x52, 0x54, 0x4d], 'a model in ORT format'],
  [8, [0x7b, 0x22], 'a safetensors file'],
  [257, [0x75, 0x73, 0x74, 0x61, 0x72], 'a tar archive'],
];

function other(what: string): string {
  return `The file is ${what}, not an ONNX model: export the model to ONNX first.`;
}

function webPage(): string {
  return 'The file is a web page, not a model: the download ended at a page (a login, perhaps). Fetch it again.';
}

function refuseOtherFormats(bytes: Uint8Array): void {
  const head = String.fromCharCode(...bytes.subarray(0, 128)).toLowerCase();
  const text = head.replace(/^(?:\xef\xbb\xbf)?\s*/, '');
  for (const [start, [code, sentence]] of ASCII) {
    if (text.startsWith(start.toLowerCase())) throw new BadInput(code, sentence);
  }
  for (const [offset, magic, what] of MAGIC) {
    if (magic.every((byte, i) => bytes[offset + i] === byte)) throw new BadInput('not-onnx', other(what));
  }
}
