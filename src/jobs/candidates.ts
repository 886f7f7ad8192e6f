import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decodeModel } from '../core/onnx/decode.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import type { ModelSource } from '../protocol/engine.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import { createAtomic } from '../workspace/atomic.ts';
import type { ModelEntry } from '../workspace/types.ts';

/** What becomes of the models that a training command leaves, once they are ranked. */
export type Keep = 'versions' | 'nothing' | { readonly folder: string };

/** A path with one wildcard, and nothing else that stands for several files. */
const oneWildcard = /^([^*?[\]{}()!]*)\*([^*?[\]{}()!/]*\.onnx)$/;

/** Whether files can be added to a model as versions. */
export function takesVersions({ path, source }: Pick<ModelEntry, 'path' | 'source'>): boolean {
  return source === 'glob' && oneWildcard.test(path);
}

/**
 * A candidate as the version that it will be: called as its file, with the start of its digest, so that another run
 * never takes its name. One whose weights lie in other files stays what it is, as they have names of their own.
 */
export async function asVersion(
  entry: ModelEntry,
  candidate: ModelSource,
  digest: string,
): Promise<ModelSource> {
  const parts = oneWildcard.exec(entry.path);
  if (parts === null || (await hasExternalData(candidate.file))) return candidate;
  const stem = candidate.ref.path.replace(/\.onnx$/, '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  const version = `${stem}-${digest.slice(0, 8)}`;
  return {
    ...candidate,
    ref: { ...candidate.ref, name: entry.name, version, path: `${parts[1]!}${version}${parts[2]!}` },
  };
}

async function hasExternalData(file: string): Promise<boolean> {
  try {
    return externalDataOf(decodeModel(await readFile(file))).length > 0;
  } catch {
    // No model at all: the ranking says so.
    return false;
  }
}

/**
 * Puts what was measured where its versions are: all of it, or none.
 * @throws BadInput `cannot-write`
 */
export async function keepVersions(
  root: string,
  candidates: readonly ModelSource[],
  { candidates: ranked }: RankingResult,
): Promise<void> {
  const measured = new Set(ranked.map(({ model }) => model.path));
  const written: string[] = [];
  try {
    for (const { file, ref } of candidates) {
      if (ref.version === null || !measured.has(ref.path)) continue;
      const target = resolve(root, ref.path);
      // One of this name has the same bytes.
      if (await createAtomic(target, await readFile(file))) written.push(target);
    }
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    throw error;
  }
}
