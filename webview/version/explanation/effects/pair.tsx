import type { VNode } from 'preact';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { Effects } from '../../../../src/protocol/results/effects.ts';
import { Heat } from '../../../charts/heat.tsx';
import { cellText, count, plural, significant } from '../../../components/format.ts';
import { outputWithUnit } from './units.ts';

type Pair = Effects['pairs'][number];

/** The mean answer over the values of two columns, and how far it is from the sum of each alone. */
export function PairSurface({
  effects,
  pair,
  name,
}: {
  readonly effects: Effects;
  readonly pair: Pair;
  readonly name: string;
}): VNode {
  const [a, b] = pair.features;
  const output = outputWithUnit(effects);
  const seen = pair.counts.reduce((sum, line) => sum + line.reduce((part, n) => part + n, 0), 0);
  const few = pair.thin.some(line => line.includes(true));
  return (
    <Heat
      title={`${a} and ${b}`}
      note={`mean ${output}`}
      name={`${name}-${a}-${b}`}
      label={`Mean ${output} over the values of ${a} and ${b}`}
      down={{
        title: a,
        labels: pair.positions[0].map(cellText),
        every: typeof pair.positions[0][0] === 'string',
      }}
      across={{
        title: b,
        labels: pair.positions[1].map(cellText),
        every: typeof pair.positions[1][0] === 'string',
      }}
      upward={typeof pair.positions[0][0] === 'number'}
      values={pair.values}
      thin={pair.thin}
      scale="level"
      what={`mean ${output}`}
      height={Math.min(420, 130 + 20 * Math.max(pair.positions[0].length, 6))}
      caption={`${interactionWords(pair, output)}${few ? ` Hatched: under 5 of ${plural(seen, 'row')} are near; the model was asked about rows that hardly occur.` : ''}`}
      twin={() => ({
        columns: [a, b, `mean ${output}`, 'rows near'],
        rows: pair.positions[0].flatMap((x, i) =>
          pair.positions[1].map((y, j): Cell[] => [
            x,
            y,
            pair.values[i]?.[j] ?? null,
            pair.counts[i]?.[j] ?? null,
          ]),
        ),
      })}
    />
  );
}

/** How much of what two columns do they do together. */
export function interactionWords({ features, interaction }: Pair, output: string): string {
  const [a, b] = features;
  const size = `±${significant(interaction.size, 2)} in ${output} (root mean square, ${count(interaction.rows)} rows)`;
  if (interaction.h === null)
    return `${a} and ${b} move the output too little for a share; together they differ from the sum of each alone by ${size}.`;
  return `H ${significant(interaction.h, 2)} of 1: the two together differ from the sum of each alone by ${size}.`;
}
