import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DataSource } from '../protocol/engine.ts';
import type { Stored } from '../protocol/pages.ts';
import { dataOf, type Current, type ResultOf, type ResultStore } from '../workspace/store.ts';
import type { ModelEntry } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Results that are not of one or two versions: of a model's training, of its candidates, of a data set. */
export type KeptKind = 'crossValidate' | 'rank' | 'ab' | 'describe' | 'drift';

/** What such a result is about: a model by name, or a data set by path (of `drift`: the second one). */
export type KeptSubject =
  | { readonly entry: Pick<ModelEntry, 'name'> }
  | { readonly data: Pick<DataSource, 'path'> };

/** Keeps these results and lists them. A run of the same job takes the place of the one before. */
export class Kept {
  readonly #workspace: Workspace;
  readonly #store: ResultStore;

  constructor(workspace: Workspace, store: ResultStore) {
    this.#workspace = workspace;
    this.#store = store;
  }

  /** @throws BadInput `cannot-write` */
  async put<K extends KeptKind>(kind: K, subject: KeptSubject, result: ResultOf<K>): Promise<ResultOf<K>> {
    await this.#store.put(kind, [folderOf(subject)], result);
    return result;
  }

  /** Newest first; each says when its data are other rows now than they were. */
  async list<K extends KeptKind>(kind: K, subject: KeptSubject): Promise<Stored<ResultOf<K>>[]> {
    return await this.#store.list(kind, folderOf(subject), async result => await this.#current(result));
  }

  async #current(result: ResultOf<KeptKind>): Promise<Current> {
    const { root } = this.#workspace;
    const data = await Promise.all(
      dataOf(result).map(async ({ role, path }) => ({
        role,
        path,
        digest: await this.#workspace.fileDigest(resolve(root, path)).catch(() => null),
      })),
    );
    return { job: null, data };
  }
}

/** Names and paths may hold anything, so a digest stands for them. */
function folderOf(subject: KeptSubject): string {
  const text = 'entry' in subject ? `model ${subject.entry.name}` : `data ${subject.data.path}`;
  return createHash('sha256').update(text).digest('hex');
}
