import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { HttpError } from './httpError.ts';

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * A request's bytes, unpacked when its `content-encoding` is gzip or deflate.
 * @param limit bytes it may have, packed and unpacked
 * @throws HttpError 413 beyond the limit, 415 for another encoding, 400 when it was cut off
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return await readBytes(request, limit);
  if (encoding !== 'gzip' && encoding !== 'deflate')
    throw new HttpError(415, `The encoding ${encoding} is not taken; send gzip, deflate or none.`);
  const packed = await readBytes(request, limit);
  try {
    return await decoders[encoding](packed, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new HttpError(400, `The request is not ${encoding}: ${(error as Error).message}.`);
  }
}

function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', () => reject(new HttpError(400, 'The request was cut off.')));
  });
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `The request is larger than ${limit} bytes.`, { connection: 'close' });
}
