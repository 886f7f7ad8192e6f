import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { checkServerIdentity } from 'node:tls';
import { BadInput } from '../../core/failure.ts';

/** How a client shows who it is, and whom it believes. */
export interface ClientAccess {
  /** Asked for before each question. */
  readonly token?: () => Promise<string>;
  /** Asked for before each question, so that a certificate that was renewed is believed. */
  readonly tls?: () => ClientTls;
}

/** PEM: authorities that are believed in place of the system's; a certificate with its key. */
export interface ClientTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whom the server's certificate must name, when that is not where it is asked, such as through a tunnel. */
  readonly name?: string;
}

export interface Question {
  readonly method?: 'GET' | 'POST';
  /** JSON. */
  readonly body?: string;
  /** Milliseconds. */
  readonly limit: number;
}

export interface Reply {
  readonly status: number;
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Asks over HTTP or HTTPS. fetch cannot be given an authority or a certificate without a library of its own.
 * @throws BadInput `unreachable`, `unbelieved` (the certificate), `no-answer` (too late), `not-allowed` (401, 403)
 */
export async function ask(
  url: string,
  { method = 'GET', body, limit }: Question,
  access: ClientAccess,
  signal: AbortSignal,
): Promise<Reply> {
  const late = AbortSignal.timeout(limit);
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (access.token !== undefined) headers.authorization = `Bearer ${await access.token()}`;
  try {
    const response = await send(
      url,
      { method, headers, signal: AbortSignal.any([signal, late]), agent: false, ...tlsOptions(access) },
      body,
    );
    const status = response.statusCode ?? 0;
    const reply = { status, ok: status >= 200 && status < 300, text: await text(response) };
    if (status === 401 || status === 403)
      throw new BadInput(
        'not-allowed',
        `${new URL(url).origin} does not let us in (${status}${access.token === undefined ? ': it asks for a token' : ''}). Set the secret that \`token\` names anew.`,
      );
    return reply;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof BadInput ? error : failure(url, error, late.aborted ? limit : null);
  }
}

function tlsOptions({ tls }: ClientAccess): RequestOptions {
  const { name, ...pem } = tls?.() ?? {};
  if (name === undefined) return pem;
  return {
    ...pem,
    // An address is no server name.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  };
}

async function send(
  url: string,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options, resolve);
    request.once('error', reject);
    request.end(body);
  });
}

function failure(url: string, error: unknown, late: number | null): BadInput {
  const { origin } = new URL(url);
  if (late !== null) return new BadInput('no-answer', `${origin} did not answer within ${late / 1000} s.`);
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (/CERT|SIGNED|VERIFY|ALTNAME|ISSUER/.test(code))
    return new BadInput(
      'unbelieved',
      `The certificate of ${origin} is not believed (${message}). Name its authority as \`ca\`.`,
    );
  return new BadInput('unreachable', `${origin} cannot be reached (${code || message}).`);
}
