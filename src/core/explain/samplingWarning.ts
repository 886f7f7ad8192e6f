import type { Explanation } from '../../protocol/results/explanation.ts';

/** Of the values' mean size: an error below this needs no word. */
const noticed = 0.1;

/** Whether sampled values are known too roughly to be read as they stand. @param players columns or groups of them */
export function samplingWarning(
  values: ArrayLike<number>,
  errors: ArrayLike<number>,
  players: number,
): Explanation['warnings'] {
  const size = meanSize(values);
  const error = meanSize(errors);
  if (size === 0 || error / size < noticed) return [];
  return [
    {
      kind: 'sampling',
      sentence:
        `With ${players} columns the values are sampled, and their mean standard error is ` +
        `${Math.round((100 * error) / size)} % of their mean size. A larger budget makes them sharper.`,
    },
  ];
}

function meanSize(all: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < all.length; i++) sum += Math.abs(all[i]!);
  return sum / all.length;
}
