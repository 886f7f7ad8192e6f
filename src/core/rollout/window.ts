import type { LatencyCounts, Measurement, VersionCounts } from './counts.ts';

/** What the versions counted between two measurements. */
export interface Window {
  readonly seconds: number;
  readonly versions: readonly VersionCounts[];
}

/** @returns null when counts began anew in between, so that nothing can be said of the time */
export function windowBetween(from: Measurement, to: Measurement): Window | null {
  if (from.epoch !== to.epoch) return null;
  const versions: VersionCounts[] = [];
  for (const now of to.versions) {
    const then = from.versions.find(({ digest }) => digest === now.digest) ?? nothing(now);
    const requests = now.requests - then.requests;
    const failures = now.failures - then.failures;
    const latency = latencyBetween(then.latency, now.latency);
    const shrank = latency?.counts.some(count => count < 0) ?? false;
    if (requests < 0 || failures < 0 || shrank) return null;
    versions.push({ digest: now.digest, requests, failures, latency });
  }
  const lost = from.versions.some(
    then => then.requests > 0 && !to.versions.some(({ digest }) => digest === then.digest),
  );
  return lost ? null : { seconds: (Date.parse(to.at) - Date.parse(from.at)) / 1000, versions };
}

/** Null when either side has none, or other bounds. */
function latencyBetween(from: LatencyCounts | null, to: LatencyCounts | null): LatencyCounts | null {
  if (from === null || to === null) return null;
  const same =
    from.bounds.length === to.bounds.length &&
    from.bounds.every((bound, place) => bound === to.bounds[place]);
  return same
    ? { bounds: to.bounds, counts: to.counts.map((count, place) => count - from.counts[place]!) }
    : null;
}

function nothing({ digest, latency }: VersionCounts): VersionCounts {
  return {
    digest,
    requests: 0,
    failures: 0,
    latency: latency === null ? null : { bounds: latency.bounds, counts: latency.counts.map(() => 0) },
  };
}
