/** Upper bounds of the latency histogram, in seconds. */
export const latencyBounds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** What happened to one version since the process began. Times are sums, in seconds. */
export interface VersionCounts {
  readonly model: string;
  /** Digest. */
  readonly version: string;
  success: number;
  failure: number;
  /** Rows predicted. */
  rows: number;
  /** Calls of the runtime; one may answer many requests. */
  runs: number;
  /** From the last byte of a request to its answer. */
  duration: number;
  /** Taking requests apart. */
  input: number;
  /** Waiting for the run. */
  queue: number;
  /** Inside the runtime. */
  compute: number;
  /** Writing answers. */
  output: number;
  /** When the last request was answered, ms since 1970. */
  last: number;
  /** Answers by latency; one more than there are bounds. */
  readonly buckets: number[];
  /** Copies of other versions' requests. */
  readonly shadow: { asked: number; differing: number; failed: number; dropped: number };
  explained: number;
}

/** One process's counts, or the sum of several. */
export interface Counts {
  readonly versions: readonly VersionCounts[];
  /** Requests turned away because too many were being worked on. */
  readonly refused: number;
  readonly samplesLost: number;
  /** Resident memory, bytes. */
  readonly memory: number;
  readonly processes: number;
  /** When the process began, or the newest of several: seconds since 1970. Counts are from then. */
  readonly started: number;
}

const started = performance.timeOrigin / 1000;

/** Counts of this process. */
export class Counter {
  readonly #versions = new Map<string, VersionCounts>();
  refused = 0;
  samplesLost = 0;

  /** The counts of a version, to be added to. */
  of(model: string, version: string): VersionCounts {
    const key = `${version} ${model}`;
    let counts = this.#versions.get(key);
    if (counts === undefined) {
      counts = noCounts(model, version);
      this.#versions.set(key, counts);
    }
    return counts;
  }

  counts(): Counts {
    return {
      versions: [...this.#versions.values()],
      refused: this.refused,
      samplesLost: this.samplesLost,
      memory: process.memoryUsage.rss(),
      processes: 1,
      started,
    };
  }
}

export function noCounts(model: string, version: string): VersionCounts {
  return {
    ...{ model, version, success: 0, failure: 0, rows: 0, runs: 0, last: 0, explained: 0 },
    ...{ duration: 0, input: 0, queue: 0, compute: 0, output: 0 },
    buckets: Array<number>(latencyBounds.length + 1).fill(0),
    shadow: { asked: 0, differing: 0, failed: 0, dropped: 0 },
  };
}

/** One answered request. `seconds` from its last byte to its answer. */
export function countAnswer(counts: VersionCounts, seconds: number, rows: number): void {
  counts.success++;
  counts.rows += rows;
  counts.duration += seconds;
  counts.last = Date.now();
  let bucket = 0;
  while (bucket < latencyBounds.length && seconds > latencyBounds[bucket]!) bucket++;
  counts.buckets[bucket]!++;
}

/** The counts of several processes as those of one server. */
export function sumCounts(all: readonly Counts[]): Counts {
  const versions = new Map<string, VersionCounts>();
  for (const counts of all.flatMap(process => process.versions)) {
    const key = `${counts.version} ${counts.model}`;
    const sum = versions.get(key) ?? noCounts(counts.model, counts.version);
    versions.set(key, sum);
    for (const name of sums) sum[name] += counts[name];
    for (const name of shadowSums) sum.shadow[name] += counts.shadow[name];
    counts.buckets.forEach((count, bucket) => (sum.buckets[bucket]! += count));
    sum.last = Math.max(sum.last, counts.last);
  }
  const total = (of: (counts: Counts) => number): number => all.reduce((sum, counts) => sum + of(counts), 0);
  return {
    versions: [...versions.values()],
    refused: total(({ refused }) => refused),
    samplesLost: total(({ samplesLost }) => samplesLost),
    memory: total(({ memory }) => memory),
    processes: total(({ processes }) => processes),
    started: Math.max(...all.map(counts => counts.started)),
  };
}

const sums = [
  ...(['success', 'failure', 'rows', 'runs', 'explained'] as const),
  ...(['duration', 'input', 'queue', 'compute', 'output'] as const),
];
const shadowSums = ['asked', 'differing', 'failed', 'dropped'] as const;
