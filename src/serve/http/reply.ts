import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Bodies } from './body.ts';
import { HttpError } from './httpError.ts';
import { parseJson } from './json.ts';

/** Answers in JSON, and the refusals that every contract shares. */

/** HEAD is taken where GET is: Node leaves the body out. @throws HttpError 405 */
export function only({ method }: IncomingMessage, wanted: 'GET' | 'POST'): void {
  if (method === wanted || (method === 'HEAD' && wanted === 'GET')) return;
  throw new HttpError(405, `Use ${wanted} here.`, { allow: wanted === 'GET' ? 'GET, HEAD' : wanted });
}

export function notFound(): HttpError {
  return new HttpError(
    404,
    'There is nothing at this path. The protocol begins at /v2; tables go to /invocations.',
  );
}

const small = new Bodies(65_536);

/** A small JSON body; null when there is none. @throws HttpError */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await small.read(request);
  return body.length === 0 ? null : parseJson(body.toString());
}

/** @param url a path, or all of a URL, as one asks a proxy. @returns the decoded parts of its path. @throws HttpError 400 */
export function decodePath(url: string): readonly string[] {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 1)[0]!;
  try {
    return path
      .split('/')
      .filter(part => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw new HttpError(400, 'The path is not a well-formed URL path.');
  }
}

export function send(response: ServerResponse, status: number, value: object): void {
  sendText(response, status, JSON.stringify(value));
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** `{ "error": sentence }`; what is left of the request's body is read away so that the connection can go on. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendText(response, error.status, JSON.stringify({ error: error.message }), error.headers);
  // A too large body is not worth reading: its connection ends.
  if (error.headers.connection === 'close') response.once('finish', () => request.destroy());
  else request.resume();
}

const broken: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too long.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'The chunk extensions are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to come.'],
};

/** Ends a connection whose bytes are no request of HTTP, with the same form of answer. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, sentence] = broken[error.code ?? ''] ?? [
    '400 Bad Request',
    `The request is not HTTP: ${error.message.replace(/^Parse Error: /, '')}.`,
  ];
  const body = JSON.stringify({ error: sentence });
  const head = ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  socket.end(`HTTP/1.1 ${[status, ...head, 'connection: close'].join('\r\n')}\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}
