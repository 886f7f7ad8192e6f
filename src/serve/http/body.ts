import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { HttpError } from './httpError.ts';

/** Bytes of JSON that binary tensors follow, in requests and answers (Open Inference Protocol). */
export const jsonLengthHeader = 'inference-header-content-length';
const largestElement = 8;

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) };

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
  async read(request: IncomingMessage): Promise<Buffer> {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (encoding === 'identity') return await this.#bytes(request);
    if (encoding !== 'gzip' && encoding !== 'deflate')
      throw new HttpError(415, `The encoding ${encoding} is not taken; send gzip, deflate or none.`);
    const packed = await this.#bytes(request);
    try {
      return await decoders[encoding](packed, { maxOutputLength: this.#limit });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLarge();
      throw new HttpError(400, `The request is not ${encoding}: ${(error as Error).message}.`);
    }
  }

  #bytes(request: IncomingMessage): Promise<Buffer> {
    if (Number(request.headers['content-length'] ?? 0) > this.#limit) throw this.#tooLarge();
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const end = (): void => {
        this.#held -= size;
        chunks.length = 0;
        size = 0;
      };
      const refuse = (error: HttpError): void => {
        request.pause();
        end();
        reject(error);
      };
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        this.#held += chunk.length;
        if (size > this.#limit) refuse(this.#tooLarge());
        else if (this.#held > underWay * this.#limit) refuse(tooMuch());
        else chunks.push(chunk);
      });
      request.on('end', () => {
        resolve(chunks.length === 1 ? chunks[0]! : joined(chunks, size, tensorsFrom(request)));
        end();
      });
      request.on('error', () => {
        end();
        reject(new HttpError(400, 'The request was cut off.'));
      });
    });
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
