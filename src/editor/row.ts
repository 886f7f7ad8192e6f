import type { Stored, VersionRow } from '../protocol/pages.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { ModelEntry, ModelVersion } from '../workspace/types.ts';

const headlines: Readonly<Record<Validation['task'], readonly string[]>> = {
  binary: ['roc_auc'],
  multiclass: ['roc_auc_ovr_macro', 'roc_auc', 'balanced_accuracy', 'accuracy'],
  regression: ['root_mean_squared_error', 'mean_absolute_error'],
  unknown: [],
};

/** The metric a version is known by: the first of its task's that has a value. */
export function headlineOf(validation: Validation): VersionRow['metric'] {
  const named = headlines[validation.task].flatMap(name =>
    validation.metrics.filter(metric => metric.name === name && metric.class === null),
  );
  const metric = [...named, ...validation.metrics].find(({ value }) => value !== null);
  return metric?.value == null ? null : { title: metric.title, value: metric.value };
}

/** A version as trees and pages list it. */
export function versionRow(
  version: ModelVersion,
  digest: string | null,
  stored: Stored<Validation> | null,
  liveOn: readonly string[],
  review: VersionRow['review'] = null,
): VersionRow {
  return {
    version: version.version,
    digest,
    date: version.date,
    author: version.author,
    size: version.size,
    verdict: verdictOf(stored),
    review,
    metric: stored === null ? null : headlineOf(stored.result),
    liveOn,
    modified: version.modified,
  };
}

function verdictOf(stored: Stored<Validation> | null): VersionRow['verdict'] {
  if (stored === null) return 'not-run';
  return stored.stale === null ? stored.result.verdict.status : 'stale';
}

/** What `Workspace.resolve` takes to find this very version. */
export function referenceOf(entry: ModelEntry, version: ModelVersion): string {
  if (entry.source === 'git' && !version.modified && version.commit !== null) {
    return `${entry.name}@${version.commit}`;
  }
  return `${entry.name}@${version.version}`;
}
