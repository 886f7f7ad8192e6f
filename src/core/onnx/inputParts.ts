import { BadInput } from '../failure.ts';
import { imageShapeOf } from '../explain/images/image.ts';
import type { ModelFacts, TensorSpec } from './facts.ts';

/** What the parts of a model's input are, when they are no columns of their own. */
export type InputParts = 'image' | 'grid' | 'tokens';

export interface PartsInput {
  readonly parts: InputParts;
  readonly input: TensorSpec;
}

/**
 * Whether a model reads images, grids of numbers (steps x values, as recurrent models do) or token ids; null for
 * a model of columns.
 */
export function partsInputOf({
  inputs,
  operators,
}: Pick<ModelFacts, 'inputs' | 'operators'>): PartsInput | null {
  const [first, ...others] = inputs;
  if (first === undefined) return null;
  const ids = idsOf(inputs);
  const embeds = operators.some(({ name }) => name === 'Gather');
  if (ids !== null && (named(ids) || embeds)) return { parts: 'tokens', input: ids };
  if (others.length > 0 || /string|bool|other/.test(first.type)) return null;
  const sizes = first.shape.slice(1);
  if (!sizes.every(size => typeof size === 'number') || !isImage(first.name, sizes)) return null;
  return { parts: sizes.length === 2 ? 'grid' : 'image', input: first };
}

function idsOf(inputs: readonly TensorSpec[]): TensorSpec | null {
  const whole = inputs.filter(
    ({ type, shape }) => /^int(32|64)$/.test(type) && shape.length === 2 && shape[1] !== 1,
  );
  return whole.find(named) ?? whole[0] ?? null;
}

/** Called as tokenizers call it. */
function named({ name }: TensorSpec): boolean {
  return /(^|[_.])ids?$|token/i.test(name) && !/type|position/i.test(name);
}

function isImage(name: string, sizes: readonly number[]): boolean {
  try {
    imageShapeOf(name, sizes);
    return true;
  } catch (error) {
    if (error instanceof BadInput) return false;
    throw error;
  }
}
