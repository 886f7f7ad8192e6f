import type {
  CompareJob,
  EffectsJob,
  ExplainJob,
  ImportanceJob,
  ModelSource,
  ValidateJob,
} from './engine.ts';
import type { LocalJob } from './local.ts';
import type { MaskingJob } from './masking.ts';

export type Job = ValidateJob | ExplainJob | EffectsJob | ImportanceJob | CompareJob | LocalJob | MaskingJob;

/** SHA-256 of each data set by role; null where the job has none. */
export type DataDigests = Readonly<Record<'holdout' | 'reference' | 'background' | 'data', string | null>>;

/**
 * What makes two jobs the same, as canonical JSON (keys sorted, no spaces): kind, digests of models and data,
 * settings and seed; neither paths nor names. The job's digest is the SHA-256 (hex) of this text.
 * @param version Slipway's own, so that another version's numbers are never taken for this one's
 */
export function jobIdentity(job: Job, data: DataDigests, version: string): string {
  const { kind, seed, ...rest } = job;
  const models = modelsOf(job);
  const settings = Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]: [string, unknown]) =>
      ['model', 'a', 'b', 'holdout', 'reference', 'background', 'data'].includes(key)
        ? []
        : // Where rows are written to is no part of what they are.
          [[key, isModel(value) ? value.ref.digest : key === 'out' ? true : value]],
    ),
  );
  return canonicalJson({ kind, version, digests: { models, data }, settings, seed });
}

function modelsOf(job: Job): string[] {
  const models = 'model' in job ? [job.model] : [job.a, job.b];
  return models.flatMap(model => (model === null ? [] : [model.ref.digest]));
}

function isModel(value: unknown): value is ModelSource {
  return typeof value === 'object' && value !== null && 'ref' in value && 'file' in value;
}

/** JSON with sorted keys and no spaces; keys without a value are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${entries.join(',')}}`;
}
