import { resolve } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { storeAddress } from './address.ts';
import { AzureStore } from './azureStore.ts';
import { FolderStore } from './folderStore.ts';
import { gcsKey, GcsStore } from './gcsStore.ts';
import type { ObjectStore } from './objectStore.ts';
import { S3Store } from './s3Store.ts';

export interface StoreOptions {
  /** Folders are relative to it. */
  readonly root: string;
  /** What the credentials' secret holds; null: the cloud's own chain. */
  readonly credentials: string | null;
  readonly region: string | null;
}

export interface StoreBySecretOptions extends Omit<StoreOptions, 'credentials'> {
  /** Name of the secret; null: the cloud's own chain. */
  readonly credentials: string | null;
  readonly secret: (name: string) => Promise<string>;
}

/**
 * Gives a store, opened anew whenever its secret is another: one that was renewed holds from the next call on.
 * What is given throws BadInput when the secret is missing, or as `openStore` does.
 */
export function storeBySecret(
  address: string,
  { credentials: name, secret, ...options }: StoreBySecretOptions,
): () => Promise<ObjectStore> {
  let opened: { readonly by: string | null; readonly store: ObjectStore } | null = null;
  return async () => {
    const by = name === null ? null : await secret(name);
    if (opened?.by !== by) opened = { by, store: openStore(address, { ...options, credentials: by }) };
    return opened.store;
  };
}

/** @throws BadInput when the address or the credentials are malformed */
export function openStore(address: string, { root, credentials, region }: StoreOptions): ObjectStore {
  const place = storeAddress(address);
  switch (place.kind) {
    case 'folder':
      return new FolderStore(resolve(root, place.path));
    case 's3':
      return new S3Store(
        { ...place, region },
        credentials === null ? {} : { credentials: s3Credentials(credentials) },
      );
    case 'azure':
      return new AzureStore(place, credentials);
    case 'gcs':
      // Google's own name for where its emulators answer.
      return new GcsStore(
        { ...place, endpoint: process.env['STORAGE_EMULATOR_HOST'] ?? null },
        credentials === null ? null : gcsKey(credentials),
      );
  }
}

function s3Credentials(text: string): {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
} {
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = text.trim().split(':');
  if (accessKeyId === '' || secretAccessKey === '')
    throw new BadInput(
      'store-credentials',
      'The secret of an S3 store is `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, with `:SESSION_TOKEN` when there is one.',
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
