import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { HttpError } from './httpError.ts';

export interface AccessOptions {
  /** Address that is listened on. */
  readonly host: string;
  /** Further names the Host header may have; `*` allows any. */
  readonly allowedHosts: readonly string[];
  /** What `Authorization: Bearer` must carry; null: nothing. */
  readonly token: string | null;
}

/**
 * Carries what `Authorization` would, for those who ask through a proxy that takes that header for itself, as
 * the API server of Kubernetes does.
 */
export const throughProxy = 'slipway-authorization';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Whether only this machine can ask. */
export function isLoopback(host: string): boolean {
  return loopback.includes(host) || host === '::1';
}

/** Who may ask. */
export class Access {
  readonly #allows: (name: string) => boolean;
  readonly #token: Buffer | null;
  #known = new Set<string>();

  constructor(options: AccessOptions) {
    this.#allows = hostRule(options);
    this.#token = options.token === null ? null : sha256(options.token);
  }

  /**
   * @param open true where no token is asked for
   * @throws HttpError 400, 421, 403, 401
   */
  check({ headers, rawHeaders, httpVersion, url = '' }: IncomingMessage, open: boolean): void {
    // Who stands before this server may have gone by another one than the first, which Node takes (RFC 9112, 3.2).
    if (hasTwoHosts(rawHeaders)) throw new HttpError(400, 'The request has more than one Host header.');
    // What a whole URL names stands above the header.
    const whole = url.startsWith('/') ? null : /^https?:\/\/([^/?#]*)/i.exec(url);
    const host = whole?.[1] ?? headers.host;
    if (host === undefined && httpVersion !== '1.0')
      throw new HttpError(400, 'The request has no Host header.');
    this.#checkHost(host ?? '');
    if (headers.origin !== undefined && !this.#allowsName(headers.origin.replace(/^[a-z]+:\/\//, '')))
      throw new HttpError(403, 'Pages of another site may not ask this server.');
    if (open || this.#token === null) return;
    const through = headers[throughProxy];
    this.#checkToken(headers.authorization ?? (typeof through === 'string' ? through : ''));
  }

  /** A page of another site must not reach a loopback server through a name it controls. */
  #checkHost(host: string): void {
    if (this.#known.has(host)) return;
    if (!this.#allowsName(host))
      throw new HttpError(421, 'This server does not answer under that host name.');
    if (this.#known.size > 100) this.#known.clear();
    this.#known.add(host);
  }

  #allowsName(host: string): boolean {
    const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1];
    return name !== undefined && this.#allows(name.toLowerCase());
  }

  #checkToken(authorization: string): void {
    const given = /^Bearer +(.+)$/i.exec(authorization)?.[1];
    if (given === undefined)
      throw new HttpError(401, 'Send the header `Authorization: Bearer TOKEN`.', {
        'www-authenticate': 'Bearer',
      });
    if (!timingSafeEqual(sha256(given.trim()), this.#token!))
      throw new HttpError(401, 'The bearer token is not the one of this server.', {
        'www-authenticate': 'Bearer error="invalid_token"',
      });
  }
}

/** @param raw names and values in turn, as they were sent */
function hasTwoHosts(raw: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostRule({ host, allowedHosts }: AccessOptions): (name: string) => boolean {
  const known = new Set([...loopback, ...allowedHosts.map(name => name.toLowerCase())]);
  if (known.has('*')) return () => true;
  if (isLoopback(host)) return name => known.has(name);
  // Asked to listen for others: by this machine's names and by address, which no foreign name can stand for.
  known.add(host.toLowerCase()).add(hostname().toLowerCase());
  return name => known.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
