import type { Effects } from '../../../../src/protocol/results/effects.ts';

/** What is explained with its unit: "P(bad)", "rentals (bikes)", "P(bad), raw score". */
export function outputWithUnit({ output, unit, space }: Pick<Effects, 'output' | 'unit' | 'space'>): string {
  if (unit !== null) return `${output.title} (${unit})`;
  return space === 'raw' && !/odds|margin|raw/i.test(output.title)
    ? `${output.title}, raw score`
    : output.title;
}
