/** ONNX element types by the name the field uses, such as `float32` or `string`. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'other';

export interface TensorSpec {
  readonly name: string;
  /** `sequence` and `map` stand for what is not a tensor (ZipMap's output). */
  readonly kind: 'tensor' | 'sequence' | 'map' | 'other';
  readonly type: ElementType;
  /** A number, or the name of a symbolic dimension (`?` when it has none). */
  readonly shape: readonly (number | string)[];
}

export type Task = 'binary' | 'multiclass' | 'regression' | 'unknown';

/** What a model answers, worked out from its outputs. */
export interface Answer {
  readonly task: Task;
  /** The classes in the order of the score columns; empty for regression. */
  readonly classes: readonly (string | number)[];
  /** The output that holds scores or probabilities [n, classes] (or [n] / [n, 1]), or the regression value. */
  readonly scoreOutput: string | null;
  /** The output that holds the predicted label. */
  readonly labelOutput: string | null;
  /** Columns of the score output, as its operators say (a declared shape may be wrong); null when unknown. */
  readonly columns: number | null;
  /** True when the scores are probabilities. */
  readonly probabilities: boolean;
}

/** What can be said of an ONNX file without running it. JSON-able. */
export interface ModelFacts {
  /** SHA-256 over the .onnx file and its external data files, hex. */
  readonly digest: string;
  /** Bytes, external data included. */
  readonly size: number;
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  readonly domain: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Operator (with its domain unless the default) -> how many nodes, most frequent first. */
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  readonly nodes: number;
  /** Elements in all initializers, and in the ensemble and linear attributes of ai.onnx.ml operators. */
  readonly parameters: number;
  /** Tree ensembles, if any: trees and their deepest path. */
  readonly trees: { readonly count: number; readonly depth: number } | null;
  readonly externalData: readonly string[];
  readonly answer: Answer;
  /** "Binary classifier, 20 inputs, gradient boosting of 200 trees, 1.2 MB, opset 17". */
  readonly sentence: string;
}
