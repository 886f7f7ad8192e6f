import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ModelEntry, ModelVersion } from '../types.ts';
import { Blobs } from './blobs.ts';
import { fileVersions, type Place } from './files.ts';
import { largestPointer, lfsState } from './pointers.ts';
import type { FileCommit, Repository } from './repository.ts';
import type { Materialised, VersionSource } from './source.ts';
import { versionOfCommit, versionOfTag } from './tags.ts';

/** Versions of a model that are the commits of one file. */
export class History implements VersionSource {
  readonly #entry: ModelEntry;
  readonly #place: Place;
  readonly #repository: Repository;
  readonly #blobs: Blobs;
  #tags: Promise<ReadonlyMap<string, readonly string[]>> | null = null;

  constructor(entry: ModelEntry, place: Place, repository: Repository) {
    this.#entry = entry;
    this.#place = place;
    this.#repository = repository;
    this.#blobs = new Blobs(place.root, repository, place.digests);
  }

  /** Newest first, a modified working copy before all. Digests are those known already. */
  async versions(offset: number, limit: number): Promise<ModelVersion[]> {
    const working = await this.#workingCopy();
    const before = working === null ? 0 : 1;
    const commits = await this.#repository.history(this.#entry.path, offset + limit);
    const page = commits.slice(Math.max(0, offset - before), offset + limit - before);
    const listed = await this.#describe(page);
    return working !== null && offset === 0 && limit > 0 ? [working, ...listed] : listed;
  }

  /** By tag, commit, the start of a known digest, or `working copy`; null when there is none. */
  async named(name: string): Promise<ModelVersion | null> {
    const working = await this.#workingCopy();
    if (working !== null && (name === working.version || working.digest?.startsWith(name))) return working;
    const commit = (await this.#commitOfTag(name)) ?? (await this.#commitNamed(name));
    if (commit !== null) return (await this.#describe([commit]))[0] ?? null;
    return await this.#withDigest(name);
  }

  /** The bytes of a version, taken out of git; its digest is known after. */
  async materialise(version: ModelVersion): Promise<Materialised> {
    const commit = version.commit === null ? null : await this.#commitNamed(version.commit);
    if (commit === null) {
      const file = resolve(this.#place.root, version.path);
      return { digest: version.digest ?? (await this.#place.digests.model(file)), file };
    }
    return await this.#blobs.materialise(commit, this.#entry.path);
  }

  async #workingCopy(): Promise<ModelVersion | null> {
    const modified = await this.#repository.modified([this.#entry.path]);
    if (!modified.has(this.#entry.path)) return null;
    if ((await stat(resolve(this.#place.root, this.#entry.path)).catch(() => null)) === null) return null;
    return (await fileVersions({ ...this.#entry, source: 'file' }, this.#place, 0, 1))[0] ?? null;
  }

  async #commitOfTag(name: string): Promise<FileCommit | null> {
    for (const tags of (await this.#allTags()).values())
      for (const tag of tags)
        if (tag === name || versionOfTag(tag, this.#entry.name) === name)
          return await this.#commitNamed(`refs/tags/${tag}`);
    return null;
  }

  /** The last change of the file up to a revision. */
  async #commitNamed(revision: string): Promise<FileCommit | null> {
    const commit = await this.#repository.commit(revision);
    if (commit === null) return null;
    return (await this.#repository.history(this.#entry.path, 1, commit))[0] ?? null;
  }

  async #withDigest(start: string): Promise<ModelVersion | null> {
    if (!/^[0-9a-f]{6,64}$/.test(start)) return null;
    for (const commit of await this.#repository.history(this.#entry.path, 1000)) {
      if (!(await this.#blobs.digestOf(commit.blob))?.startsWith(start)) continue;
      return (await this.#describe([commit]))[0] ?? null;
    }
    return null;
  }

  #allTags(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#tags ??= this.#repository.tags(this.#entry.path);
    return this.#tags;
  }

  async #describe(commits: readonly FileCommit[]): Promise<ModelVersion[]> {
    const [tags, sizes] = await Promise.all([
      this.#allTags(),
      this.#repository.sizes(commits.map(({ blob }) => blob)),
    ]);
    const small = commits.filter((_, index) => (sizes[index] ?? largestPointer) < largestPointer);
    const found = await this.#blobs.lfs(small.map(({ blob }) => blob));
    const pointers = new Map(small.map(({ blob }, index) => [blob, found[index] ?? null]));
    const versions: ModelVersion[] = [];
    for (const [index, { commit, author, date, blob }] of commits.entries()) {
      const own = tags.get(blob) ?? [];
      const size = sizes[index] ?? null;
      const lfs = pointers.get(blob) ?? null;
      versions.push({
        model: this.#entry.name,
        version: versionOfCommit(commit, own, this.#entry.name),
        digest: await this.#blobs.digestOf(blob),
        path: this.#entry.path,
        commit,
        tags: own,
        author,
        date,
        size: lfs?.pointer.size ?? size,
        modified: false,
        state: lfs === null || lfs.fetched ? { kind: 'ready' } : lfsState(lfs.pointer, this.#entry.path),
      });
    }
    return versions;
  }
}
