import type { Fleet } from '../fleet/fleet.ts';
import type { Version } from '../fleet/version.ts';
import { noCounts, type Counts } from '../observe/counts.ts';

/** Triton's statistics extension; its times are sums in nanoseconds. */
export function statistics(
  versions: readonly { readonly fleet: Fleet; readonly version: Version }[],
  all: Counts,
): object {
  return {
    model_stats: versions.map(({ fleet: { model }, version: { digest } }) => {
      const counts =
        all.versions.find(other => other.version === digest && other.model === model) ??
        noCounts(model, digest);
      const { success, failure } = counts;
      const stat = (count: number, seconds: number): object => ({ count, ns: Math.round(seconds * 1e9) });
      return {
        name: model,
        version: digest,
        last_inference: counts.last,
        inference_count: counts.rows,
        execution_count: counts.runs,
        inference_stats: {
          success: stat(success, counts.duration),
          fail: stat(failure, 0),
          queue: stat(success, counts.queue),
          compute_input: stat(success, counts.input),
          compute_infer: stat(success, counts.compute),
          compute_output: stat(success, counts.output),
          cache_hit: stat(0, 0),
          cache_miss: stat(0, 0),
        },
        batch_stats: [],
      };
    }),
  };
}
