import { DefaultAzureCredential } from '@azure/identity';
import {
  BlobServiceClient,
  RestError,
  type BlobRequestConditions,
  type ContainerClient,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import { sizeOf, type Content } from '../../workspace/content.ts';
import { isOwn, storeDeadline, storeFailure, type ObjectStore, type StoredObject } from './objectStore.ts';

export interface AzurePlace {
  readonly account: string;
  readonly container: string;
  /** Without slashes at its ends; empty for the whole container. */
  readonly prefix: string;
}

/** Azure Blob Storage. Credentials are a connection string, or come from Azure's own chain, as of its command line. */
export class AzureStore implements ObjectStore {
  readonly label: string;
  readonly #prefix: string;
  readonly #container: ContainerClient;
  readonly #identity: string;

  /** @param connection a connection string; null: Azure's own chain */
  constructor(
    { account, container, prefix }: AzurePlace,
    connection: string | null,
    own: StoragePipelineOptions = {},
  ) {
    this.label = ['as:/', account, container, ...(prefix === '' ? [] : [prefix])].join('/');
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    const options: StoragePipelineOptions = {
      retryOptions: { maxTries: 3, tryTimeoutInMs: 60_000, maxRetryDelayInMs: 4_000 },
      ...own,
    };
    const service =
      connection === null
        ? new BlobServiceClient(
            `https://${account}.blob.core.windows.net`,
            new DefaultAzureCredential(),
            options,
          )
        : BlobServiceClient.fromConnectionString(connection, options);
    this.#container = service.getContainerClient(container);
    this.#identity = connection === null ? "by Azure's own chain of credentials" : 'with a connection string';
  }

  identity(): Promise<string> {
    return Promise.resolve(`${this.#identity}, account ${this.#container.accountName}`);
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    const pages = this.#container
      .listBlobsFlat({ prefix: `${this.#prefix}${prefix}`, abortSignal: signal })
      .byPage({ maxPageSize: 1000 });
    for (;;) {
      const page = await this.#trying(signal, 0, () => pages.next());
      if (page.done === true) return found;
      for (const { name, properties } of page.value.segment.blobItems)
        found.push({ key: name.slice(this.#prefix.length), size: properties.contentLength ?? 0 });
    }
  }

  async get(key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const size = await this.size(key, signal);
    if (size === null) return null;
    // An empty blob has no range to ask for.
    if (size === 0) return new Uint8Array();
    return await this.#trying(signal, size, abortSignal =>
      this.#blob(key).downloadToBuffer(0, size, { abortSignal }),
    );
  }

  async size(key: string, signal: AbortSignal): Promise<number | null> {
    return await this.#trying(signal, 0, async abortSignal => {
      try {
        return (await this.#blob(key).getProperties({ abortSignal })).contentLength ?? 0;
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return null;
        throw error;
      }
    });
  }

  async put(key: string, content: Content, signal: AbortSignal): Promise<void> {
    await this.#upload(key, content, signal, {});
  }

  async putNew(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    return (
      (await this.#upload(key, bytes, signal, { ifNoneMatch: '*' })) ||
      (await isOwn(this, key, bytes, signal))
    );
  }

  /** @returns false when the conditions do not hold */
  async #upload(
    key: string,
    content: Content,
    signal: AbortSignal,
    conditions: BlobRequestConditions,
  ): Promise<boolean> {
    const blob = this.#blob(key);
    return await this.#trying(signal, sizeOf(content), async abortSignal => {
      const options = { abortSignal, conditions };
      try {
        if (content instanceof Uint8Array)
          await blob.uploadData(Buffer.from(content.buffer, content.byteOffset, content.length), options);
        else await blob.uploadFile(content.file, options);
        return true;
      } catch (error) {
        if (
          conditions.ifNoneMatch !== undefined &&
          error instanceof RestError &&
          [409, 412].includes(error.statusCode ?? 0)
        )
          return false;
        throw error;
      }
    });
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#trying(signal, 0, abortSignal => this.#blob(key).deleteIfExists({ abortSignal }));
  }

  #blob(key: string) {
    return this.#container.getBlockBlobClient(`${this.#prefix}${key}`);
  }

  async #trying<T>(signal: AbortSignal, bytes: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await withinDeadline(act, storeDeadline(signal, bytes));
    } catch (error) {
      throw storeFailure(
        error,
        this.label,
        signal,
        error instanceof RestError ? error.statusCode : undefined,
      );
    }
  }
}

/** A page of a list that was asked for takes no signal of its own. */
async function withinDeadline<T>(
  act: (signal: AbortSignal) => Promise<T>,
  deadline: AbortSignal,
): Promise<T> {
  deadline.throwIfAborted();
  const late = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(deadline.reason as Error), { once: true });
  });
  return await Promise.race([act(deadline), late]);
}
