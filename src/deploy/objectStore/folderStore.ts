import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { createAtomic, writeAtomic } from '../../workspace/atomic.ts';
import { readContent, type Content } from '../../workspace/content.ts';
import { storeFailure, type ObjectStore, type StoredObject } from './objectStore.ts';

/** A folder as an object store. Folders are made and taken away with what lies in them. */
export class FolderStore implements ObjectStore {
  readonly label: string;
  readonly #dir: string;

  /** @param dir absolute */
  constructor(dir: string) {
    this.label = dir;
    this.#dir = dir;
  }

  identity(): Promise<string> {
    return Promise.resolve('as the user who runs this');
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]> {
    return await this.#trying(signal, async () => {
      // Only the folder that holds the prefix is walked.
      const under = join(this.#dir, prefix.slice(0, prefix.lastIndexOf('/') + 1));
      const entries = await readdir(under, { recursive: true, withFileTypes: true }).catch(missing([]));
      const files = entries
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .map(file => ({ file, key: relative(this.#dir, file).split(sep).join('/') }))
        .filter(({ key }) => key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const found: StoredObject[] = [];
      for (const { file, key } of files) {
        const info = await stat(file).catch(missing(null));
        if (info !== null) found.push({ key, size: info.size });
      }
      return found;
    });
  }

  async get(key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    return await this.#trying(signal, () => readFile(this.#file(key)).catch(missing(null)));
  }

  async size(key: string, signal: AbortSignal): Promise<number | null> {
    return await this.#trying(
      signal,
      async () => (await stat(this.#file(key)).catch(missing(null)))?.size ?? null,
    );
  }

  async put(key: string, content: Content, signal: AbortSignal): Promise<void> {
    const written = content instanceof Uint8Array ? content : readContent(content);
    await this.#trying(signal, () => writeAtomic(this.#file(key), written));
  }

  async putNew(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    return await this.#trying(signal, () => createAtomic(this.#file(key), bytes));
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#trying(signal, async () => {
      await rm(this.#file(key), { force: true });
      for (let dir = dirname(this.#file(key)); dir !== this.#dir && dir !== dirname(dir); dir = dirname(dir))
        if (
          !(await rmdir(dir).then(
            () => true,
            () => false,
          ))
        )
          break;
    });
  }

  #file(key: string): string {
    return join(this.#dir, ...key.split('/'));
  }

  async #trying<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    try {
      signal.throwIfAborted();
      return await act();
    } catch (error) {
      throw storeFailure(error, this.label, signal);
    }
  }
}

/** What stands for a file or folder that is not there. */
function missing<T>(value: T): (error: unknown) => T {
  return error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
