import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { askAgain } from '../../workspace/askAgain.ts';
import { readContent, sizeOf, type Content, type FileContent } from '../../workspace/content.ts';
import { isOwn, storeDeadline, storeFailure, type ObjectStore, type StoredObject } from './objectStore.ts';

export interface S3Place {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Of a store that is not AWS's own, such as MinIO. */
  readonly endpoint: string | null;
  readonly region: string | null;
}

const quiet = (): void => undefined;

/** Amazon S3, or what speaks its protocol. Credentials come from AWS's own chain, as of its command line. */
export class S3Store implements ObjectStore {
  readonly label: string;
  readonly #place: S3Place;
  readonly #client: S3Client;

  /** @param own options of the client beyond those of the place */
  constructor(place: S3Place, own: S3ClientConfig = {}) {
    const { bucket, prefix, endpoint, region } = place;
    this.label = ['s3:/', bucket, ...(prefix === '' ? [] : [prefix])].join('/');
    this.#place = place;
    this.#client = new S3Client({
      maxAttempts: 3,
      // Checksums that S3-compatible stores may not know are sent only where they are needed.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // What it has to say is in what it throws.
      logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
      ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
      // A store of one's own has no regions, but a signature names one.
      ...(region === null ? (endpoint === null ? {} : { region: 'us-east-1' }) : { region }),
      ...own,
    });
  }

  async identity(signal: AbortSignal): Promise<string> {
    return await this.#trying(signal, 0, async () => {
      const { accessKeyId } = await this.#client.config.credentials();
      return `with the access key ${accessKeyId}`;
    });
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const after = token;
      const page = await this.#trying(signal, 0, abortSignal =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#place.bucket,
            Prefix: this.#key(prefix),
            ...(after === undefined ? {} : { ContinuationToken: after }),
          }),
          { abortSignal },
        ),
      );
      for (const { Key = '', Size = 0 } of page.Contents ?? [])
        found.push({ key: Key.slice(this.#key('').length), size: Size });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async get(key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const size = await this.size(key, signal);
    if (size === null) return null;
    return await this.#trying(signal, size, abortSignal =>
      orNull(async () => {
        const { Body } = await this.#client.send(new GetObjectCommand(this.#object(key)), { abortSignal });
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      }),
    );
  }

  async size(key: string, signal: AbortSignal): Promise<number | null> {
    return await this.#trying(signal, 0, abortSignal =>
      orNull(async () => {
        const { ContentLength = 0 } = await this.#client.send(new HeadObjectCommand(this.#object(key)), {
          abortSignal,
        });
        return ContentLength;
      }),
    );
  }

  async put(key: string, content: Content, signal: AbortSignal): Promise<void> {
    await this.#trying(signal, sizeOf(content), async abortSignal => {
      if (content instanceof Uint8Array)
        await this.#client.send(new PutObjectCommand({ ...this.#object(key), Body: content }), {
          abortSignal,
        });
      else await this.#putFile(key, content, abortSignal);
    });
  }

  /** The client does not ask again with a stream, which it cannot read again. */
  async #putFile(key: string, content: FileContent, abortSignal: AbortSignal): Promise<void> {
    const put = (): PutObjectCommand =>
      new PutObjectCommand({
        ...this.#object(key),
        Body: readContent(content),
        ContentLength: content.size,
      });
    const { error } = await askAgain(async () => {
      try {
        await this.#client.send(put(), { abortSignal });
        return { status: 200, headers: new Headers(), error: null };
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        return { status: error.$metadata.httpStatusCode ?? 0, headers: new Headers(), error };
      }
    }, abortSignal);
    if (error !== null) throw error;
  }

  async putNew(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const taken = await this.#trying(signal, bytes.length, async abortSignal => {
      const put = new PutObjectCommand({ ...this.#object(key), Body: bytes, IfNoneMatch: '*' });
      try {
        await this.#client.send(put, { abortSignal });
        return false;
      } catch (error) {
        // Taken, or just being taken.
        if (error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0))
          return true;
        throw error;
      }
    });
    return !taken || (await isOwn(this, key, bytes, signal));
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#trying(signal, 0, abortSignal =>
      this.#client.send(new DeleteObjectCommand(this.#object(key)), { abortSignal }),
    );
  }

  #object(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#key(key) };
  }

  #key(key: string): string {
    return this.#place.prefix === '' ? key : `${this.#place.prefix}/${key}`;
  }

  async #trying<T>(signal: AbortSignal, bytes: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await act(storeDeadline(signal, bytes));
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      throw storeFailure(error, this.label, signal, status);
    }
  }
}

/** null for an object that is not there. A HEAD does not say when it is the bucket: the list before did. */
async function orNull<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
    if (error.name === 'NoSuchBucket') throw error;
    return null;
  }
}
