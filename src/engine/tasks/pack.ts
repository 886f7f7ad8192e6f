import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { decodeModel } from '../../core/onnx/decode.ts';
import { tensorOutputs } from '../../core/onnx/edit.ts';
import { externalDataOf } from '../../core/onnx/externalData.ts';
import { modelFacts } from '../../core/onnx/modelFacts.ts';
import type { Packed, PackedFile, PackRequest } from '../../protocol/pack.ts';
import { modelDigest } from '../model/digest.ts';
import { readExternal, readModel } from '../model/files.ts';

/**
 * Looks a model's files through for a place that they are sent to: that they are what was asked for, how large
 * they are, and their digests.
 * @throws BadInput `digest` when the bytes are not what the digest says; as `readModel` and `readExternal` do
 */
export async function pack({ file, digest, tensorsOnly, dir }: PackRequest): Promise<Packed> {
  const bytes = await readModel(file);
  const proto = decodeModel(bytes);
  const external = await readExternal(file, externalDataOf(proto));
  const found = modelDigest(bytes, external);
  if (found !== digest)
    throw new BadInput(
      'digest',
      `\`${file}\` is ${found.slice(0, 12)} now, and ${digest.slice(0, 12)} was asked for. Choose the version again.`,
    );
  const { bytes: served, changed } = tensorsOnly ? tensorOutputs(bytes) : { bytes, changed: false };
  const model = changed ? join(dir, 'model.onnx') : file;
  if (changed) {
    await mkdir(dir, { recursive: true });
    await writeFile(model, served);
  }
  const files: PackedFile[] = [
    ...external.map(({ location, bytes: part }) => packed(location, join(dirname(file), location), part)),
    packed('model.onnx', model, served),
  ];
  const size = files.reduce((sum, part) => sum + part.size, 0);
  return {
    files,
    facts: modelFacts(changed ? decodeModel(served) : proto, { digest, size, externalFiles: [] }),
  };
}

function packed(path: string, file: string, bytes: Uint8Array): PackedFile {
  return { path, file, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
