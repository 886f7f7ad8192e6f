import { createHash } from 'node:crypto';
import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { ModelSource } from '../../protocol/engine.ts';
import { jobIdentity, type DataDigests, type Job } from '../../protocol/job.ts';
import type { DataRef, ModelRef } from '../../protocol/results/shared.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { runtime } from '../model/runtime.ts';

const noData: DataDigests = { holdout: null, reference: null, background: null, data: null };

/** The digest of a job whose models' digests are known. */
export function jobDigest(job: Job, data: readonly DataRef[]): string {
  const digests = { ...noData, ...Object.fromEntries(data.map(({ role, digest }) => [role, digest])) };
  return createHash('sha256')
    .update(jobIdentity(job, digests, slipwayVersion))
    .digest('hex');
}

/** "Slipway 0.1.0, ONNX Runtime 1.30.0". */
export async function engineName(): Promise<string> {
  const { env } = await runtime();
  return `Slipway ${slipwayVersion}, ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

/** The reference as results show it, with what the file itself says. */
export function modelRefOf({ ref }: ModelSource, facts: ModelFacts): ModelRef {
  return { ...ref, digest: facts.digest, size: facts.size };
}

/** The source with the digest that the file has, for the job's identity. */
export function withDigest(source: ModelSource, facts: ModelFacts): ModelSource {
  return { ...source, ref: modelRefOf(source, facts) };
}
