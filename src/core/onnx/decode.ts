import type { onnx } from './onnx.generated.js';

/**
 * The model in the bytes of an .onnx file. Raw tensor data are views into `bytes`, not copies.
 * int64 values are numbers (exact up to 2^53).
 * @throws BadInput when the bytes are no ONNX model, saying what they look like
 */
export function decodeModel(bytes: Uint8Array): onnx.ModelProto {
  throw new Error(`not written yet: ${bytes.length}`);
}
