import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { decimalsFor, pValueWords, pWords } from '../../src/core/words.ts';
import type { Comparison } from '../../src/protocol/results/comparison.ts';
import { IntervalBar } from '../components/bars.tsx';
import { count, fixed, range, signed, significant, titleOf } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { RowsBehind, type Chosen } from '../components/rowsBehind.tsx';
import { sides } from '../components/sides.ts';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';

type Difference = Comparison['metrics'][number];

const rules: Readonly<Record<Difference['status'], string>> = {
  pass: 'holds',
  fail: 'broken',
  warn: 'warns',
  inconclusive: 'inconclusive',
  'not-run': 'no rule',
};

/** Each metric of both, the paired difference, and whether it keeps within its margin. */
export function Differences({
  result,
  a,
  b,
}: {
  readonly result: Comparison;
  readonly a: string;
  readonly b: string;
}): VNode {
  const extents = result.metrics.map(extent);
  const widest = Math.max(...extents, 0);
  const narrowest = Math.min(...extents.filter(value => value > 0), widest);
  const shared = widest <= 20 * narrowest;
  const reach = (row: Difference): number => (shared ? widest : extent(row)) * 1.08 || 1;
  const interval = result.metrics.find(row => row.interval !== null)?.interval;
  return (
    <Section
      title="Metrics"
      note={
        interval === undefined || interval === null
          ? undefined
          : `${interval.level * 100} % intervals, ${interval.method}`
      }
    >
      <DataTable
        label="Differences of metrics"
        name="metrics"
        rows={result.metrics}
        rowKey={row => row.name}
        foot={
          <span>
            Dotted: the margin, how much worse B may be.{shared ? '' : ' Each bar is on its own scale.'}
          </span>
        }
        columns={[
          {
            id: 'title',
            title: 'Metric',
            fill: true,
            value: titleIn,
            cell: row => (
              <>
                {titleIn(row)}
                {row.better === 'lower' && <span class="muted ample"> lower is better</span>}
              </>
            ),
          },
          ...sides<Difference>(
            { a, b },
            (row, side) => row[side],
            (row, side) => alike(row[side], row),
          ),
          {
            id: 'delta',
            title: 'B − A',
            align: 'end',
            value: row => row.delta,
            cell: row => (
              <span title={row.interval === null ? '' : `${row.interval.low} to ${row.interval.high}`}>
                {row.delta === null ? '–' : signed(row.delta, 2)}
                {row.interval !== null && (
                  <span class="muted ample">
                    {' '}
                    ({range(significant(row.interval.low, 2), significant(row.interval.high, 2))})
                  </span>
                )}
              </span>
            ),
          },
          {
            id: 'interval',
            title: 'Against the margin',
            wide: true,
            value: row => row.interval?.low ?? null,
            exported: [
              { title: 'low', value: row => row.interval?.low ?? null },
              { title: 'high', value: row => row.interval?.high ?? null },
              { title: 'margin', value: row => row.margin },
            ],
            cell: row =>
              row.delta === null ? null : (
                <IntervalBar
                  value={row.delta}
                  interval={row.interval}
                  from={-reach(row)}
                  to={reach(row)}
                  rule={row.margin === null ? null : row.better === 'lower' ? row.margin : -row.margin}
                  tone={row.status}
                />
              ),
          },
          {
            id: 'p',
            title: 'p',
            align: 'end',
            wide: 'ample',
            definition: 'That the two do not differ, adjusted for all metrics (Holm)',
            value: row => row.adjusted ?? null,
            exported: [
              { title: 'p', value: row => row.p ?? null },
              { title: 'p (Holm)', value: row => row.adjusted ?? null },
              { title: 'test', value: row => row.test ?? null },
            ],
            cell: row =>
              row.adjusted == null ? (
                <span class="muted">–</span>
              ) : (
                <span title={`${row.test ?? ''}, ${pWords(row.p ?? 1)} by itself`}>
                  {pValueWords(row.adjusted)}
                </span>
              ),
          },
          {
            id: 'rule',
            title: 'Rule',
            value: row => row.status,
            cell: row => <Status status={row.status}>{rules[row.status]}</Status>,
          },
        ]}
      />
    </Section>
  );
}

/** Groups, those that got worse first. */
export function Slices({
  result,
  trusted,
}: {
  readonly result: Comparison;
  readonly trusted: boolean;
}): VNode | null {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  if (result.slices.length === 0) return null;
  const better = (name: string): number =>
    result.metrics.find(metric => metric.name === name)?.better === 'lower' ? -1 : 1;
  const rows = result.slices
    .map((slice, at) => ({
      ...slice,
      at,
      gain: slice.delta === null ? null : slice.delta * better(slice.metric),
    }))
    .sort(
      (x, y) => Number(y.status === 'fail') - Number(x.status === 'fail') || (x.gain ?? 0) - (y.gain ?? 0),
    );
  const kinds = new Set(rows.map(row => row.metric));
  const one = kinds.size === 1 ? (rows[0]?.metric ?? null) : null;
  const measureIn = (name: string): string => {
    const metric = result.metrics.find(other => other.name === name);
    return metric === undefined ? name : titleIn(metric);
  };
  const worse = rows.filter(row => row.status === 'fail').length;
  return (
    <Section
      title="Groups"
      note={`${one === null ? '' : `${measureIn(one)}; `}${count(worse)} of ${count(rows.length)} got worse beyond the margin and chance; worst first`}
    >
      <DataTable
        label="Groups"
        name="groups"
        limit={8}
        rows={rows}
        rowKey={row => row.at}
        {...(trusted
          ? {
              onOpen: ({ slice, where }: (typeof rows)[number]) =>
                setChosen(where === undefined ? null : { name: slice, where }),
            }
          : {})}
        columns={[
          {
            id: 'slice',
            title: 'Group',
            fill: true,
            value: row => row.slice,
            exported: [
              { title: 'group', value: row => row.slice },
              { title: 'metric', value: row => measureIn(row.metric) },
            ],
            cell: row => (
              <>
                {row.slice}
                {row.crossed === true && <span class="muted"> (the half that did not choose it)</span>}
                {one === null && <span class="muted"> {measureIn(row.metric)}</span>}
              </>
            ),
          },
          { id: 'n', title: 'n', align: 'end', value: row => row.n, cell: row => count(row.n) },
          {
            id: 'a',
            title: 'A',
            align: 'end',
            wide: 'roomy',
            value: row => row.a,
            cell: row => alike(row.a, row),
          },
          {
            id: 'b',
            title: 'B',
            align: 'end',
            wide: 'roomy',
            value: row => row.b,
            cell: row => alike(row.b, row),
          },
          {
            id: 'delta',
            title: 'Change (interval)',
            align: 'end',
            value: row => row.delta,
            cell: row => (
              <Status status={row.status}>
                {row.delta === null
                  ? '–'
                  : signed(row.delta, 2) +
                    (row.interval === null
                      ? ''
                      : ` (${range(significant(row.interval.low, 2), significant(row.interval.high, 2))})`)}
              </Status>
            ),
          },
        ]}
      />
      {chosen !== null && (
        <RowsBehind key={chosen.where} chosen={chosen} name="group" onClose={() => setChosen(null)} />
      )}
    </Section>
  );
}

/** The metric with its unit. */
function titleIn({ title, unit = null }: Difference): string {
  return titleOf({ title, unit });
}

function extent(row: Difference): number {
  return Math.max(
    Math.abs(row.delta ?? 0),
    Math.abs(row.interval?.low ?? 0),
    Math.abs(row.interval?.high ?? 0),
    row.margin ?? 0,
  );
}

/** Both values with the decimals of the larger, to be compared digit by digit. */
function alike(
  value: number | null,
  { a, b }: { readonly a: number | null; readonly b: number | null },
): string {
  if (value === null) return '–';
  const largest = Math.max(Math.abs(a ?? 0), Math.abs(b ?? 0));
  return largest < 1e-4 ? significant(value) : fixed(value, decimalsFor(largest));
}
