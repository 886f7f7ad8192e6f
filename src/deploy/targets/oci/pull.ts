import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import { copyModel } from '../../../serve/models.ts';
import { waitFor } from '../waiting.ts';
import type { Distribution } from './distribution.ts';
import { readModelManifest } from './modelPack.ts';

/**
 * Fetches a model by tag or manifest digest to models/<digest>/ below a folder, as the server reads it. Every
 * blob must be what its digest says, and all files together what the model's digest says.
 * @throws BadInput `not-there`, `damaged`, `digest`
 */
export async function pullModel(
  registry: Distribution,
  reference: string,
  dir: string,
  signal: AbortSignal,
): Promise<{ readonly digest: string }> {
  const stored = await registry.manifest(reference, signal);
  const found = stored === null ? null : readModelManifest(stored.bytes);
  const main = found?.files[0];
  if (found === null || main === undefined)
    throw new BadInput('not-there', `${registry.host} has no model under ${reference}. Deploy it again.`);
  const partial = join(dir, '.pulled');
  const limit = AbortSignal.any([
    signal,
    AbortSignal.timeout(found.files.reduce((sum, { size }) => sum + waitFor(size), 0)),
  ]);
  await rm(partial, { recursive: true, force: true });
  try {
    for (const { location, digest, size } of found.files) {
      const file = join(partial, location);
      await mkdir(dirname(file), { recursive: true });
      await registry.fetchBlob(digest, size, file, limit);
    }
    await copyModel(dir, { digest: found.digest, file: join(partial, main.location) });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return { digest: found.digest };
}
