import type { onnx } from './onnx.generated.js';

/** Where a tensor's bytes lie outside the .onnx file. */
export interface ExternalData {
  readonly tensor: string;
  /** Relative to the folder of the .onnx file, with `/`, without `..`. */
  readonly location: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes; null means up to the end of the file. */
  readonly length: number | null;
}

/**
 * Every tensor kept outside the file. Looks at names only: links, existence and length are for the reader
 * of the files.
 * @throws BadInput for a location that could leave the model's folder
 */
export function externalDataOf(model: onnx.ModelProto): readonly ExternalData[] {
  throw new Error(`not written yet: ${model.producer_name}`);
}
