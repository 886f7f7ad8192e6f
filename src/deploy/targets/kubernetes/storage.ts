import { randomBytes } from 'node:crypto';
import { BadInput } from '../../../core/failure.ts';
import { decodeModel } from '../../../core/onnx/decode.ts';
import { externalDataOf } from '../../../core/onnx/externalData.ts';
import { modelDigest } from '../../../engine/model/digest.ts';
import { readExternal, readModel } from '../../../engine/model/files.ts';
import type { ModelBytes } from '../../../serve/models.ts';
import { storeAddress } from '../../objectStore/address.ts';
import type { ObjectStore } from '../../objectStore/objectStore.ts';

/** The versions of one target in an object store, each in a folder of its digest. */
export class ModelStorage {
  readonly #store: ObjectStore;
  readonly #name: string;

  constructor(store: ObjectStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Those that are there whole: the model is put last. */
  async digests(signal: AbortSignal): Promise<readonly string[]> {
    const objects = await this.#store.list(`${this.#name}/`, signal);
    return objects.flatMap(({ key }) => /^[^/]+\/([0-9a-f]{64})\/model\.onnx$/.exec(key)?.[1] ?? []);
  }

  /** @throws BadInput when the bytes are not what the digest says */
  async upload({ digest, file }: ModelBytes, signal: AbortSignal): Promise<void> {
    if ((await this.#store.size(this.#key(digest, 'model.onnx'), signal)) !== null) return;
    const bytes = await readModel(file);
    const external = await readExternal(file, externalDataOf(decodeModel(bytes)));
    const found = modelDigest(bytes, external);
    if (found !== digest)
      throw new BadInput(
        'digest',
        `\`${file}\` is ${found.slice(0, 12)} now, and ${digest.slice(0, 12)} was asked for. Choose the version again.`,
      );
    for (const part of external) await this.#store.put(this.#key(digest, part.location), part.bytes, signal);
    await this.#store.put(this.#key(digest, 'model.onnx'), bytes, signal);
  }

  async delete(digest: string, signal: AbortSignal): Promise<void> {
    // Without the model it no longer passes for whole.
    await this.#store.delete(this.#key(digest, 'model.onnx'), signal);
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
