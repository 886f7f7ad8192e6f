import { describe, expect, it } from 'vitest';
import type { TensorSpec } from './facts.ts';
import { partsInputOf } from './inputParts.ts';

const tensor = (name: string, type: TensorSpec['type'], ...shape: (number | string)[]): TensorSpec => ({
  name,
  kind: 'tensor',
  type,
  shape,
});
const parts = (inputs: TensorSpec[], ...operators: string[]): string | null =>
  partsInputOf({ inputs, operators: operators.map(name => ({ name, count: 1 })) })?.parts ?? null;

describe('what the parts of an input are', () => {
  it('sees images, channels first and last', () => {
    expect(parts([tensor('x', 'float32', 'N', 1, 28, 28)])).toBe('image');
    expect(parts([tensor('x', 'uint8', 'N', 224, 224, 3)])).toBe('image');
  });

  it('sees steps of values, as recurrent models read them', () => {
    expect(parts([tensor('x', 'float32', 'N', 24, 5)], 'LSTM')).toBe('grid');
  });

  it('sees token ids by their name, or by an embedding', () => {
    const mask = tensor('attention_mask', 'int64', 'N', 'L');
    expect(parts([tensor('input_ids', 'int64', 'N', 'L'), mask])).toBe('tokens');
    expect(parts([tensor('x', 'int32', 'N', 12)], 'Gather')).toBe('tokens');
  });

  it('leaves models of columns alone', () => {
    expect(parts([tensor('x', 'float32', 'N', 20)])).toBeNull();
    expect(parts([tensor('x', 'int64', 'N', 20)], 'MatMul')).toBeNull();
    expect(parts([tensor('age', 'int64', 'N', 1), tensor('job', 'string', 'N', 1)])).toBeNull();
    expect(parts([])).toBeNull();
  });

  it('needs the sizes of an image to be fixed', () => {
    expect(parts([tensor('x', 'float32', 'N', 3, 'H', 'W')])).toBeNull();
  });
});
