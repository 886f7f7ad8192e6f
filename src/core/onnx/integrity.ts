import type { onnx } from './onnx.generated.js';

/** Values that are not finite in one tensor or attribute. */
export interface NotFinite {
  /** The initializer's name, or `node.attribute` for an attribute of an operator. */
  readonly name: string;
  readonly nan: number;
  readonly infinite: number;
  /** Elements looked at. */
  readonly values: number;
}

/** What integrity checks ask of a model, without running it. JSON-able. */
export interface IntegrityFacts {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  /** Elements in all initializers and in the attributes of linear and tree operators. */
  readonly parameters: number;
  /** Bytes these take in memory. */
  readonly parameterBytes: number;
  /** Tensors and attributes that hold NaN or infinite values; external data is not looked at. */
  readonly notFinite: readonly NotFinite[];
  /** Domain -> operators used from it, names sorted. */
  readonly operatorsByDomain: readonly { readonly domain: string; readonly operators: readonly string[] }[];
  /** Domains that neither ONNX nor ONNX Runtime knows, and that the model's own functions do not define. */
  readonly unknownDomains: readonly string[];
  /** Input axes without a fixed size, by their symbol (`?` when they have none). */
  readonly dynamicAxes: readonly { readonly input: string; readonly axis: number; readonly symbol: string }[];
  /** Inputs and outputs whose shape is not stated at all. */
  readonly withoutShape: readonly string[];
  /** Initializers nothing reads. */
  readonly unusedInitializers: readonly string[];
  /** Inputs nothing reads. */
  readonly unusedInputs: readonly string[];
  readonly functions: number;
  readonly trainingInfo: boolean;
  readonly externalData: readonly string[];
}

/** @param model a verified model */
export function integrityOf(model: onnx.ModelProto): IntegrityFacts {
  throw new Error(`not written yet: ${model.producer_name}`);
}
