import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { RemoteHost } from './remoteHost.ts';
import { waitFor } from '../waiting.ts';

/** The program with the runtime is about 50 MB. */
export const programBytes = 60e6;

/** Copies a folder to a place that is not there yet, in one stream: whole, or not at all under its name. */
export async function uploadFolder(
  host: RemoteHost,
  folder: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name);
        return { path, size: (await stat(path)).size };
      }),
  );
  const partial = `${to}.partial`;
  const archive = pack();
  const write = async (): Promise<void> => {
    for (const { path, size } of files) {
      const name = relative(folder, path).split(sep).join('/');
      await pipeline(createReadStream(path), archive.entry({ name, size, mode: 0o644 }));
    }
    archive.finalize();
  };
  write().catch((error: unknown) => archive.destroy(error as Error));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const options = { signal, ms: waitFor(bytes), input: Readable.from(archive) };
  try {
    await host.must(['sh', '-c', unpack, 'sh', partial], options);
  } finally {
    archive.destroy();
  }
  await host.rename(partial, to, signal);
}

/** What a copy that was cut off left goes first. */
const unpack = 'rm -rf -- "$1" && mkdir -p -- "$1" && tar -xf - -C "$1"';
