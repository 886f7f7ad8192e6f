import type { Answer } from './facts.ts';
import type { onnx } from './onnx.generated.js';

/** What the model answers: task, classes, score and label outputs, worked out from its operators. */
export function answerOf(model: onnx.ModelProto): Answer {
  throw new Error(`not written yet: ${model.producer_name}`);
}
