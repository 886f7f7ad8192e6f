import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { BadInput } from '../../core/failure.ts';

/** How a client shows who it is, and whom it believes. */
export interface ClientAccess {
  /** Asked for before each question. */
  readonly token?: () => Promise<string>;
  /** PEM: authorities that are believed in place of the system's; a certificate with its key. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
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
      { method, headers, signal: AbortSignal.any([signal, late]), agent: false, ...access.tls },
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
