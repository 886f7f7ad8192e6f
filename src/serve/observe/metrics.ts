/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface VersionCounts {
  success: number;
  failure: number;
  rows: number;
  runs: number;
  seconds: number;
  readonly buckets: number[];
}

/** Counters per version, in the text form that Prometheus reads. Names follow MLServer's. */
export class Metrics {
  readonly #versions = new Map<string, VersionCounts>();
  #refused = 0;

  /** One answered request. `seconds` from its last byte to its answer. */
  answered(digest: string, seconds: number, rows: number): void {
    const counts = this.#of(digest);
    counts.success++;
    counts.rows += rows;
    counts.seconds += seconds;
    const bucket = bounds.findIndex(bound => seconds <= bound);
    const index = bucket < 0 ? bounds.length : bucket;
    counts.buckets[index] = (counts.buckets[index] ?? 0) + 1;
  }

  failed(digest: string): void {
    this.#of(digest).failure++;
  }

  /** One call of the runtime, for however many requests. */
  ran(digest: string): void {
    this.#of(digest).runs++;
  }

  /** A request turned away because too many were being worked on. */
  refused(): void {
    this.#refused++;
  }

  text(name: string): string {
    const lines: string[] = [];
    const model = escape(name);
    const family = (name: string, type: string, help: string, write: (name: string) => void): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      write(name);
    };
    const counter = (name: string, help: string, value: (counts: VersionCounts) => number): void => {
      family(name, 'counter', help, () => {
        for (const [digest, counts] of this.#versions)
          lines.push(`${name}{model="${model}",version="${digest}"} ${value(counts)}`);
      });
    };
    counter('model_infer_request_success', 'Requests answered.', counts => counts.success);
    counter('model_infer_request_failure', 'Requests refused or failed.', counts => counts.failure);
    counter('model_infer_rows', 'Rows predicted.', counts => counts.rows);
    counter('model_infer_runs', 'Calls of the runtime; one may answer many requests.', counts => counts.runs);
    family(
      'model_infer_request_duration',
      'histogram',
      'Seconds from the last byte of a request to its answer.',
      name => {
        for (const [digest, counts] of this.#versions) {
          const labels = `model="${model}",version="${digest}"`;
          let sum = 0;
          for (const [index, bound] of bounds.entries()) {
            sum += counts.buckets[index] ?? 0;
            lines.push(`${name}_bucket{${labels},le="${bound}"} ${sum}`);
          }
          lines.push(
            `${name}_bucket{${labels},le="+Inf"} ${counts.success}`,
            `${name}_sum{${labels}} ${counts.seconds}`,
            `${name}_count{${labels}} ${counts.success}`,
          );
        }
      },
    );
    family('server_requests_refused', 'counter', 'Requests turned away under load.', name =>
      lines.push(`${name} ${this.#refused}`),
    );
    family('process_resident_memory_bytes', 'gauge', 'Resident memory.', name =>
      lines.push(`${name} ${process.memoryUsage.rss()}`),
    );
    return `${lines.join('\n')}\n`;
  }

  #of(digest: string): VersionCounts {
    let counts = this.#versions.get(digest);
    if (counts === undefined) {
      counts = { success: 0, failure: 0, rows: 0, runs: 0, seconds: 0, buckets: [] };
      this.#versions.set(digest, counts);
    }
    return counts;
  }
}

function escape(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
