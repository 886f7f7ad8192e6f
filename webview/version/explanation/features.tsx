import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Bar, Sketch } from '../../components/bars.tsx';
import { share, withInterval } from '../../components/format.ts';
import { DataTable, type Column } from '../../components/table.tsx';
import { matches } from '../../components/tabular.ts';
import { useArrangement } from '../../host.ts';
import { sketchOf } from './columns.ts';

type Entry = Explanation['global'][number];

/** Features by strength, each with its interval, share and a sketch of how its value works. */
export function Features({
  result,
  selected,
  onSelect,
}: {
  readonly result: Explanation;
  readonly selected: string;
  readonly onSelect: (feature: string) => void;
}): VNode {
  const [filter, setFilter] = useArrangement('features.filter', '');
  const max = Math.max(1e-12, ...result.global.map(entry => entry.interval?.high ?? entry.value));
  const sketches = useMemo(() => new Map<string, ReturnType<typeof sketchOf>>(), [result]);
  const sketch = (feature: string): ReturnType<typeof sketchOf> => {
    const known = sketches.get(feature) ?? sketchOf(result, feature);
    sketches.set(feature, known);
    return known;
  };
  const rows = result.global.filter(entry => matches(filter, [entry.feature]));
  const columns: Column<Entry>[] = [
    {
      id: 'feature',
      title: 'Feature',
      width: '26%',
      fill: 'cut',
      value: entry => entry.feature,
      cell: entry => <span title={entry.feature}>{entry.feature}</span>,
    },
    {
      id: 'value',
      title: 'Mean |attribution|, interval',
      width: '42%',
      value: entry => entry.value,
      exported: [
        { title: 'mean |attribution|', value: entry => entry.value },
        { title: 'low', value: entry => entry.interval?.low ?? null },
        { title: 'high', value: entry => entry.interval?.high ?? null },
      ],
      cell: entry => (
        <span
          class="barcell"
          title={
            entry.interval === null
              ? String(entry.value)
              : `${entry.value}; ${entry.interval.level * 100} % interval, ${entry.interval.method}`
          }
        >
          <Bar value={Math.max(0, entry.value)} interval={entry.interval} max={max} />
          <span>{withInterval(entry.value, entry.interval)}</span>
        </span>
      ),
    },
    {
      id: 'share',
      title: 'Share',
      align: 'end',
      width: '10%',
      wide: true,
      value: entry => entry.share,
      cell: entry => share(entry.share),
    },
  ];
  if (result.rows.length > 0) {
    columns.push({
      id: 'sketch',
      title: 'Value → attribution',
      width: '22%',
      wide: 'roomy',
      value: entry => entry.share,
      exported: [],
      cell: entry => <Sketch points={sketch(entry.feature)} />,
    });
  }
  return (
    <>
      {result.global.length > 14 && (
        <div class="controls">
          <input
            type="search"
            placeholder="Filter features ( / )"
            aria-label="Filter features"
            value={filter}
            onInput={event => setFilter(event.currentTarget.value)}
          />
        </div>
      )}
      <DataTable
        label="Features by strength"
        name="features"
        limit={12}
        sort={{ id: 'value', descending: true }}
        rows={rows}
        rowKey={entry => entry.feature}
        selected={selected}
        onSelect={entry => onSelect(entry.feature)}
        columns={columns}
      />
    </>
  );
}
