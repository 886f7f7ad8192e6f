import { mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { writeFailure } from '../workspace/atomic.ts';

/**
 * Has a Parquet file written in a folder beside its place, and moved there when it is whole. When the work
 * fails or is cancelled (the engine is killed), what was there before stands and nothing else stays.
 * @param out absolute path
 * @throws BadInput for another ending, and for a folder that cannot be written to
 */
export async function intoFile<T>(out: string, write: (file: string) => Promise<T>): Promise<T> {
  if (extname(out).toLowerCase() !== '.parquet')
    throw new BadInput('out-file', `\`${out}\` is no Parquet file: end its name in \`.parquet\`.`);
  const folder = await mkdtemp(join(dirname(out), '.slipway-out-')).catch((error: unknown) => {
    throw writeFailure(error, out);
  });
  try {
    const file = join(folder, basename(out));
    const result = await write(file);
    await rename(file, out);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
