import type { VNode } from 'preact';
import type { Charts, Validation } from '../../../src/protocol/results/validation.ts';
import { Lines } from '../../charts/lines.tsx';
import { LinkButton } from '../../components/button.tsx';
import { count, share, significant } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { useArrangement } from '../../host.ts';
import { ConfusionTable } from './confusion.tsx';
import { cheapest, costOf, nearest, rates } from './costs.ts';

type Points = NonNullable<Charts['thresholds']>;

/** What the answers become at another threshold, and what that costs. */
export function Thresholds({
  result,
  points,
}: {
  readonly result: Validation;
  readonly points: Points;
}): VNode {
  const [chosen, setChosen] = useArrangement<number | null>('threshold', null);
  const [costPositive, setCostPositive] = useArrangement('cost.fp', 1);
  const [costNegative, setCostNegative] = useArrangement('cost.fn', 1);
  const own = result.threshold ?? 0.5;
  const at = nearest(points, chosen ?? own);
  const point = points[at];
  if (point === undefined) return <></>;
  const positive = result.positive ?? 'positive';
  const negative = result.classes.find(name => name !== positive) ?? `not ${positive}`;
  const cost = costOf(point, costPositive, costNegative);
  const best = points[cheapest(points, costPositive, costNegative)];
  const { precision, recall, specificity, accuracy } = rates(point);
  const say = (value: number | null): string => (value === null ? 'undefined' : significant(value));
  return (
    <Section
      title="Threshold"
      note={`P(${positive}) at or above it answers ${positive}; ${chosen === null ? 'this is the one in use' : `in use: ${significant(own)}`}`}
    >
      <div class="controls">
        <input
          type="range"
          min={0}
          max={points.length - 1}
          value={at}
          aria-label="Decision threshold"
          aria-valuetext={significant(point.threshold)}
          onInput={event => setChosen(points[Number(event.currentTarget.value)]?.threshold ?? own)}
        />
        <b>{significant(point.threshold)}</b>
        {chosen !== null && (
          <LinkButton onClick={() => setChosen(null)}>Back to {significant(own)}</LinkButton>
        )}
      </div>
      <ConfusionTable
        labels={[negative, positive]}
        counts={[
          [point.tn, point.fp],
          [point.fn, point.tp],
        ]}
      />
      <p class="muted" aria-live="polite">
        Precision {say(precision)}, recall {say(recall)}, specificity {say(specificity)}, accuracy{' '}
        {say(accuracy)}; {share((point.tp + point.fp) / (point.tp + point.fp + point.tn + point.fn))} answer{' '}
        {positive}.
      </p>
      <div class="controls">
        <label>
          Cost of a wrong {positive}
          <input
            type="number"
            min={0}
            step="any"
            value={costPositive}
            onInput={event => setCostPositive(Math.max(0, Number(event.currentTarget.value)))}
          />
        </label>
        <label>
          of a missed {positive}
          <input
            type="number"
            min={0}
            step="any"
            value={costNegative}
            onInput={event => setCostNegative(Math.max(0, Number(event.currentTarget.value)))}
          />
        </label>
        <span>
          costs <b>{significant(cost)}</b> here
          {best !== undefined && best.threshold !== point.threshold && (
            <>
              ,{' '}
              <LinkButton onClick={() => setChosen(best.threshold)}>
                least at {significant(best.threshold)}:{' '}
                {significant(costOf(best, costPositive, costNegative))}
              </LinkButton>
            </>
          )}
        </span>
      </div>
      <Lines
        title="Cost by threshold"
        note={`over ${count(point.tp + point.fp + point.tn + point.fn)} rows; least costs on these rows are hopeful for others`}
        name="cost"
        x="threshold"
        y="cost"
        height={150}
        lines={[
          { name: 'cost', points: points.map(p => [p.threshold, costOf(p, costPositive, costNegative)]) },
        ]}
        mark={[point.threshold, cost]}
      />
    </Section>
  );
}
