import type { ModelFacts } from './facts.ts';
import type { onnx } from './onnx.generated.js';

/** What the reader of the files knows of the model. */
export interface FileFacts {
  /** SHA-256 over the .onnx file and its external data files, hex. */
  readonly digest: string;
  /** Bytes, external data included. */
  readonly size: number;
  /** External data files, relative to the model's folder. */
  readonly externalFiles: readonly string[];
}

/** What can be said of a verified model without running it. */
export function modelFacts(model: onnx.ModelProto, file: FileFacts): ModelFacts {
  throw new Error(`not written yet: ${model.producer_name} ${file.digest}`);
}
