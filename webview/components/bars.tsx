import type { VNode } from 'preact';
import type { Interval } from '../../src/protocol/results/shared.ts';

/** Bars and intervals inside table cells. Places are shares of the cell's width. */

const part = (value: number, from: number, to: number): string =>
  `${(Math.max(0, Math.min(1, (value - from) / (to - from || 1))) * 100).toFixed(2)}%`;

/** A bar from zero with its interval as a whisker. */
export function Bar({
  value,
  interval,
  max,
}: {
  readonly value: number;
  readonly interval: Interval | null;
  readonly max: number;
}): VNode {
  return (
    <span class="bar" aria-hidden="true">
      <span class="fill" style={{ width: part(value, 0, max) }} />
      {interval !== null && <Whisker low={interval.low} high={interval.high} from={0} to={max} />}
    </span>
  );
}

/** An interval with its point on an axis from `from` to `to`; `rule` is a dotted line, zero a solid one. */
export function IntervalBar({
  value,
  interval,
  from,
  to,
  rule,
  tone = 'plain',
}: {
  readonly value: number;
  readonly interval: Interval | null;
  readonly from: number;
  readonly to: number;
  readonly rule?: number | null;
  readonly tone?: 'plain' | 'pass' | 'warn' | 'fail' | 'inconclusive' | 'not-run';
}): VNode {
  return (
    <span class={`interval tone-${tone}`} aria-hidden="true">
      {from < 0 && to > 0 && <span class="zero" style={{ left: part(0, from, to) }} />}
      {rule !== undefined && rule !== null && rule >= from && rule <= to && (
        <span class="rule" style={{ left: part(rule, from, to) }} />
      )}
      {interval !== null && <Whisker low={interval.low} high={interval.high} from={from} to={to} />}
      <span class="point" style={{ left: part(value, from, to) }} />
    </span>
  );
}

function Whisker(props: {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
}): VNode {
  const { low, high, from, to } = props;
  const left = part(low, from, to);
  return <span class="whisker" style={{ left, width: `calc(${part(high, from, to)} - ${left})` }} />;
}

/** Value against attribution, as points: two paths, whatever the number of rows. */
export function Sketch({
  points,
}: {
  /** (value as a share of its range, attribution) */
  readonly points: readonly (readonly [number, number])[];
}): VNode {
  const reach = Math.max(1e-12, ...points.map(([, y]) => Math.abs(y)));
  const path = (positive: boolean): string =>
    points
      .filter(([, y]) => y >= 0 === positive)
      .map(([x, y]) => `M${(2 + x * 116).toFixed(1)} ${(9 - (y / reach) * 7).toFixed(1)}h.01`)
      .join('');
  return (
    <svg class="sketch" viewBox="0 0 120 18" preserveAspectRatio="none" aria-hidden="true">
      <path class="axis" d="M0 9H120" />
      <path class="down" d={path(false)} />
      <path class="up" d={path(true)} />
    </svg>
  );
}

/** "▲ credit_amount +0.19": direction by sign, icon and colour. */
export function Reason({
  feature,
  value,
  text,
}: {
  readonly feature: string;
  readonly value: number;
  readonly text: string;
}): VNode {
  return (
    <span class={value < 0 ? 'reason down' : 'reason up'}>
      <span aria-hidden="true">{value < 0 ? '▼' : '▲'}</span> {feature} {text}
    </span>
  );
}
