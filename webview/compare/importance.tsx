import type { ComponentChildren, VNode } from 'preact';
import { decimalsFor } from '../../src/core/words.ts';
import type { Comparison } from '../../src/protocol/results/comparison.ts';
import { SlopeChart } from '../charts/slope.tsx';
import { count, fixed, range, signedFixed } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { sides } from '../components/sides.ts';
import { DataTable } from '../components/table.tsx';

type Entry = Comparison['importances'][number];

/** What each version leans on. */
export function Importance({
  result,
  a,
  b,
}: {
  readonly result: Comparison;
  readonly a: string;
  readonly b: string;
}): VNode | null {
  if (result.importances.length === 0) return null;
  const strength = (entry: Entry): number => Math.max(Math.abs(entry.a ?? 0), Math.abs(entry.b ?? 0));
  const sorted = [...result.importances].sort((x, y) => strength(y) - strength(x));
  const drawn = sorted.flatMap(entry =>
    entry.a === null || entry.b === null ? [] : [{ name: entry.feature, a: entry.a, b: entry.b }],
  );
  // All of the table in the same digits: the strongest has three.
  const decimals = decimalsFor(Math.max(...sorted.map(strength), 1e-9));
  const number = (value: number): string => fixed(value, decimals);
  return (
    <Section title="Importance" note={`${count(sorted.length)} features, strongest first`}>
      <SlopeChart
        slopes={drawn.slice(0, 10)}
        left={a}
        right={b}
        name="importance"
        what="how much worse the metric gets when the column is permuted"
      />
      <DataTable
        label="Importance in both versions"
        name="importance"
        limit={10}
        rows={sorted}
        rowKey={entry => entry.feature}
        columns={[
          {
            id: 'feature',
            title: 'Feature',
            fill: true,
            value: entry => entry.feature,
            cell: entry => <span title={entry.feature}>{entry.feature}</span>,
          },
          ...sides<Entry>(
            { a, b },
            (entry, at) => entry[at],
            (entry, at) => side(entry[at], at === 'a' ? entry.intervalA : entry.intervalB, number),
          ),
          {
            id: 'change',
            title: 'B − A',
            align: 'end',
            value: entry => (entry.a === null || entry.b === null ? null : entry.b - entry.a),
            cell: entry =>
              entry.a === null || entry.b === null ? '–' : signedFixed(entry.b - entry.a, decimals),
          },
        ]}
      />
    </Section>
  );
}

function side(
  value: number | null,
  interval: Entry['intervalA'],
  number: (value: number) => string,
): ComponentChildren {
  if (value === null) return 'not an input';
  return (
    <>
      {number(value)}
      {interval !== null && (
        <span class="muted roomy"> ({range(number(interval.low), number(interval.high))})</span>
      )}
    </>
  );
}
