import { GoogleAuth, JWT } from 'google-auth-library';
import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import { askAgain } from '../../workspace/askAgain.ts';
import { sending, sizeOf, type Content } from '../../workspace/content.ts';
import { within } from '../within.ts';
import { isOwn, storeDeadline, storeFailure, type ObjectStore, type StoredObject } from './objectStore.ts';

const page = z.object({
  items: z.array(z.object({ name: z.string(), size: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** What is taken of a service account's JSON key: nothing that could name another place to ask, or a program to run. */
const serviceAccountKey = z.object({ client_email: z.string(), private_key: z.string() });

type ServiceAccountKey = z.infer<typeof serviceAccountKey>;

export interface GcsPlace {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Of an emulator, which wants no credentials; null: Google's own. */
  readonly endpoint: string | null;
}

/**
 * Google Cloud Storage by its JSON API: five calls. Google's client for it would bring 60 packages; its library
 * for credentials does what matters, their own chain.
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
export class GcsStore implements ObjectStore {
  readonly label: string;
  readonly #place: GcsPlace;
  readonly #auth: GoogleAuth | JWT | null;

  /** @param key null: Google's own chain */
  constructor(place: GcsPlace, key: ServiceAccountKey | null) {
    const { bucket, prefix, endpoint } = place;
    this.label = ['gs:/', bucket, ...(prefix === '' ? [] : [prefix])].join('/');
    this.#place = place;
    const scopes = ['https://www.googleapis.com/auth/devstorage.read_write'];
    if (key !== null) this.#auth = new JWT({ email: key.client_email, key: key.private_key, scopes });
    else this.#auth = endpoint === null ? new GoogleAuth({ scopes }) : null;
  }

  async identity(signal: AbortSignal): Promise<string> {
    if (this.#auth === null) return 'without credentials';
    const auth = this.#auth;
    return await this.#trying(
      signal,
      0,
      async deadline => `as ${(await within(auth.getCredentials(), deadline)).client_email ?? 'a user'}`,
    );
  }

  async list(prefix: string, signal: AbortSignal): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = new URLSearchParams({
        prefix: this.#key(prefix),
        fields: 'items(name,size),nextPageToken',
      });
      if (token !== '') query.set('pageToken', token);
      const { items, nextPageToken } = page.parse(
        await this.#ask(`/storage/v1/b/${this.#bucket}/o?${query.toString()}`, {}, 0, signal, response =>
          response.json(),
        ),
      );
      for (const { name, size } of items)
        found.push({ key: name.slice(this.#key('').length), size: Number(size) });
      token = nextPageToken;
    }
    return found;
  }

  async get(key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const size = await this.size(key, signal);
    if (size === null) return null;
    return await this.#askObject(`${this.#object(key)}?alt=media`, {}, size, signal, response =>
      response.bytes(),
    );
  }

  async size(key: string, signal: AbortSignal): Promise<number | null> {
    const found = await this.#askObject(`${this.#object(key)}?fields=size`, {}, 0, signal, response =>
      response.json(),
    );
    return found === null ? null : Number(z.object({ size: z.string() }).parse(found).size);
  }

  async put(key: string, content: Content, signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({ uploadType: 'media', name: this.#key(key) });
    const headers = { 'content-type': 'application/octet-stream' };
    await this.#upload(query, { method: 'POST', headers, content }, sizeOf(content), signal);
  }

  /** In parts, since the emulator heeds no condition of what is sent as it is. */
  async putNew(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const parts = [
      `--part\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ name: this.#key(key) })}\r\n`,
      '--part\r\ncontent-type: application/octet-stream\r\n\r\n',
      bytes,
      '\r\n--part--',
    ];
    const content = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
    const headers = { 'content-type': 'multipart/related; boundary=part' };
    // Generation 0: only when there is none.
    const query = new URLSearchParams({ uploadType: 'multipart', ifGenerationMatch: '0' });
    try {
      await this.#upload(query, { method: 'POST', headers, content }, content.length, signal);
      return true;
    } catch (error) {
      if (!(error instanceof BadInput) || error.code !== 'store-taken') throw error;
      return await isOwn(this, key, bytes, signal);
    }
  }

  async #upload(query: URLSearchParams, init: Question, size: number, signal: AbortSignal): Promise<void> {
    await this.#ask(`/upload/storage/v1/b/${this.#bucket}/o?${query.toString()}`, init, size, signal, done);
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#askObject(this.#object(key), { method: 'DELETE' }, 0, signal, done);
  }

  get #bucket(): string {
    return encodeURIComponent(this.#place.bucket);
  }

  #object(key: string): string {
    return `/storage/v1/b/${this.#bucket}/o/${encodeURIComponent(this.#key(key))}`;
  }

  #key(key: string): string {
    return this.#place.prefix === '' ? key : `${this.#place.prefix}/${key}`;
  }

  /** As `#ask`; null when there is no such object. */
  async #askObject<T>(
    path: string,
    init: Question,
    bytes: number,
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
  ): Promise<T | null> {
    return await this.#ask<T | null>(path, init, bytes, signal, read, true);
  }

  async #ask<T>(
    path: string,
    { content, ...init }: Question,
    bytes: number,
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
    orNull = false,
  ): Promise<T> {
    return await this.#trying(signal, bytes, async deadline => {
      const token = this.#auth === null ? null : await within(tokenOf(this.#auth), deadline);
      // Each of these may be asked twice: an object is put whole, and what is gone stays so.
      const { status, found } = await askAgain(async () => {
        const response = await fetch(`${this.#place.endpoint ?? 'https://storage.googleapis.com'}${path}`, {
          ...init,
          ...(content === undefined ? {} : sending(content)),
          headers: {
            ...init.headers,
            ...(token === undefined || token === null ? {} : { authorization: `Bearer ${token}` }),
          },
          signal: deadline,
        });
        const { status: code, headers, ok } = response;
        const body = ok ? { value: await read(response) } : { text: await response.text() };
        return { status: code, headers, found: body };
      }, deadline);
      if ('value' in found) return found.value;
      // A bucket that is not there says so even when an object is asked for.
      if (orNull && status === 404 && !/bucket/i.test(found.text)) return null as T;
      if (status === 412) throw new BadInput('store-taken', `${this.label} has such an object.`);
      throw new GcsRefusal(status, found.text);
    });
  }

  async #trying<T>(signal: AbortSignal, bytes: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await act(storeDeadline(signal, bytes));
    } catch (error) {
      throw storeFailure(error, this.label, signal, error instanceof GcsRefusal ? error.status : undefined);
    }
  }
}

interface Question {
  readonly method?: 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Content;
}

/** What Google answered in place of what was asked. */
class GcsRefusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(messageOf(text) || `status ${status}`);
    this.status = status;
  }
}

function messageOf(text: string): string {
  try {
    return z.object({ error: z.object({ message: z.string() }) }).parse(JSON.parse(text)).error.message;
  } catch {
    return text.slice(0, 200);
  }
}

/** @throws BadInput when it is no JSON key of a service account */
export function gcsKey(text: string): ServiceAccountKey {
  try {
    return serviceAccountKey.parse(JSON.parse(text));
  } catch {
    throw new BadInput(
      'store-credentials',
      "The secret of a Google Cloud store is the JSON key of a service account, as Google's console gives it.",
    );
  }
}

async function tokenOf(auth: GoogleAuth | JWT): Promise<string | null | undefined> {
  const given = await auth.getAccessToken();
  return typeof given === 'string' ? given : given?.token;
}

async function done(response: Response): Promise<null> {
  await response.body?.cancel();
  return null;
}
