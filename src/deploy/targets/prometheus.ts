import type { LatencyCounts, VersionCounts } from '../../core/rollout/counts.ts';

/** One line of Prometheus' text form. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads the text form, version 0.0.4; lines that are none are left out. */
export function readPrometheus(text: string): readonly Sample[] {
  return text.split('\n').flatMap(row => {
    const found = row.startsWith('#') ? null : line.exec(row.trim());
    if (found === null) return [];
    const labels = [...(found[2] ?? '').matchAll(label)].map(([, key, value]) => [key, unescape(value!)]);
    return [
      { name: found[1]!, labels: Object.fromEntries(labels) as Sample['labels'], value: toNumber(found[3]!) },
    ];
  });
}

/** What a server with our names of metrics has counted of a model, version by version. */
export function versionCounts(samples: readonly Sample[], model: string): readonly VersionCounts[] {
  const own = samples.filter(({ labels }) => labels.model === model);
  const digests = [...new Set(own.flatMap(({ labels }) => labels.version ?? []))];
  return digests.map(digest => {
    const ofVersion = own.filter(({ labels }) => labels.version === digest);
    const value = (name: string): number => ofVersion.find(sample => sample.name === name)?.value ?? 0;
    const failures = value('model_infer_request_failure');
    return {
      digest,
      requests: value('model_infer_request_success') + failures,
      failures,
      shadow: {
        asked: value('model_shadow_requests'),
        differing: value('model_shadow_differing'),
        failed: value('model_shadow_failure'),
        dropped: value('model_shadow_dropped'),
      },
      latency: latencyOf(ofVersion.filter(({ name }) => name === 'model_infer_request_duration_bucket')),
    };
  });
}

/** A histogram counts below each bound; the last bound is +Inf. */
function latencyOf(buckets: readonly Sample[]): LatencyCounts | null {
  if (buckets.length === 0) return null;
  const sorted = buckets
    .map(({ labels, value }) => ({ bound: toNumber(labels.le ?? ''), below: value }))
    .toSorted((a, b) => a.bound - b.bound);
  return {
    bounds: sorted.slice(0, -1).map(({ bound }) => bound),
    counts: sorted.map(({ below }, place) => below - (sorted[place - 1]?.below ?? 0)),
  };
}

function toNumber(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
