import type { ModelFacts } from '../core/onnx/facts.ts';

/** What a place is to be given of a model. */
export interface PackRequest {
  /** Absolute path of the .onnx file. */
  readonly file: string;
  /** What it must be. */
  readonly digest: string;
  /** Whether the place carries tensors only: a ZipMap at the end is then taken off. */
  readonly tensorsOnly: boolean;
  /** Absolute folder that a changed model is written to. */
  readonly dir: string;
}

export interface PackedFile {
  /** Beside `model.onnx`. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface Packed {
  /** External data first, then `model.onnx`. */
  readonly files: readonly PackedFile[];
  /** Of the model as it is packed. */
  readonly facts: ModelFacts;
}

/** Method -> [parameters, result], as in `EngineRequests`. */
export interface PackRequests {
  pack: [PackRequest, Packed];
}
