import { createHash } from 'node:crypto';
import { cpus, platform, arch } from 'node:os';
import { dirname } from 'node:path';
import { decodeModel } from '../core/onnx/decode.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { readExternal, readModel } from '../engine/model/files.ts';
import type { ReviewStatement } from '../protocol/results/review.ts';
import type { ResolvedModel } from '../workspace/types.ts';

type Subject = ReviewStatement['subject'];

/** The model file and each file of external data, by path relative to the workspace, with SHA-256. */
export async function subjectOf({ ref, source }: ResolvedModel): Promise<Subject> {
  const bytes = await readModel(source.file);
  const external = await readExternal(source.file, externalDataOf(decodeModel(bytes)));
  const folder = dirname(ref.path);
  const inFolder = (location: string): string => (folder === '.' ? location : `${folder}/${location}`);
  const files = external.toSorted((a, b) => (a.location < b.location ? -1 : 1));
  return [
    { name: ref.path, digest: { sha256: hash(bytes) } },
    ...files.map(file => ({ name: inFolder(file.location), digest: { sha256: hash(file.bytes) } })),
  ];
}

/** The machine, as far as numbers depend on it. */
export function machine(): { readonly system: string; readonly processor: string } {
  return { system: `${platform()} ${arch()}`, processor: cpus()[0]?.model ?? 'unknown' };
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
