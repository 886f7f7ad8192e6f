import type { InferenceSession } from 'onnxruntime-node';
import type { RuntimeFacts } from '../../core/checks/facts.ts';
import type { TensorSpec } from '../../core/onnx/facts.ts';
import { specWords } from '../../core/onnx/structureDiff.ts';

/**
 * What the model says of its tensor outputs beside what the runtime infers. A size that one of the two leaves
 * open is no difference.
 */
export function inferredOutputs(
  outputs: readonly TensorSpec[],
  session: InferenceSession,
): RuntimeFacts['inferred'] {
  const found = new Map(session.outputMetadata.map(one => [one.name, one]));
  return outputs.flatMap(spec => {
    const own = found.get(spec.name);
    if (own?.isTensor !== true || spec.kind !== 'tensor') return [];
    const shape = own.shape.map((size, axis) => {
      const stated = spec.shape[axis];
      return typeof size === 'number' && size > 0 && typeof stated === 'number' ? size : (stated ?? '?');
    });
    const stated = specWords(spec);
    const inferred = specWords({ ...spec, type: own.type as TensorSpec['type'], shape });
    // A model that states no shape has a check of its own.
    return [{ name: spec.name, stated, found: spec.shape.length === 0 ? stated : inferred }];
  });
}
