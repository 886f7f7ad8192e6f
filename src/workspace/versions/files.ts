import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import type { SavedAnswers } from '../../protocol/engine.ts';
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
  /** Differs from the last commit. */
  readonly modified: boolean;
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
  const matches = matchesOf(entry, place);
  if (!areVersionNumbers(matches.map(({ name }) => name)))
    return await describe(entry, place, (await byDate(matches, place)).slice(offset, offset + limit));
  // Names tell the order: files of other pages need not be looked at.
  const page = matches.sort((a, b) => byVersionNumber(a.name, b.name)).slice(offset, offset + limit);
  return await describe(entry, place, await found(page, place));
}

/** The newest version whose file is the one meant; null when none is. */
export async function fileVersionWhere(
  entry: ModelEntry,
  place: Place,
  isMeant: (match: GlobMatch) => boolean,
): Promise<ModelVersion | null> {
  const meant = await byDate(matchesOf(entry, place).filter(isMeant), place);
  return (await describe(entry, place, meant.slice(0, 1)))[0] ?? null;
}

/** The newest version that a commit changed; null when none is. */
export async function fileVersionOfCommit(
  entry: ModelEntry,
  place: Place,
  start: string,
): Promise<ModelVersion | null> {
  const all = await byDate(matchesOf(entry, place), place);
  const meant = all.filter(({ commit }) => commit?.startsWith(start) === true);
  return (await describe(entry, place, meant.slice(0, 1)))[0] ?? null;
}

function matchesOf(entry: ModelEntry, { root }: Place): GlobMatch[] {
  return entry.source === 'glob' ? matchingFiles(root, entry.path) : [{ path: entry.path, name: '' }];
}

async function byDate(matches: readonly GlobMatch[], place: Place): Promise<Found[]> {
  return (await found(matches, place)).sort(
    (a, b) => Date.parse(b.date) - Date.parse(a.date) || byName(a.name, b.name),
  );
}

/** When and by whom each file was made; those that are gone are left out. */
async function found(matches: readonly GlobMatch[], { root, repository }: Place): Promise<Found[]> {
  const paths = matches.map(({ path }) => path);
  const modified = await repository?.modified(paths);
  const commits = await repository?.lastCommits(paths.filter(path => modified?.has(path) !== true));
  const all = await Promise.all(
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
        modified: modified?.has(match.path) === true,
      };
    }),
  );
  return all.filter(({ date }) => date !== '');
}

async function describe(entry: ModelEntry, place: Place, files: readonly Found[]): Promise<ModelVersion[]> {
  return await Promise.all(
    files.map(async file => ({
      model: entry.name,
      version: file.name !== '' ? file.name : nameOfOnlyFile(file),
      path: file.path,
      commit: file.commit,
      tags: [],
      author: file.author,
      date: file.date,
      modified: file.modified,
      ...(await readState(resolve(place.root, file.path), file, place.digests, entry.saved ?? null)),
    })),
  );
}

function nameOfOnlyFile({ commit }: Found): string {
  return commit === null ? 'working copy' : commit.slice(0, 7);
}

/** Of answers: the file and which of its columns they are. */
export function digestOfSaved(file: string, saved: SavedAnswers): string {
  return createHash('sha256')
    .update(`${file}\n${JSON.stringify(saved)}`)
    .digest('hex');
}

async function readState(
  absolute: string,
  file: { readonly path: string; readonly size: number | null },
  digests: Digests,
  saved: SavedAnswers | null,
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
    const digest =
      saved === null ? await digests.model(absolute) : digestOfSaved(await digests.file(absolute), saved);
    return { state: { kind: 'ready' }, digest, size: file.size };
  } catch (error) {
    const advice =
      error instanceof BadInput
        ? error.message
        : `\`${file.path}\` can't be read: ${(error as Error).message}`;
    return { state: { kind: 'unreadable', advice }, digest: null, size: file.size };
  }
}
