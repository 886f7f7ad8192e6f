import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../failure.ts';
import { below, type Random, seeded } from '../random.ts';
import { decodeModel } from './decode.ts';
import { tensorOutputs } from './edit.ts';
import { integrityOf } from './integrity.ts';
import { modelFacts } from './modelFacts.ts';
import { structureDiff } from './structureDiff.ts';
import { verifyModel } from './verify.ts';

const files = [
  'iris',
  'zipmap-strings',
  'image',
  'float16',
  'default-input',
  'sequence-output',
  'zipmap-columns',
];
const models = files.map(name => new Uint8Array(readFileSync(`test/models/${name}.onnx`)));

/** A model with some bytes changed, and sometimes cut, or with a part of it twice. */
function mutated(random: Random): Uint8Array {
  let bytes = models[below(random, models.length)]!.slice();
  for (let i = below(random, 3); i >= 0; i--) {
    const at = below(random, bytes.length);
    const kind = below(random, 12);
    if (kind === 0) bytes = bytes.slice(0, at + 1);
    else if (kind === 1) {
      const from = below(random, bytes.length);
      const part = bytes.subarray(from, from + below(random, 200));
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
    } else bytes[at] = kind < 6 ? (bytes[at] ?? 0) ^ (1 << below(random, 8)) : below(random, 256);
  }
  return bytes;
}

describe('reading damaged models', () => {
  it('ends in facts or in BadInput, never otherwise', () => {
    const random = seeded(20_261_123);
    const whole = decodeModel(models[0]!);
    const count = { sound: 0, refused: 0 };
    for (let i = 0; i < 2500; i++) {
      const bytes = mutated(random);
      try {
        const model = decodeModel(bytes);
        verifyModel(model);
        modelFacts(model, { digest: '', size: bytes.length, externalFiles: [] });
        integrityOf(model);
        structureDiff(whole, model);
        verifyModel(decodeModel(tensorOutputs(bytes).bytes));
        count.sound++;
      } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        count.refused++;
      }
    }
    // Both ways must have been walked for this to say anything.
    expect(count.sound).toBeGreaterThan(250);
    expect(count.refused).toBeGreaterThan(250);
  });
});
