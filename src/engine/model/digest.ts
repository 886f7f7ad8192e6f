import { createHash } from 'node:crypto';

/** A file of a model: its place relative to the model's folder, and its bytes. */
export interface ModelFile {
  readonly location: string;
  readonly bytes: Uint8Array;
}

/**
 * The digest that a model's versions go by, hex. Of a model in one file: SHA-256 of its bytes. With external
 * data: SHA-256 over the 32-byte SHA-256 digests of the .onnx file and then of each external file, these in
 * the order of their locations (by UTF-16 code units).
 */
export function modelDigest(model: Uint8Array, external: readonly ModelFile[]): string {
  if (external.length === 0) return createHash('sha256').update(model).digest('hex');
  const all = createHash('sha256').update(createHash('sha256').update(model).digest());
  const sorted = external.toSorted((a, b) => (a.location < b.location ? -1 : 1));
  for (const { bytes } of sorted) all.update(createHash('sha256').update(bytes).digest());
  return all.digest('hex');
}
