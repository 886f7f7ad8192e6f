import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Packed } from '../../../protocol/pack.ts';
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

/** The mark of a version whose files these are. @throws BadInput when Triton cannot carry the model */
export function markOf(
  digest: string,
  name: string | null,
  { files, facts }: Packed,
  batching: Batching,
): VersionMark {
  return {
    schema: 'slipway/triton-version@1',
    digest,
    name,
    signature: signatureOf(facts, batching),
    files: files.map(({ path, sha256: own }) => ({ path, sha256: own })),
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
