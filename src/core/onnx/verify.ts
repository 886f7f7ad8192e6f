import type { onnx } from './onnx.generated.js';

export interface Limits {
  /** Graphs within graphs (If, Loop, Scan bodies). */
  readonly depth: number;
  /** Nodes in all graphs and functions. */
  readonly nodes: number;
}

/**
 * Checks all that ONNX Runtime would trust: every tensor, name, opset and function of the model.
 * @throws BadInput naming the first thing that is wrong
 */
export function verifyModel(model: onnx.ModelProto, limits?: Limits): void {
  throw new Error(`not written yet: ${model.producer_name} ${limits?.depth ?? 0}`);
}
