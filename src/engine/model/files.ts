import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import type { ExternalData } from '../../core/onnx/externalData.ts';
import type { ModelFile } from './digest.ts';

/** One protobuf message cannot be larger. */
const largestModel = 2 ** 31 - 1;
const largestRead = 2 ** 30;

/** @throws BadInput when there is no such file or it is larger than ONNX allows */
export async function readModel(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null)
    throw new BadInput('missing-file', `There is no readable file \`${file}\`. Check the path of the model.`);
  try {
    const { size } = await requireRegular(handle, file);
    if (size > largestModel)
      throw new BadInput(
        'model-too-large',
        `\`${file}\` holds ${(size / 2 ** 30).toFixed(1)} GiB; one ONNX file can hold 2 GiB at most. ` +
          'Save the weights as external data.',
      );
    return await readAll(handle, size);
  } finally {
    await handle.close();
  }
}

/**
 * The external data files of a model, each once. Nothing is followed out of the model's folder: no part of
 * the path may be a link, and a file that has a second name elsewhere is refused.
 * @throws BadInput for a link, a missing file, or a tensor that does not fit its file
 */
export async function readExternal(
  modelFile: string,
  tensors: readonly ExternalData[],
): Promise<readonly ModelFile[]> {
  const folder = dirname(modelFile);
  const files: ModelFile[] = [];
  for (const location of new Set(tensors.map(tensor => tensor.location))) {
    const bytes = await readInside(folder, location);
    for (const tensor of tensors) {
      if (tensor.location !== location) continue;
      const end = tensor.offset + tensor.bytes;
      if (end > bytes.length)
        throw new BadInput(
          'external-data',
          `The tensor \`${tensor.tensor}\` ends at byte ${end} of ` +
            `\`${location}\`, which has ${bytes.length}. The file is cut short: fetch it again.`,
        );
    }
    files.push({ location, bytes });
  }
  return files;
}

async function readInside(folder: string, location: string): Promise<Uint8Array> {
  let path = folder;
  for (const part of location.split('/')) {
    path = join(path, part);
    const found = await lstat(path).catch(() => null);
    if (found === null)
      throw new BadInput(
        'external-data',
        `The model keeps weights in \`${location}\`, which does not lie beside it. Put the file there.`,
      );
    if (found.isSymbolicLink())
      throw new BadInput(
        'external-data',
        `The model keeps weights in \`${location}\`, which is a link. Links are not followed: ` +
          'put a copy of the file in its place.',
      );
  }
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size, nlink } = await requireRegular(handle, location);
    if (nlink > 1)
      throw new BadInput(
        'external-data',
        `The model keeps weights in \`${location}\`, which has a second name elsewhere (a hard link). ` +
          'Put a copy of the file in its place.',
      );
    return await readAll(handle, size);
  } finally {
    await handle.close();
  }
}

async function requireRegular(handle: FileHandle, name: string): Promise<{ size: number; nlink: number }> {
  const found = await handle.stat();
  if (!found.isFile()) throw new BadInput('not-a-file', `\`${name}\` is not a file. Choose an .onnx file.`);
  return found;
}

async function readAll(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(largestRead, size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
