import type { VNode } from 'preact';
import type { CrossValidation } from '../../src/protocol/results/crossValidation.ts';
import { Strip, type StripLine } from '../charts/strip.tsx';
import { count, plural, significant, titleOf, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { Prose } from '../components/prose.tsx';
import { DataTable } from '../components/table.tsx';
import { useArrangement } from '../host.ts';

type Metric = CrossValidation['metrics'][number];
type Fold = CrossValidation['folds'][number];

/** Each metric over the folds, and the folds of the one that is chosen. */
export function Folds({ result, name }: { readonly result: CrossValidation; readonly name: string }): VNode {
  const { metrics, plan, data, command, kind } = result;
  const [chosen, setChosen] = useArrangement(`${kind}.metric`, '');
  const metric = metrics.find(one => one.name === chosen) ?? metrics[0];
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        <p class="muted">
          {plural(plan.folds, 'fold')}, <Prose text={plan.scheme} />
          {plan.repeats > 1 && `, ${count(plan.repeats)} times`}; {data.path}, {plural(data.rows, 'row')};
          seed {plan.seed}.{' '}
          {metric?.interval != null &&
            `${metric.interval.level * 100} % intervals, ${metric.interval.method}.`}
        </p>
        {command !== null && (
          <p class="muted">
            Trained by <code>{command.join(' ')}</code>
          </p>
        )}
      </div>
      {metric !== undefined && (
        <div class="split lead">
          <Metrics metrics={metrics} chosen={metric} name={name} onChoose={setChosen} />
          <FoldPoints result={result} metric={metric} name={name} />
        </div>
      )}
    </>
  );
}

function Metrics({
  metrics,
  chosen,
  name,
  onChoose,
}: {
  readonly metrics: readonly Metric[];
  readonly chosen: Metric;
  readonly name: string;
  readonly onChoose: (name: string) => void;
}): VNode {
  return (
    <Section title="Metrics" note="mean over the folds, with its interval">
      <DataTable
        label="Metrics over the folds"
        name={`${name}-metrics`}
        plain
        rows={metrics}
        rowKey={row => row.name}
        selected={chosen.name}
        onSelect={row => onChoose(row.name)}
        columns={[
          { id: 'title', title: 'Metric', fill: true, value: titleOf },
          {
            id: 'mean',
            title: 'Mean',
            align: 'end',
            value: row => row.mean,
            exported: [
              { title: 'mean', value: row => row.mean },
              { title: 'low', value: row => row.interval?.low ?? null },
              { title: 'high', value: row => row.interval?.high ?? null },
            ],
            cell: row => withInterval(row.mean, row.interval),
          },
          {
            id: 'deviation',
            title: 'Between folds',
            align: 'end',
            wide: true,
            definition: 'Standard deviation of the folds',
            value: row => row.deviation,
            cell: row => `± ${significant(row.deviation, 2)}`,
          },
          {
            id: 'folds',
            title: 'Folds',
            align: 'end',
            wide: true,
            definition: 'Folds where it is defined',
            value: row => row.folds,
            cell: row => count(row.folds),
          },
        ]}
      />
    </Section>
  );
}

function FoldPoints({
  result,
  metric,
  name,
}: {
  readonly result: CrossValidation;
  readonly metric: Metric;
  readonly name: string;
}): VNode {
  const { folds, plan, kind } = result;
  const others = result.metrics.filter(one => one !== metric);
  const trained = kind === 'retrained';
  return (
    <Strip
      title={metric.title}
      note={plan.repeats > 1 ? 'a line a repeat, a point a fold' : 'a line a fold'}
      name={`${name}-${metric.name}`}
      label={`${metric.title} of ${plural(folds.length, 'fold')} with mean and interval`}
      x={titleOf(metric)}
      lines={linesOf(folds, metric, plan.repeats > 1)}
      mean={metric.mean}
      interval={metric.interval}
      twin={() => ({
        columns: [
          'repeat',
          'fold',
          ...(trained ? ['trained on'] : []),
          'tested on',
          ...[metric, ...others].map(titleOf),
        ],
        rows: folds.map(fold => [
          fold.repeat + 1,
          fold.fold + 1,
          ...(trained ? [fold.train] : []),
          fold.test,
          ...[metric, ...others].map(one => fold.metrics[one.name] ?? null),
        ]),
      })}
      caption={
        trained
          ? 'Each point is a model that was trained on the other rows. The band is the interval of their mean.'
          : 'Each point is the same version on other rows. The band is the interval of its mean; repeats do not narrow it.'
      }
    />
  );
}

function linesOf(folds: readonly Fold[], { name }: Metric, repeated: boolean): readonly StripLine[] {
  const point = (fold: Fold): StripLine['points'][number] | null => {
    const value = fold.metrics[name];
    return value === undefined
      ? null
      : { value, words: `repeat ${fold.repeat + 1}, fold ${fold.fold + 1}, n = ${count(fold.test)}` };
  };
  const line = (title: string, of: readonly Fold[]): StripLine => ({
    name: title,
    points: of.map(point).filter(one => one !== null),
  });
  if (!repeated) return folds.map(fold => line(`fold ${fold.fold + 1} (n = ${count(fold.test)})`, [fold]));
  return [...new Set(folds.map(({ repeat }) => repeat))].map(repeat =>
    line(
      `repeat ${repeat + 1}`,
      folds.filter(fold => fold.repeat === repeat),
    ),
  );
}
