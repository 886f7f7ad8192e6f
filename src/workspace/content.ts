import { createReadStream, type ReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A file that is read while it is sent, so that it never lies in memory as a whole. */
export interface FileContent {
  /** Absolute path. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

/** What is sent to a place: a few bytes, or a file. */
export type Content = Uint8Array | FileContent;

export function sizeOf(content: Content): number {
  return content instanceof Uint8Array ? content.length : content.size;
}

/** Read anew for each try. */
export function readContent({ file }: FileContent): ReadStream {
  return createReadStream(file, { highWaterMark: 1 << 20 });
}

/** The parts of a question of `fetch` that send it, once. */
export function sending(content: Content): RequestInit {
  // What a model holds lies in plain memory.
  if (content instanceof Uint8Array) return { body: content as Uint8Array<ArrayBuffer> };
  // The types of Node's streams and of fetch's differ in name only.
  const body = Readable.toWeb(readContent(content)) as unknown as ReadableStream<Uint8Array>;
  return { body, duplex: 'half' };
}
