import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import type { OciSettings } from './settings.ts';

/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly query: Readonly<Record<string, string>> };

/** @returns null for a scheme nobody uses with registries */
export function readChallenge(header: string | null): Challenge | null {
  const [, scheme, rest] = /^(\w+)\s*(.*)$/.exec(header ?? '') ?? [];
  if (scheme?.toLowerCase() === 'basic') return { scheme: 'basic' };
  if (scheme?.toLowerCase() !== 'bearer') return null;
  const found = [...(rest ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]);
  const { realm, ...all } = Object.fromEntries(found) as Record<string, string>;
  if (realm === undefined) return null;
  const query = Object.fromEntries(
    Object.entries(all).filter(([key]) => key === 'service' || key === 'scope'),
  );
  return { scheme: 'bearer', realm, query };
}

const tokenAnswer = z.union([
  z.object({ token: z.string() }).transform(({ token }) => token),
  z.object({ access_token: z.string() }).transform(({ access_token }) => access_token),
]);

/** Turns the named secrets of a target into `Authorization` headers. */
export class Credentials {
  readonly #settings: OciSettings;
  readonly #secret: (name: string) => Promise<string>;

  constructor(settings: OciSettings, secret: (name: string) => Promise<string>) {
    this.#settings = settings;
    this.#secret = secret;
  }

  /** The secrets by their names, for a sentence on what to renew. */
  get names(): string {
    const { token, password } = this.#settings;
    return token ?? password ?? 'none: set `username` and `password`, or `token`';
  }

  /**
   * The header that answers a challenge.
   * @throws BadInput `credentials` when the realm gives no token for these secrets
   */
  async answer(
    challenge: Challenge,
    registry: URL,
    ask: (url: URL, headers: Record<string, string>) => Promise<Response>,
  ): Promise<string | null> {
    const { token } = this.#settings;
    if (token !== undefined) return `Bearer ${await this.#secret(token)}`;
    const basic = await this.#basic();
    if (challenge.scheme === 'basic') return basic;
    const realm = new URL(challenge.realm, registry);
    // Whoever can answer for the registry must not be able to have the password sent in the clear.
    if (realm.protocol !== 'https:' && registry.protocol === 'https:')
      throw new BadInput(
        'credentials',
        `${registry.host} wants the password sent to ${realm.origin}, which is not https. Nothing was sent.`,
      );
    for (const [key, value] of Object.entries(challenge.query)) realm.searchParams.set(key, value);
    const response = await ask(realm, basic === null ? {} : { authorization: basic });
    if (response.status === 401 || response.status === 403)
      throw new BadInput(
        'credentials',
        `${realm.host} gives no token (${response.status}): the credentials are wrong or have expired. Renew the secret (${this.names}).`,
      );
    const parsed = response.ok ? tokenAnswer.safeParse(await response.json()) : null;
    if (parsed?.success !== true)
      throw new BadInput('credentials', `${realm.host} answered ${response.status} instead of a token.`);
    return `Bearer ${parsed.data}`;
  }

  async #basic(): Promise<string | null> {
    const { username, password } = this.#settings;
    if (username === undefined) return null;
    const secret = password === undefined ? '' : await this.#secret(password);
    return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
  }
}
