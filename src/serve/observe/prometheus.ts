import { latencyBounds, type Counts, type VersionCounts } from './counts.ts';

type Family = readonly [name: string, type: string, help: string];
type Sample = readonly [name: string, labels: string, value: number];

const microseconds = 1e6;

/** Counters of each version; names follow MLServer's, and Triton's for boards that exist. */
const counters: readonly (readonly [string, string, (counts: VersionCounts) => number])[] = [
  ['model_infer_request_success', 'Requests answered.', counts => counts.success],
  ['model_infer_request_failure', 'Requests refused or failed.', counts => counts.failure],
  ['model_infer_rows', 'Rows predicted.', counts => counts.rows],
  ['model_infer_runs', 'Calls of the runtime; one may answer many requests.', counts => counts.runs],
  ['model_explain_request_success', 'Requests answered with an explanation.', counts => counts.explained],
  ['model_shadow_requests', 'Copies of other versions’ requests answered.', counts => counts.shadow.asked],
  [
    'model_shadow_differing',
    'Copies answered otherwise than the request itself.',
    ({ shadow }) => shadow.differing,
  ],
  ['model_shadow_failure', 'Copies that failed.', counts => counts.shadow.failed],
  ['model_shadow_dropped', 'Copies not run because the server was busy.', counts => counts.shadow.dropped],
  ['nv_inference_request_success', 'Requests answered.', counts => counts.success],
  ['nv_inference_request_failure', 'Requests refused or failed.', counts => counts.failure],
  ['nv_inference_count', 'Rows predicted.', counts => counts.rows],
  ['nv_inference_exec_count', 'Calls of the runtime.', counts => counts.runs],
  ['nv_inference_request_duration_us', 'Time of all requests.', counts => counts.duration * microseconds],
  ['nv_inference_queue_duration_us', 'Time waited for the run.', counts => counts.queue * microseconds],
  [
    'nv_inference_compute_input_duration_us',
    'Time taking requests apart.',
    ({ input }) => input * microseconds,
  ],
  [
    'nv_inference_compute_infer_duration_us',
    'Time inside the runtime.',
    ({ compute }) => compute * microseconds,
  ],
  ['nv_inference_compute_output_duration_us', 'Time writing answers.', ({ output }) => output * microseconds],
];

/** The text form that Prometheus reads. */
export function prometheusText({
  versions,
  refused,
  samplesLost,
  memory,
  processes,
  started,
}: Counts): string {
  const lines: string[] = [];
  const write = ([name, type, help]: Family, samples: readonly Sample[]): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [sample, labels, value] of samples) lines.push(`${sample}${labels} ${value}`);
  };
  for (const [name, help, value] of counters)
    write(
      [name, 'counter', help],
      versions.map(counts => [name, `{${labelsOf(counts)}}`, value(counts)]),
    );
  const duration = 'model_infer_request_duration';
  write(
    [duration, 'histogram', 'Seconds from the last byte of a request to its answer.'],
    versions.flatMap(counts => histogram(duration, counts)),
  );
  write(
    ['server_requests_refused', 'counter', 'Requests turned away under load.'],
    [['server_requests_refused', '', refused]],
  );
  write(
    ['server_samples_lost', 'counter', 'Samples that could not be written down.'],
    [['server_samples_lost', '', samplesLost]],
  );
  write(
    ['server_processes', 'gauge', 'Processes that answer requests.'],
    [['server_processes', '', processes]],
  );
  write(
    ['process_resident_memory_bytes', 'gauge', 'Resident memory of these processes.'],
    [['process_resident_memory_bytes', '', memory]],
  );
  write(
    ['process_start_time_seconds', 'gauge', 'When the newest of these processes began, in Unix time.'],
    [['process_start_time_seconds', '', started]],
  );
  return `${lines.join('\n')}\n`;
}

function histogram(name: string, counts: VersionCounts): readonly Sample[] {
  const labels = labelsOf(counts);
  let below = 0;
  return [
    ...latencyBounds.map((bound, bucket): Sample => [
      `${name}_bucket`,
      `{${labels},le="${bound}"}`,
      (below += counts.buckets[bucket]!),
    ]),
    [`${name}_bucket`, `{${labels},le="+Inf"}`, counts.success],
    [`${name}_sum`, `{${labels}}`, counts.duration],
    [`${name}_count`, `{${labels}}`, counts.success],
  ];
}

function labelsOf({ model, version }: VersionCounts): string {
  return `model="${escape(model)}",version="${version}"`;
}

function escape(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
