import { BadInput } from '../../core/failure.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { Pool } from './feeds.ts';

/**
 * @param why the end of "..., which"
 * @throws BadInput `not-real` when an input takes anything but real numbers
 */
export function requireReal({ inputs }: MatchPlan, why: string): void {
  const other = inputs.find(({ type }) => type !== 'float32' && type !== 'float64');
  if (other === undefined) return;
  const what = other.type === 'string' ? 'words' : `numbers of type ${other.type}`;
  throw new BadInput(
    'not-real',
    `The model's input \`${other.name}\` takes ${what}, which ${why}. ` +
      'Choose the method `shapley`, which explains any model.',
  );
}

/** The numbers of all rows of a pool of real inputs, rows x features. */
export function numbersOfPool(pool: Pool, { features, inputs }: MatchPlan): Float64Array {
  const d = features.length;
  const numbers = new Float64Array(pool.rows * d);
  inputs.forEach((input, i) => {
    input.columns.forEach((feature, c) => {
      const elements = pool.inputs[i]![c] as Float32Array | Float64Array;
      for (let row = 0; row < pool.rows; row++) numbers[row * d + feature] = elements[row]!;
    });
  });
  return numbers;
}
