import type { Measurement } from './counts.ts';
import { quantileBounds } from './latency.ts';
import { windowBetween } from './window.ts';

/** What one version did between two measurements that follow each other. */
export interface SeriesPoint {
  /** End of the interval, ISO time. */
  readonly at: string;
  readonly requestsPerSecond: number;
  /** Share of the requests; null without requests. */
  readonly failed: number | null;
  /** Seconds that the quantile is at most; null without answers, or beyond the last bound. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface VersionSeries {
  readonly digest: string;
  readonly requests: number;
  readonly failures: number;
  readonly points: readonly SeriesPoint[];
}

/** The course of each version over measurements, oldest first. Where counts began anew there is a gap. */
export function seriesOf(measurements: readonly Measurement[]): readonly VersionSeries[] {
  const digests = new Set(measurements.flatMap(({ versions }) => versions.map(({ digest }) => digest)));
  return [...digests].map(digest => {
    const points: SeriesPoint[] = [];
    let [requests, failures] = [0, 0];
    for (const [place, to] of measurements.entries()) {
      const from = measurements[place - 1];
      const window = from === undefined ? null : windowBetween(from, to);
      const counts = window?.versions.find(version => version.digest === digest);
      if (window === null || counts === undefined || window.seconds <= 0) continue;
      requests += counts.requests;
      failures += counts.failures;
      points.push({
        at: to.at,
        requestsPerSecond: counts.requests / window.seconds,
        failed: counts.requests === 0 ? null : counts.failures / counts.requests,
        p50: atMost(counts.latency, 0.5),
        p99: atMost(counts.latency, 0.99),
      });
    }
    return { digest, requests, failures, points };
  });
}

function atMost(latency: Measurement['versions'][number]['latency'], quantile: number): number | null {
  const bounds = latency === null ? null : quantileBounds(latency, quantile);
  return bounds === null || bounds.high === Infinity ? null : bounds.high;
}
