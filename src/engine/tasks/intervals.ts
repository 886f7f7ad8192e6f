import type { GroupColumn } from '../../core/checks/facts.ts';
import { BadInput } from '../../core/failure.ts';
import type { EvaluateOptions } from '../../core/metrics/evaluate.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import { byRows, type Scheme } from '../../core/stats/resamples.ts';
import type { Policy } from '../../protocol/engine.ts';

/** The columns of the data that a policy needs beside the features: its groups, then its clusters. */
export function policyColumns({ groups, intervals }: Policy): string[] {
  return intervals?.cluster === undefined ? [...groups] : [...groups, intervals.cluster];
}

/** The columns as they were read, apart again. */
export function policyGroups(
  { groups, intervals }: Policy,
  columns: readonly GroupColumn[],
): { readonly groups: readonly GroupColumn[]; readonly cluster: GroupColumn | null } {
  return {
    groups: columns.slice(0, groups.length),
    cluster: intervals?.cluster === undefined ? null : (columns[groups.length] ?? null),
  };
}

/**
 * How the policy wants intervals made.
 * @throws BadInput for classes where there are none, or for classes and clusters at once
 */
export function intervalsOf(
  { intervals }: Policy,
  scored: Scored,
  cluster: GroupColumn | null,
): Required<Pick<EvaluateOptions, 'method' | 'scheme'>> {
  const method = intervals?.method ?? 'percentile';
  if (intervals?.stratified === true) {
    if (scored.kind === 'regression')
      throw new BadInput(
        'intervals',
        'The policy wants intervals stratified by class, and this model predicts values. Take `stratified` out of `policy.intervals`.',
      );
    if (cluster !== null)
      throw new BadInput(
        'intervals',
        'The policy wants intervals both stratified and by clusters. Keep one of `stratified` and `cluster` in `policy.intervals`.',
      );
    return { method, scheme: { kind: 'stratified', parts: scored.labels, by: 'class' } };
  }
  return { method, scheme: schemeOf(cluster) };
}

/** Rows, or the clusters of a column. */
export function schemeOf(cluster: GroupColumn | null): Scheme {
  return cluster === null ? byRows : { kind: 'clustered', parts: cluster.codes, by: `\`${cluster.name}\`` };
}
