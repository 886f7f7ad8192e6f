/** How long requests took: how many fell between two bounds. */
export interface LatencyCounts {
  /** Upper bounds in seconds, ascending. */
  readonly bounds: readonly number[];
  /** One more than bounds: the last holds what took longer than all of them. Not cumulative. */
  readonly counts: readonly number[];
}

/** What one version has counted. Counts only grow, until the epoch changes. */
export interface VersionCounts {
  readonly digest: string;
  /** Answered and failed ones. */
  readonly requests: number;
  /** Of the requests, those that were not answered as asked. */
  readonly failures: number;
  /** Of the answered ones; null when the target does not say. */
  readonly latency: LatencyCounts | null;
  /** Of a version that is asked copies of the others' requests; without it, the target does not say. */
  readonly shadow?: ShadowCounts;
}

/** What became of the copies of requests that a version was asked. */
export interface ShadowCounts {
  /** Answered. */
  readonly asked: number;
  /** Of these, otherwise than the request itself. */
  readonly differing: number;
  readonly failed: number;
  /** Not asked, because the server was busy. */
  readonly dropped: number;
}

/**
 * The counts of all versions of a target at one moment. Two of one epoch are subtracted, so that every
 * version is looked at over the same window.
 */
export interface Measurement {
  /** ISO time. */
  readonly at: string;
  /** Another word whenever any count has begun anew, such as after a restart. */
  readonly epoch: string;
  readonly versions: readonly VersionCounts[];
}

/** Counts of several servers together, version by version. Without a latency of each there is none. */
export function addCounts(all: readonly VersionCounts[]): readonly VersionCounts[] {
  const digests = [...new Set(all.map(({ digest }) => digest))];
  return digests.map(digest => {
    const own = all.filter(counts => counts.digest === digest);
    const latencies = own.flatMap(({ latency }) => latency ?? []);
    const bounds = latencies[0]?.bounds ?? [];
    return {
      digest,
      requests: own.reduce((sum, { requests }) => sum + requests, 0),
      failures: own.reduce((sum, { failures }) => sum + failures, 0),
      shadow: {
        asked: own.reduce((sum, { shadow }) => sum + (shadow?.asked ?? 0), 0),
        differing: own.reduce((sum, { shadow }) => sum + (shadow?.differing ?? 0), 0),
        failed: own.reduce((sum, { shadow }) => sum + (shadow?.failed ?? 0), 0),
        dropped: own.reduce((sum, { shadow }) => sum + (shadow?.dropped ?? 0), 0),
      },
      latency:
        latencies.length < own.length
          ? null
          : {
              bounds,
              counts: Array.from({ length: bounds.length + 1 }, (_, bin) =>
                latencies.reduce((sum, { counts }) => sum + (counts[bin] ?? 0), 0),
              ),
            },
    };
  });
}
