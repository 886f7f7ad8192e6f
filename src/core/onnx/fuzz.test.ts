import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { decodeModel } from './decode.ts';
import { mutated, readDamaged, seedFiles } from './fuzzing.ts';

const models = seedFiles.map(name => new Uint8Array(readFileSync(`test/models/${name}.onnx`)));

describe('reading damaged models', () => {
  // The suite `fuzz` of `npm test` reads 100,000.
  it('ends in facts or in BadInput, never otherwise', () => {
    const random = seeded(20_261_123);
    const whole = decodeModel(models[0]!);
    const count = { sound: 0, refused: 0 };
    for (let i = 0; i < 1000; i++) count[readDamaged(mutated(models, random), whole) ? 'sound' : 'refused']++;
    // Both ways must have been walked for this to say anything.
    expect(count.sound).toBeGreaterThan(100);
    expect(count.refused).toBeGreaterThan(100);
  });
});
