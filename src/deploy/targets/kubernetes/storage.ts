import { randomBytes } from 'node:crypto';
import { BadInput } from '../../../core/failure.ts';
import type { Packed } from '../../../protocol/pack.ts';
import { storeAddress } from '../../objectStore/address.ts';
import type { ObjectStore } from '../../objectStore/objectStore.ts';

/** Beside a model: the rows that its explanations compare with. */
export const backgroundFile = 'background.json';

/** The versions of one target in an object store, each in a folder of its digest. */
export class ModelStorage {
  readonly #store: ObjectStore;
  readonly #name: string;
  readonly #inside: (digest: string) => string;

  /** @param inside where the model lies in the folder of its digest; at its top without it */
  constructor(store: ObjectStore, name: string, inside: (digest: string) => string = () => '') {
    this.#store = store;
    this.#name = name;
    this.#inside = inside;
  }

  /** Those that are there whole: the model is put last. */
  async digests(signal: AbortSignal): Promise<readonly string[]> {
    const objects = await this.#store.list(`${this.#name}/`, signal);
    const whole = objects.flatMap(
      ({ key }) => /^[^/]+\/([0-9a-f]{64})\/(.*\/)?model\.onnx$/.exec(key)?.[1] ?? [],
    );
    const keys = new Set(objects.map(({ key }) => key));
    return whole.filter(digest => keys.has(this.#model(digest, 'model.onnx')));
  }

  async upload(digest: string, { files }: Packed, signal: AbortSignal): Promise<void> {
    for (const file of files) await this.#store.put(this.#model(digest, file.path), file, signal);
  }

  async holds(digest: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#store.size(this.#model(digest, 'model.onnx'), signal)) !== null;
  }

  /** Puts a file into the folder of a version. */
  async put(digest: string, path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#store.put(this.#key(digest, path), bytes, signal);
  }

  async delete(digest: string, signal: AbortSignal): Promise<void> {
    // Without the model it no longer passes for whole.
    await this.#store.delete(this.#model(digest, 'model.onnx'), signal);
    for (const { key } of await this.#store.list(this.#key(digest, ''), signal))
      await this.#store.delete(key, signal);
  }

  /** That one may list, write and delete there. */
  async probe(signal: AbortSignal): Promise<void> {
    const key = `${this.#name}/.probe-${randomBytes(4).toString('hex')}`;
    await this.#store.list(`${this.#name}/`, signal);
    await this.#store.put(key, Buffer.from('May this be written? It is deleted at once.\n'), signal);
    await this.#store.delete(key, signal);
  }

  #model(digest: string, path: string): string {
    return this.#key(digest, `${this.#inside(digest)}${path}`);
  }

  #key(digest: string, path: string): string {
    return `${this.#name}/${digest}/${path}`;
  }
}

/** Where a pod fetches a version, in the words of KServe's storage initializer. */
export function podAddress(storage: string, name: string, digest: string): string {
  const place = storeAddress(storage);
  const under = (prefix: string): string => [prefix, name, digest].filter(part => part !== '').join('/');
  switch (place.kind) {
    case 's3':
      return `s3://${place.bucket}/${under(place.prefix)}`;
    case 'gcs':
      return `gs://${place.bucket}/${under(place.prefix)}`;
    case 'azure':
      return `https://${place.account}.blob.core.windows.net/${place.container}/${under(place.prefix)}`;
    case 'folder':
      throw new BadInput('store-address', `Pods cannot fetch from \`${storage}\`. Name an object store.`);
  }
}
