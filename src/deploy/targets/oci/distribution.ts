import { createHash } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { readChallenge, type Credentials } from './credentials.ts';
import { waitFor } from '../waiting.ts';

const askMs = 30_000;
const attempts = 3;
const backOffMs = 300;

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];
const errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string().optional() })) });

export interface StoredManifest {
  /** sha256:... over the bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function sha256Of(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** One repository of a registry that speaks the OCI distribution API. Every question has a deadline. */
export class Distribution {
  readonly #base: URL;
  readonly #repository: string;
  readonly #credentials: Credentials;
  #authorization: string | null = null;

  /** @param http null: https, and http on this machine */
  constructor(reference: string, http: boolean | null, credentials: Credentials) {
    const [registry, ...rest] = reference.split('/');
    const loopback = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry!);
    this.#base = new URL(`${(http ?? loopback) ? 'http' : 'https'}://${registry!}/v2/`);
    this.#repository = rest.join('/');
    this.#credentials = credentials;
  }

  get host(): string {
    return this.#base.host;
  }

  /** @throws BadInput when it does not answer, or not as a registry, or refuses the credentials */
  async ping(signal: AbortSignal): Promise<void> {
    const response = await this.#ask(this.#base, { signal });
    if (!response.ok) throw await this.#refusal(response, 'is no registry');
  }

  /** Whether a blob may be uploaded: begins an upload and takes it back. @throws BadInput */
  async requirePush(signal: AbortSignal): Promise<void> {
    const place = await this.#startUpload(signal);
    await this.#ask(place, { method: 'DELETE', signal });
  }

  /** False when the registry is set up to delete nothing. */
  async deletes(signal: AbortSignal): Promise<boolean> {
    const nothing = sha256Of('slipway: no such manifest');
    const response = await this.#ask(this.#path(`manifests/${nothing}`), { method: 'DELETE', signal });
    return response.status !== 405 && response.status !== 400;
  }

  /** All tags; none of a repository that is not there yet. */
  async tags(signal: AbortSignal): Promise<readonly string[]> {
    const found: string[] = [];
    let next: URL | null = this.#path('tags/list?n=1000');
    while (next !== null) {
      const response: Response = await this.#ask(next, { signal });
      if (response.status === 404) return [];
      if (!response.ok) throw await this.#refusal(response, 'does not list its tags');
      const { tags } = z.object({ tags: z.array(z.string()).nullable() }).parse(await response.json());
      found.push(...(tags ?? []));
      const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
      next = link === undefined ? null : new URL(link, next);
    }
    return found;
  }

  /** The digest that a tag names; null when there is no such tag. */
  async resolve(tag: string, signal: AbortSignal): Promise<string | null> {
    return (await this.manifest(tag, signal))?.digest ?? null;
  }

  /** @param reference a tag or a digest @throws BadInput when the bytes are not what the digest says */
  async manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | null> {
    const headers = { accept: manifestTypes.join(', ') };
    const response = await this.#ask(this.#path(`manifests/${reference}`), { signal, headers });
    if (response.status === 404) return null;
    if (!response.ok) throw await this.#refusal(response, `does not give ${reference}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const digest = sha256Of(bytes);
    if (reference.startsWith('sha256:') && digest !== reference) throw this.#damaged(reference);
    return { digest, bytes, mediaType: response.headers.get('content-type') ?? manifestTypes[0]! };
  }

  /** @returns whether the registry keeps the list of what refers to its subject */
  async putManifest(
    reference: string,
    { bytes, mediaType }: Pick<StoredManifest, 'bytes' | 'mediaType'>,
    signal: AbortSignal,
  ): Promise<{ readonly listsReferrers: boolean }> {
    const response = await this.#ask(this.#path(`manifests/${reference}`), {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: bytes,
      signal,
    });
    if (response.status !== 201)
      throw await this.#refusal(response, `does not take the manifest ${reference}`);
    return { listsReferrers: response.headers.has('oci-subject') };
  }

  /** @param reference a digest, or a tag @returns false when the registry does not delete such things */
  async deleteManifest(reference: string, signal: AbortSignal): Promise<boolean> {
    const response = await this.#ask(this.#path(`manifests/${reference}`), { method: 'DELETE', signal });
    if (response.ok || response.status === 404) return true;
    if (response.status === 405 || response.status === 400) return false;
    throw await this.#refusal(response, `does not delete ${reference}`);
  }

  /** Uploads a blob unless it is there. @returns whether it was uploaded */
  async putBlob(
    digest: string,
    content: { readonly file: string } | { readonly bytes: Uint8Array<ArrayBuffer> },
    signal: AbortSignal,
  ): Promise<boolean> {
    const head = await this.#ask(this.#path(`blobs/${digest}`), { method: 'HEAD', signal });
    if (head.ok) return false;
    const body = 'file' in content ? await openAsBlob(content.file) : new Blob([content.bytes]);
    const place = await this.#startUpload(signal);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const request = { method: 'PUT', headers, body, signal };
    const response = await this.#ask(place, request, waitFor(body.size));
    if (response.status !== 201) throw await this.#refusal(response, `does not take the blob ${digest}`);
    return true;
  }

  /** Fetches a blob into a new file. @throws BadInput when its bytes are not what the digest says */
  async fetchBlob(digest: string, size: number, file: string, signal: AbortSignal): Promise<void> {
    const response = await this.#ask(this.#path(`blobs/${digest}`), { signal }, waitFor(size));
    if (!response.ok || response.body === null)
      throw await this.#refusal(response, `does not give the blob ${digest}`);
    const hash = createHash('sha256');
    await pipeline(
      Readable.from(response.body),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file, { flags: 'wx' }),
    );
    if (`sha256:${hash.digest('hex')}` !== digest) throw this.#damaged(digest);
  }

  /** The registry's own list of what refers to a manifest; null when it keeps none. */
  async referrers(digest: string, signal: AbortSignal): Promise<string | null> {
    const response = await this.#ask(this.#path(`referrers/${digest}`), { signal });
    const isIndex = response.headers.get('content-type')?.startsWith(manifestTypes[1]!) === true;
    return response.ok && isIndex ? await response.text() : null;
  }

  async #startUpload(signal: AbortSignal): Promise<URL> {
    const response = await this.#ask(this.#path('blobs/uploads/'), { method: 'POST', signal });
    const place = response.headers.get('location');
    if (response.status !== 202 || place === null) throw await this.#refusal(response, 'takes no upload');
    return new URL(place, this.#base);
  }

  #path(path: string): URL {
    return new URL(`${this.#repository}/${path}`, this.#base);
  }

  /** Answers one challenge; tries again what may pass. */
  async #ask(url: URL, request: RequestInit & { signal: AbortSignal }, ms = askMs): Promise<Response> {
    const response = await this.#send(url, request, ms);
    if (response.status !== 401) return response;
    const challenge = readChallenge(response.headers.get('www-authenticate'));
    await response.body?.cancel();
    if (challenge !== null) {
      this.#authorization = await this.#credentials.answer(challenge, this.#base, (realm, headers) =>
        this.#send(realm, { headers, signal: request.signal }, askMs),
      );
      const again = await this.#send(url, request, ms);
      if (again.status !== 401) return again;
      await again.body?.cancel();
    }
    throw new BadInput(
      'credentials',
      `${this.host} refuses the credentials: they are wrong or have expired. Renew the secret (${this.#credentials.names}).`,
    );
  }

  async #send(url: URL, request: RequestInit & { signal: AbortSignal }, ms: number): Promise<Response> {
    const headers = new Headers(request.headers);
    // An upload may be sent on to another host, which must not see the password.
    if (this.#authorization !== null && url.origin === this.#base.origin && !headers.has('authorization'))
      headers.set('authorization', this.#authorization);
    for (let attempt = 1; ; attempt++) {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(ms)]);
      try {
        const response = await fetch(url, { ...request, headers, signal });
        if (attempt === attempts || (response.status !== 429 && response.status < 500)) return response;
        await response.body?.cancel();
      } catch (error) {
        request.signal.throwIfAborted();
        if (signal.aborted)
          throw new BadInput('unreachable', `${url.host} did not answer within ${Math.round(ms / 1000)} s.`);
        if (attempt === attempts)
          throw new BadInput('unreachable', `${url.host} cannot be reached: ${causeOf(error)}.`);
      }
      await sleep(backOffMs * 2 ** attempt, undefined, { signal: request.signal });
    }
  }

  async #refusal(response: Response, what: string): Promise<BadInput> {
    const text = await response.text().catch(() => '');
    const said = errors.safeParse(parseJson(text));
    const words = said.success
      ? said.data.errors
          .map(({ code, message }) => (message === undefined ? code : `${code}: ${message}`))
          .join('; ')
      : text.slice(0, 200).trim();
    const { code, mend } = {
      403: { code: 'forbidden', mend: ` Give the account the right to (${this.#repository}).` },
      507: { code: 'full', mend: ' It has no room: free some there, or ask for a larger quota.' },
    }[response.status] ?? { code: 'registry-answer', mend: '' };
    return new BadInput(
      code,
      `${this.host} ${what}: it answered ${response.status}${words === '' ? '' : ` (${words})`}.${mend}`,
    );
  }

  #damaged(digest: string): BadInput {
    return new BadInput(
      'damaged',
      `What ${this.host} gives for ${digest} has another digest. Nothing of it is used.`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const said = cause instanceof Error ? cause : error;
  return said instanceof Error ? said.message || said.name : String(said);
}
