import type { Policy } from '../../protocol/engine.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { PolicyPreview } from '../../protocol/results/policyPreview.ts';
import type { CheckResult, Validation } from '../../protocol/results/validation.ts';
import { counted } from '../words.ts';
import { changeOf } from './changes.ts';
import { rejudge, type Rejudged } from './rejudge.ts';
import { verdictOf } from './verdict.ts';

/** A stored validation of one version. */
export interface PastResult {
  readonly version: string;
  readonly digest: string;
  readonly stale: string | null;
  readonly validation: Pick<Validation, 'job' | 'checks' | 'metrics' | 'slices'>;
}

type PreviewedVersion = PolicyPreview['versions'][number];

/**
 * What a changed policy would have decided on results that are stored.
 * @param past newest first; both policies judge each of them by its values and intervals, nothing is run
 */
export function previewPolicy(
  model: string,
  before: Policy,
  after: Policy,
  past: readonly PastResult[],
): PolicyPreview {
  const changed = changedRules(before, after);
  const versions = past.map(result => versionOf(result, before, after, changed));
  return {
    schema: 'slipway/policy-preview@1',
    model,
    changed,
    sentence: sentenceOf(changed, versions),
    versions,
    notes: notesOf(changed),
  };
}

/** Names of the rules that differ: `metrics.roc_auc`, `checks.latency-p99`, `margins.f1`, `slices.young`, `groups`. */
export function changedRules(before: Policy, after: Policy): string[] {
  const sections = (['metrics', 'checks', 'margins'] as const).flatMap(section => {
    const names = new Set([...Object.keys(before[section]), ...Object.keys(after[section])]);
    return [...names]
      .filter(name => !same(before[section][name], after[section][name]))
      .map(name => `${section}.${name}`);
  });
  const [old, fresh] = [before.slices ?? {}, after.slices ?? {}];
  const slices = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter(name => !same(old[name], fresh[name]))
    .map(name => `slices.${name}`);
  return [...sections, ...slices, ...(same(before.groups, after.groups) ? [] : ['groups'])];
}

function versionOf(
  { version, digest, stale, validation }: PastResult,
  before: Policy,
  after: Policy,
  changed: readonly string[],
): PreviewedVersion {
  const [old, fresh] = [rejudge(validation, before), rejudge(validation, after)];
  const ids = new Set([...old.checks, ...fresh.checks].map(({ id }) => id));
  return {
    version,
    digest,
    job: validation.job,
    stale,
    before: verdictOf(old.checks),
    after: verdictOf(fresh.checks),
    checks: [...ids].flatMap(id => differenceIn(find(old, id), find(fresh, id))),
    open: fresh.open.filter(
      ({ id }) => changed.includes(`checks.${id}`) || changed.includes(id.replace(/^slice-/, 'slices.')),
    ),
  };
}

function find({ checks }: Rejudged, id: string): CheckResult | undefined {
  return checks.find(check => check.id === id);
}

function differenceIn(
  old: CheckResult | undefined,
  fresh: CheckResult | undefined,
): PreviewedVersion['checks'] {
  const before = old?.status ?? null;
  const after = fresh?.status ?? null;
  const one = fresh ?? old;
  if (one === undefined || before === after) return [];
  const { id, title, value, unit, interval } = one;
  return [{ id, title, value, unit, interval, before, after, threshold: fresh?.threshold ?? null }];
}

function sentenceOf(changed: readonly string[], versions: readonly PreviewedVersion[]): string {
  if (changed.length === 0) return 'The policy is the same.';
  if (versions.length === 0) return 'No stored validation to judge: validate a version first.';
  const different = versions.filter(({ before, after }) => before.status !== after.status);
  const past = counted(versions.length, 'past result');
  if (different.length === 0) return `No verdict changes on ${past}.`;
  const shown = different.slice(0, 3).map(changeOf).join(', ');
  const more = different.length > 3 ? ` and ${different.length - 3} more` : '';
  return `${different.length} of ${past} would be decided otherwise: ${shown}${more}.`;
}

function notesOf(changed: readonly string[]): string[] {
  return [
    ...(changed.some(rule => rule.startsWith('margins.'))
      ? ['Margins decide comparisons, which are not judged again here.']
      : []),
    ...(changed.includes('groups') ? ['Other groups are measured by a new validation.'] : []),
  ];
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
