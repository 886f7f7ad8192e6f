import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import type { Digests } from '../digest.ts';
import type { ModelEntry, ModelVersion, VersionState } from '../types.ts';
import { matchingFiles, type GlobMatch } from './glob.ts';
import { areVersionNumbers, byName, byVersionNumber } from './order.ts';
import { dvcState, largestPointer, lfsState, parseLfsPointer } from './pointers.ts';
import type { Repository } from './repository.ts';

/** A file that is a version, before its bytes are read. */
interface Found extends GlobMatch {
  readonly date: string;
  readonly size: number | null;
  readonly commit: string | null;
  readonly author: string | null;
}

/** Where the versions of a model lie and what is remembered of them. */
export interface Place {
  readonly root: string;
  readonly repository: Repository | null;
  readonly digests: Digests;
}

/** Versions of a model that are files: every one that matches its path. Only the asked page is read. */
export async function fileVersions(
  entry: ModelEntry,
  place: Place,
  offset: number,
  limit: number,
): Promise<ModelVersion[]> {
  const found = await sortedFiles(entry, place);
  return await describe(entry, place, found.slice(offset, offset + limit));
}

/** The newest version whose file is the one meant; null when none is. */
export async function fileVersionWhere(
  entry: ModelEntry,
  place: Place,
  isMeant: (file: {
    readonly path: string;
    readonly name: string;
    readonly commit: string | null;
  }) => boolean,
): Promise<ModelVersion | null> {
  const meant = (await sortedFiles(entry, place)).filter(isMeant);
  return (await describe(entry, place, meant.slice(0, 1)))[0] ?? null;
}

async function sortedFiles(entry: ModelEntry, { root, repository }: Place): Promise<Found[]> {
  const matches =
    entry.source === 'glob' ? matchingFiles(root, entry.path) : [{ path: entry.path, name: '' }];
  const commits = await repository?.lastCommits(matches.map(({ path }) => path));
  const found = await Promise.all(
    matches.map(async match => {
      const commit = commits?.get(match.path);
      const file = resolve(root, match.path);
      const info = await stat(file).catch(() => null);
      const written = info ?? (await stat(`${file}.dvc`).catch(() => null));
      return {
        ...match,
        date: commit?.date ?? written?.mtime.toISOString() ?? '',
        size: info?.size ?? null,
        commit: commit?.commit ?? null,
        author: commit?.author ?? null,
      };
    }),
  );
  const numbered = areVersionNumbers(found.map(({ name }) => name));
  return found
    .filter(({ date }) => date !== '')
    .sort((a, b) =>
      numbered
        ? byVersionNumber(a.name, b.name)
        : Date.parse(b.date) - Date.parse(a.date) || byName(a.name, b.name),
    );
}

async function describe(entry: ModelEntry, place: Place, files: readonly Found[]): Promise<ModelVersion[]> {
  const paths = files.map(({ path }) => path);
  const modified = (await place.repository?.modified(paths)) ?? new Set<string>();
  const versions: ModelVersion[] = [];
  for (const file of files) {
    const isModified = modified.has(file.path);
    const absolute = resolve(place.root, file.path);
    const { state, digest, size } = await readState(absolute, file, place.digests);
    const info = isModified ? await stat(absolute).catch(() => null) : null;
    versions.push({
      model: entry.name,
      version: file.name !== '' ? file.name : nameOfOnlyFile(file, isModified),
      digest,
      path: file.path,
      commit: isModified ? null : file.commit,
      tags: [],
      author: isModified ? null : file.author,
      date: info?.mtime.toISOString() ?? file.date,
      size,
      modified: isModified,
      state,
    });
  }
  return versions;
}

function nameOfOnlyFile({ commit }: Found, modified: boolean): string {
  return modified || commit === null ? 'working copy' : commit.slice(0, 7);
}

async function readState(
  absolute: string,
  file: { readonly path: string; readonly size: number | null },
  digests: Digests,
): Promise<{ readonly state: VersionState; readonly digest: string | null; readonly size: number | null }> {
  if (file.size === null) {
    const dvc = await dvcState(absolute, file.path);
    if (dvc !== null) return { ...dvc, digest: null };
    const advice = `\`${file.path}\` is not there.`;
    return { state: { kind: 'unreadable', advice }, digest: null, size: null };
  }
  try {
    if (file.size < largestPointer) {
      const pointer = parseLfsPointer(await readFile(absolute, 'utf8'));
      if (pointer !== null) return { state: lfsState(pointer, file.path), digest: null, size: pointer.size };
    }
    return { state: { kind: 'ready' }, digest: await digests.model(absolute), size: file.size };
  } catch (error) {
    const advice =
      error instanceof BadInput
        ? error.message
        : `\`${file.path}\` can't be read: ${(error as Error).message}`;
    return { state: { kind: 'unreadable', advice }, digest: null, size: file.size };
  }
}
