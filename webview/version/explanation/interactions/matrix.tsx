import type { VNode } from 'preact';
import { Heat } from '../../../charts/heat.tsx';
import { count, plural, significant } from '../../../components/format.ts';
import { DataTable } from '../../../components/table.tsx';
import { busiest, matrixOf, type PairStrength } from './pairs.ts';

/** Columns in the picture, and pairs in the list: more would be read by nobody. */
const mostColumns = 12;
const mostPairs = 500;

/** Which columns act together: cells for the busiest columns, and every pair as a list. */
export function InteractionMatrix({
  pairs,
  measure,
  chosen,
  name,
  onPair,
}: {
  readonly pairs: readonly PairStrength[];
  /** What the values are, with their unit. */
  readonly measure: string;
  readonly chosen: readonly [string, string];
  readonly name: string;
  readonly onPair: (a: string, b: string) => void;
}): VNode {
  const names = busiest(pairs, mostColumns);
  const columns = new Set(pairs.flatMap(({ a, b }) => [a, b])).size;
  const [i, j] = [names.indexOf(chosen[0]), names.indexOf(chosen[1])];
  const listed = pairs.slice(0, mostPairs);
  return (
    <>
      <Heat
        note={measure}
        name={`${name}-interactions`}
        label={`Interactions of the ${names.length} columns that act most with others`}
        down={{ title: '', labels: names, every: true }}
        across={{ title: '', labels: names, every: true }}
        upward={false}
        values={matrixOf(pairs, names)}
        scale="size"
        what={measure}
        chosen={i < 0 || j < 0 ? null : [i, j]}
        onCell={(down, across) => onPair(names[down] ?? '', names[across] ?? '')}
        height={150 + 26 * names.length}
        caption={
          columns > names.length
            ? `The ${names.length} of ${count(columns)} columns that act most with others. Choose a cell to see the pair.`
            : 'Choose a cell to see the pair.'
        }
        twin={() => ({
          columns: ['column', 'with', measure],
          rows: pairs.map(({ a, b, value }) => [a, b, value]),
        })}
      />
      <DataTable
        label="Pairs by interaction"
        name={`${name}-pairs`}
        limit={6}
        sort={{ id: 'value', descending: true }}
        rows={listed}
        rowKey={keyOf}
        selected={
          listed.some(pair => keyOf(pair) === chosen.join('\n'))
            ? chosen.join('\n')
            : chosen.toReversed().join('\n')
        }
        onSelect={({ a, b }) => onPair(a, b)}
        columns={[
          {
            id: 'pair',
            title: 'Pair',
            fill: true,
            value: ({ a, b }) => `${a} x ${b}`,
            exported: [
              { title: 'column', value: ({ a }) => a },
              { title: 'with', value: ({ b }) => b },
            ],
            cell: ({ a, b }) => (
              <span title={`${a} x ${b}`}>
                {a} × {b}
              </span>
            ),
          },
          {
            id: 'value',
            title: measure,
            align: 'end',
            value: ({ value }) => value,
            cell: ({ value }) => <span title={String(value)}>{significant(value)}</span>,
          },
        ]}
        foot={
          pairs.length > listed.length ? (
            <span class="muted">
              The {count(listed.length)} strongest of {plural(pairs.length, 'pair')}; CSV above the picture
              has all.
            </span>
          ) : undefined
        }
      />
    </>
  );
}

function keyOf({ a, b }: PairStrength): string {
  return `${a}\n${b}`;
}
