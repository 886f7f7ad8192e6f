import type { Cell } from '../../../../src/core/data/table.ts';
import type { Support } from '../../../../src/protocol/results/effects.ts';
import type { Ground } from '../../../charts/curve.tsx';
import { plural } from '../../../components/format.ts';

/** Where the model has seen data, as charts draw it. */
export function groundOf({ positions, counts, thin }: Support): Ground {
  return { edges: positions.map(Number), counts, thin };
}

/** Rows that hold a word; null when it was not counted. */
export function rowsAt({ positions, counts }: Support, level: Cell): number | null {
  return counts[positions.indexOf(level)] ?? null;
}

/** What the shading and the counts rest on. */
export function groundWords(support: Support): string {
  const whose = support.role === 'reference' ? 'reference row' : 'row';
  const numbers = support.positions.every(position => typeof position === 'number');
  const few = support.thin.some(thin => thin);
  if (numbers)
    return `At the foot: ${plural(support.rows, whose)}${few ? '; shaded where there are few' : ''}.`;
  return `In brackets: ${whose}s, of ${plural(support.rows, whose)}${few ? '; hollow where there are few' : ''}.`;
}
