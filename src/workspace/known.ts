import type { ModelRef } from '../protocol/results/shared.ts';
import type { ModelEntry, ModelVersion, ResolvedModel } from './types.ts';

/** As results name a version. Saved predictions go by the name in slipway.yaml: there is one of them. */
export function refOf(
  { name, configured, saved }: ModelEntry,
  { version, path }: Pick<ModelVersion, 'version' | 'path'>,
  digest: string,
  size: number,
): ModelRef {
  const named = { digest, name: configured ? name : null, path, size };
  return saved === undefined
    ? { ...named, version: configured ? version : null }
    : { ...named, version: configured ? null : version, predictions: saved };
}

/** What the store needs to find the results of a listed version; its bytes are not asked for. */
export function knownVersion(entry: ModelEntry, version: ModelVersion, digest: string): ResolvedModel {
  const { path, size } = version;
  const ref = refOf({ ...entry, configured: true }, version, digest, size ?? 0);
  return { entry, version, ref, source: { file: path, ref } };
}
