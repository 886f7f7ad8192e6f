import type { VNode } from 'preact';
import type { Metric, Validation } from '../../../src/protocol/results/validation.ts';
import { IntervalBar } from '../../components/bars.tsx';
import { count, withInterval } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { DataTable } from '../../components/table.tsx';

/** Every metric with its interval and n; the definition is a hover away. */
export function Metrics({ result }: { readonly result: Validation }): VNode {
  const { metrics, verdict } = result;
  const level = metrics.find(metric => metric.interval !== null)?.interval;
  const title = (metric: Metric): string =>
    metric.title + (metric.class === null ? '' : ` (${metric.class})`);
  const standing = (metric: Metric): 'fail' | 'warn' | 'plain' =>
    verdict.failed.includes(metric.name) ? 'fail' : verdict.warned.includes(metric.name) ? 'warn' : 'plain';
  return (
    <Section
      title="Metrics"
      note={`n = ${count(result.n)}${level === undefined || level === null ? '' : `; ${level.level * 100} % intervals, ${level.method}`}`}
    >
      <DataTable
        label="Metrics"
        name="metrics"
        limit={16}
        rows={metrics}
        rowKey={metric => `${metric.name} ${metric.class ?? ''}`}
        columns={[
          {
            id: 'title',
            title: 'Metric',
            value: title,
            fill: true,
            cell: metric => (
              <span title={`${metric.name}: ${metric.definition}`}>
                {title(metric)}
                {metric.better === 'lower' && <span class="muted ample"> lower is better</span>}
              </span>
            ),
          },
          {
            id: 'value',
            title: 'Value (interval)',
            width: '32%',
            align: 'end',
            value: metric => metric.value,
            cell: metric =>
              metric.value === null ? (
                <span class="muted" title="Undefined on these rows">
                  undefined
                </span>
              ) : (
                <span title={String(metric.value)}>
                  {withInterval(metric.value, metric.interval)}
                  {metric.unit !== null && <span class="muted"> {metric.unit}</span>}
                </span>
              ),
          },
          {
            id: 'bar',
            title: 'On its scale',
            width: '32%',
            wide: true,
            value: metric => metric.interval?.low ?? metric.value,
            exported: [
              { title: 'low', value: metric => metric.interval?.low ?? null },
              { title: 'high', value: metric => metric.interval?.high ?? null },
              { title: 'n', value: metric => metric.n },
            ],
            cell: metric => {
              if (metric.value === null) return null;
              const [from, to] = scale(metric, metrics);
              return (
                <IntervalBar
                  value={metric.value}
                  interval={metric.interval}
                  from={from}
                  to={to}
                  tone={standing(metric)}
                />
              );
            },
          },
        ]}
      />
    </Section>
  );
}

/** Shares run from 0 to 1 (or −1 to 1); other metrics share the scale of their unit. */
function scale(metric: Metric, all: readonly Metric[]): readonly [number, number] {
  const reach = (m: Metric): number[] =>
    m.value === null ? [] : [m.value, m.interval?.low ?? m.value, m.interval?.high ?? m.value];
  const own = reach(metric);
  if (metric.unit === null && own.every(value => value >= 0 && value <= 1)) return [0, 1];
  if (metric.unit === null && own.every(value => value >= -1 && value <= 1)) return [-1, 1];
  const kin = all
    .filter(m => m.unit === metric.unit && (metric.unit !== null || m.name === metric.name))
    .flatMap(reach);
  return [Math.min(0, ...kin), Math.max(0, ...kin) * 1.05];
}
