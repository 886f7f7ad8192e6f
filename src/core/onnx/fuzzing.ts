import { BadInput } from '../failure.ts';
import { below, type Random } from '../random.ts';
import { decodeModel } from './decode.ts';
import { tensorOutputs } from './edit.ts';
import { integrityOf } from './integrity.ts';
import { modelFacts } from './modelFacts.ts';
import type { onnx } from './onnx.generated.js';
import { structureDiff } from './structureDiff.ts';
import { verifyModel } from './verify.ts';

/** What the test and the long run of the fuzzer share; no product code imports it. */

/** Files of test/models that are damaged in turn. */
export const seedFiles = [
  'iris',
  'zipmap-strings',
  'image',
  'float16',
  'default-input',
  'sequence-output',
  'zipmap-columns',
  'external',
  'external-subgraph',
  'external-sparse',
  'external-function',
  'function-cycle',
];

/** A model with some bytes changed, and sometimes cut, or with a part of it twice. */
export function mutated(models: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = models[below(random, models.length)]!.slice();
  for (let i = below(random, 3); i >= 0; i--) {
    const at = below(random, bytes.length);
    const kind = below(random, 12);
    if (kind === 0) bytes = bytes.slice(0, at + 1);
    else if (kind === 1) {
      const from = below(random, bytes.length);
      const part = bytes.subarray(from, from + below(random, 200));
      const larger = new Uint8Array(bytes.length + part.length);
      larger.set(bytes.subarray(0, at));
      larger.set(part, at);
      larger.set(bytes.subarray(at), at + part.length);
      bytes = larger;
    } else bytes[at] = kind < 6 ? (bytes[at] ?? 0) ^ (1 << below(random, 8)) : below(random, 256);
  }
  return bytes;
}

/**
 * Reads a damaged model in every way the product does before the runtime sees it.
 * @returns whether it was sound; @throws whatever is not BadInput
 */
export function readDamaged(bytes: Uint8Array, whole: onnx.ModelProto): boolean {
  try {
    const model = decodeModel(bytes);
    verifyModel(model);
    modelFacts(model, { digest: '', size: bytes.length, externalFiles: [] });
    integrityOf(model);
    structureDiff(whole, model);
    verifyModel(decodeModel(tensorOutputs(bytes).bytes));
    return true;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return false;
  }
}
