import type { ModelEntry, ModelVersion, ResolvedModel } from './types.ts';

/** What the store needs to find the results of a listed version; its bytes are not asked for. */
export function knownVersion(entry: ModelEntry, version: ModelVersion, digest: string): ResolvedModel {
  const { path, size } = version;
  const ref = { digest, name: entry.name, version: version.version, path, size: size ?? 0 };
  return { entry, version, ref, source: { file: path, ref } };
}
