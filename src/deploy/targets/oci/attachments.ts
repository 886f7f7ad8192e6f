import * as z from 'zod';
import type { StoredRecord } from '../../../review/records.ts';
import { sha256Of, type Distribution } from './distribution.ts';
import { descriptor, indexType, jsonBytes, manifestType, type Descriptor } from './modelPack.ts';

/**
 * Signed review records as artifacts that refer to the model: the in-toto statement and its OpenSSH signature.
 * Registries without the referrers API keep the list in an index under the tag sha256-<hex>, as the OCI
 * distribution specification has it.
 */

const statementType = 'application/vnd.in-toto+json';
const signatureType = 'application/vnd.slipway.review.signature.v1+sshsig';
const emptyType = 'application/vnd.oci.empty.v1+json';
const empty = new TextEncoder().encode('{}');
const index = z.object({ manifests: z.array(descriptor) });

/** @param subject the manifest that the records are about @returns how many were not attached before */
export async function attachRecords(
  registry: Distribution,
  subject: Descriptor,
  records: readonly StoredRecord[],
  signal: AbortSignal,
): Promise<number> {
  let attached = 0;
  const known = await attachedTo(registry, subject.digest, signal);
  for (const record of records) {
    const { bytes, blobs } = recordManifest(subject, record);
    const own: Descriptor = {
      mediaType: manifestType,
      digest: sha256Of(bytes),
      size: bytes.length,
      artifactType: statementType,
    };
    if (known.some(({ digest }) => digest === own.digest)) continue;
    for (const blob of blobs) await registry.putBlob(sha256Of(blob), { bytes: blob }, signal);
    const { listsReferrers } = await registry.putManifest(
      own.digest,
      { bytes, mediaType: manifestType },
      signal,
    );
    known.push(own);
    if (!listsReferrers) await putIndex(registry, subject.digest, known, signal);
    attached += 1;
  }
  return attached;
}

/** What refers to a manifest. */
export async function attachedTo(
  registry: Distribution,
  subject: string,
  signal: AbortSignal,
): Promise<Descriptor[]> {
  const listed = await registry.referrers(subject, signal);
  const stored = listed === null ? await registry.manifest(fallbackTag(subject), signal) : null;
  const text = listed ?? (stored === null ? '{"manifests":[]}' : new TextDecoder().decode(stored.bytes));
  return [...index.parse(JSON.parse(text)).manifests];
}

/** Takes away the records that refer to a manifest, and the list of them. */
export async function detachRecords(
  registry: Distribution,
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  const all = await attachedTo(registry, subject, signal);
  const ours = all.filter(({ artifactType }) => artifactType === statementType);
  for (const { digest } of ours) await registry.deleteManifest(digest, signal);
  const list = await registry.manifest(fallbackTag(subject), signal);
  if (list === null) return;
  // Others, such as a scanner, may have attached something too.
  const rest = all.filter(found => !ours.includes(found));
  if (rest.length > 0) await putIndex(registry, subject, rest, signal);
  else await registry.deleteManifest(list.digest, signal);
}

export function fallbackTag(digest: string): string {
  return digest.replace(':', '-');
}

async function putIndex(
  registry: Distribution,
  subject: string,
  manifests: readonly Descriptor[],
  signal: AbortSignal,
): Promise<void> {
  const bytes = jsonBytes({ schemaVersion: 2, mediaType: indexType, manifests });
  await registry.putManifest(fallbackTag(subject), { bytes, mediaType: indexType }, signal);
}

function recordManifest(
  subject: Descriptor,
  { id, text, signature, statement }: StoredRecord,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly blobs: readonly Uint8Array<ArrayBuffer>[] } {
  const title = (name: string): Descriptor['annotations'] => ({ 'org.opencontainers.image.title': name });
  const parts = [
    { type: statementType, name: `${id}.json`, blob: new TextEncoder().encode(text) },
    ...(signature === null
      ? []
      : [{ type: signatureType, name: `${id}.json.sig`, blob: new TextEncoder().encode(signature) }]),
  ];
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: statementType,
    config: { mediaType: emptyType, digest: sha256Of(empty), size: empty.length },
    layers: parts.map(({ type, name, blob }) => ({
      mediaType: type,
      digest: sha256Of(blob),
      size: blob.length,
      annotations: title(name),
    })),
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    ...(statement === null ? {} : { annotations: { 'in-toto.io/predicate-type': statement.predicateType } }),
  });
  return { bytes, blobs: [empty, ...parts.map(({ blob }) => blob)] };
}
