import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { decodeModel } from '../../../core/onnx/decode.ts';
import { tensorOutputs } from '../../../core/onnx/edit.ts';
import { externalDataOf } from '../../../core/onnx/externalData.ts';
import { modelFacts } from '../../../core/onnx/modelFacts.ts';
import { modelDigest } from '../../../engine/model/digest.ts';
import { readExternal, readModel } from '../../../engine/model/files.ts';
import type { ModelBytes } from '../../../serve/models.ts';
import type { PulledFile } from '../answerHere.ts';
import { signatureOf, type Batching } from './config.ts';

/** Written last beside the files of a version: says that they are complete, and what they are. */
export const versionMark = z.object({
  schema: z.literal('slipway/triton-version@1'),
  digest: z.string(),
  name: z.string().nullable(),
  /** The fields of config.pbtxt that follow from the model. */
  signature: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
});
export type VersionMark = z.infer<typeof versionMark>;

/**
 * What is put in a version's folder: external data first, then the model. Triton carries tensors only: a
 * ZipMap at the end is taken off, as our own server does when it loads the model.
 * @throws BadInput when the bytes are not what the digest says, or Triton cannot carry the model
 */
export async function versionContents(
  { digest, file }: ModelBytes,
  name: string | null,
  batching: Batching,
): Promise<{ readonly files: readonly PulledFile[]; readonly mark: VersionMark }> {
  const bytes = await readModel(file);
  const external = await readExternal(file, externalDataOf(decodeModel(bytes)));
  const found = modelDigest(bytes, external);
  if (found !== digest)
    throw new BadInput(
      'digest',
      `\`${file}\` is ${found.slice(0, 12)} now, and ${digest.slice(0, 12)} was asked for. Choose the version again.`,
    );
  const served = tensorOutputs(bytes).bytes;
  const facts = modelFacts(decodeModel(served), { digest, size: served.length, externalFiles: [] });
  const files = [
    ...external.map(({ location, bytes: part }) => ({ path: location, bytes: part })),
    { path: 'model.onnx', bytes: served },
  ];
  return {
    files,
    mark: {
      schema: 'slipway/triton-version@1',
      digest,
      name,
      signature: signatureOf(facts, batching),
      files: files.map(({ path, bytes: part }) => ({ path, sha256: sha256(part) })),
    },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
