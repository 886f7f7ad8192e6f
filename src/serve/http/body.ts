import type { IncomingMessage } from 'node:http';
import { gunzip, inflate } from 'node:zlib';
import { HttpError } from './httpError.ts';

/** Bytes of JSON that binary tensors follow, in requests and answers (Open Inference Protocol). */
export const jsonLengthHeader = 'inference-header-content-length';
const largestElement = 8;

const decoders = { gzip: gunzip, deflate: inflate };

/** Bodies of the largest size that may be under way at once, and kept in memory meanwhile. */
const underWay = 16;

/** Takes the bodies of requests in, within a limit for each and one for all that are not complete. */
export class Bodies {
  readonly #limit: number;
  #held = 0;

  /** @param limit bytes that one may have, packed and unpacked */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * A request's bytes, unpacked when its `content-encoding` is gzip or deflate.
   * @throws HttpError 413 beyond the limit, 415 for another encoding, 400 when it was cut off, 503 when too much
   *   is under way
   */
  read(request: IncomingMessage): Promise<Buffer> {
    return new Promise((resolve, reject) => this.take(request, resolve, reject));
  }

  /** The same, told by calls: a promise for each request would cost what a prediction costs. */
  take(request: IncomingMessage, taken: (body: Buffer) => void, refused: (error: HttpError) => void): void {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (encoding === 'identity') {
      this.#bytes(request, taken, refused);
      return;
    }
    if (encoding !== 'gzip' && encoding !== 'deflate') {
      refused(new HttpError(415, `The encoding ${encoding} is not taken; send gzip, deflate or none.`));
      return;
    }
    const unpack = (packed: Buffer): void => {
      decoders[encoding](packed, { maxOutputLength: this.#limit }, (error, body) => {
        if (error === null) taken(body);
        else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') refused(this.#tooLarge());
        else refused(new HttpError(400, `The request is not ${encoding}: ${error.message}.`));
      });
    };
    this.#bytes(request, unpack, refused);
  }

  #bytes(request: IncomingMessage, taken: (body: Buffer) => void, refused: (error: HttpError) => void): void {
    if (Number(request.headers['content-length'] ?? 0) > this.#limit) {
      refused(this.#tooLarge());
      return;
    }
    // null when it was taken or refused: what still comes is let go.
    let chunks: Buffer[] | null = [];
    let size = 0;
    const refuse = (error: HttpError): void => {
      if (chunks === null) return;
      request.pause();
      chunks = null;
      this.#held -= size;
      refused(error);
    };
    request.on('data', (chunk: Buffer) => {
      if (chunks === null) return;
      size += chunk.length;
      this.#held += chunk.length;
      if (size > this.#limit) refuse(this.#tooLarge());
      else if (this.#held > underWay * this.#limit) refuse(tooMuch());
      else chunks.push(chunk);
    });
    request.on('end', () => {
      if (chunks === null) return;
      const body = chunks.length === 1 ? chunks[0]! : joined(chunks, size, tensorsFrom(request));
      chunks = null;
      this.#held -= size;
      taken(body);
    });
    request.on('error', () => refuse(new HttpError(400, 'The request was cut off.')));
  }

  #tooLarge(): HttpError {
    return new HttpError(413, `The request is larger than ${this.#limit} bytes.`, { connection: 'close' });
  }
}

function tooMuch(): HttpError {
  return new HttpError(503, 'The server is taking in as many bytes as it can hold.', {
    'retry-after': '1',
    connection: 'close',
  });
}

/** Where binary tensors begin in the body of an infer request; 0 when it has none. */
function tensorsFrom({ headers }: IncomingMessage): number {
  const length = Number(headers[jsonLengthHeader]);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

/** One buffer of all chunks in which byte `aligned` lies so that any typed array can begin there. */
function joined(chunks: readonly Buffer[], size: number, aligned: number): Buffer {
  const before = (largestElement - (aligned % largestElement)) % largestElement;
  const buffer = Buffer.allocUnsafeSlow(before + size);
  let at = before;
  for (const chunk of chunks) at += chunk.copy(buffer, at);
  return buffer.subarray(before);
}
