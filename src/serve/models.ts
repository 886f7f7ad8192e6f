import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { decodeModel } from '../core/onnx/decode.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { modelDigest } from '../engine/model/digest.ts';
import { readExternal, readModel } from '../engine/model/files.ts';
import { modelFile } from './serving.ts';

/** A version's bytes on disk. */
export interface ModelBytes {
  readonly digest: string;
  /** Absolute path of the .onnx file; external data lies beside it. */
  readonly file: string;
}

/** Digests of the versions whose bytes lie below a server's folder. */
export async function presentModels(dir: string): Promise<readonly string[]> {
  const names = await readdir(join(dir, 'models')).catch(() => []);
  const present: string[] = [];
  for (const name of names)
    if (/^[0-9a-f]{64}$/.test(name) && (await exists(modelFile(dir, name)))) present.push(name);
  return present.sort();
}

/**
 * Copies a model and its external data to models/<digest>/, whole or not at all.
 * @returns false when it is there already
 * @throws BadInput when the bytes are not what the digest says
 */
export async function copyModel(dir: string, { digest, file }: ModelBytes): Promise<boolean> {
  const final = dirname(modelFile(dir, digest));
  if (await exists(modelFile(dir, digest))) return false;
  const bytes = await readModel(file);
  const external = await readExternal(file, externalDataOf(decodeModel(bytes)));
  const found = modelDigest(bytes, external);
  if (found !== digest)
    throw new BadInput(
      'digest',
      `\`${file}\` is ${found.slice(0, 12)} now, and ${digest.slice(0, 12)} was asked for. Choose the version again.`,
    );
  const temporary = partialModel(dir, digest);
  await rm(temporary, { recursive: true, force: true });
  try {
    await writeFlushed(join(temporary, 'model.onnx'), bytes);
    for (const part of external) await writeFlushed(join(temporary, part.location), part.bytes);
    await rename(temporary, final);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return true;
}

/** Takes a model's bytes away, and what a copy that was cut off left of them. */
export async function removeModel(dir: string, digest: string): Promise<void> {
  await rm(partialModel(dir, digest), { recursive: true, force: true });
  await rm(dirname(modelFile(dir, digest)), { recursive: true, force: true });
}

function partialModel(dir: string, digest: string): string {
  return join(dir, 'models', `.${digest}.partial`);
}

async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
