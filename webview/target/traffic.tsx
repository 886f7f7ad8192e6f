import type { VNode } from 'preact';
import type { TrafficPage } from '../../src/protocol/pages.ts';
import type { SeriesPoint } from '../../src/core/rollout/series.ts';
import { Lines, type Line } from '../charts/lines.tsx';
import { ago, count, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';

/** What each version does while the page is open: requests, failures, time to answer. */
export function Traffic({
  traffic,
  target,
}: {
  readonly traffic: TrafficPage;
  readonly target: string;
}): VNode {
  const { versions, since } = traffic;
  if (versions.length === 0)
    return (
      <Section title="Traffic" note="measured while this page is open">
        <p class="muted">
          No request since {ago(since, Date.now())}. Send one to the endpoint to see it here.
        </p>
      </Section>
    );
  const start = Date.parse(since);
  const lines = (of: (point: SeriesPoint) => number | null): readonly Line[] =>
    versions.map(({ version, points }) => ({
      name: version,
      points: points.flatMap(point => {
        const value = of(point);
        return value === null ? [] : [[(Date.parse(point.at) - start) / 60_000, value] as const];
      }),
    }));
  const minutes = 'minutes since the page was opened';
  const failures = versions.map(
    ({ version, failures: failed, requests }) => `${version}: ${count(failed)} of ${count(requests)} failed`,
  );
  return (
    <Section
      title="Traffic"
      note={`since the page was opened ${ago(since, Date.now())}; ${failures.join(', ')}`}
    >
      <div class="thirds">
        <Lines
          title="Requests"
          note="each second"
          name={`${target}-requests`}
          x={minutes}
          y="requests/s"
          lines={lines(point => point.requestsPerSecond)}
          height={170}
          ends
        />
        <Lines
          title="Failed"
          note="share of the requests"
          name={`${target}-failed`}
          x={minutes}
          y="failed, %"
          lines={lines(point => (point.failed === null ? null : point.failed * 100))}
          height={170}
          ends
        />
        <Lines
          title="Time to answer"
          note="p99 is at most"
          name={`${target}-latency`}
          x={minutes}
          y="p99, ms"
          lines={lines(point => (point.p99 === null ? null : Number(significant(point.p99 * 1000))))}
          height={170}
          ends
          caption="The server counts in steps: a point is the upper bound of the step that holds the quantile."
        />
      </div>
    </Section>
  );
}
