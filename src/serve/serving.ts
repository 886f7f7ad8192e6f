import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { BadInput } from '../core/failure.ts';

/**
 * serving.json: what a server shall serve. The server makes what it has loaded equal to it, and follows it
 * when it changes. Requests without a version are shared out by the weights; weight 0 is loaded in the dark,
 * asked only by its own name.
 */
export const serving = z.object({
  schema: z.literal('slipway/serving@1'),
  model: z.string().min(1).describe('The name in /v2/models/<name>'),
  versions: z.array(
    z.object({
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      name: z.string().nullable().describe('The version name that was resolved to the digest'),
      weight: z.number().min(0).max(1).describe('Share of the requests'),
    }),
  ),
});
export type Serving = z.infer<typeof serving>;
export type ServedVersion = Serving['versions'][number];

export const servingFile = 'serving.json';

/** Where a version's .onnx file lies below the server's folder; external data lies beside it. */
export function modelFile(dir: string, digest: string): string {
  return join(dir, 'models', digest, 'model.onnx');
}

/** @returns null when there is no such file */
export async function readServing(file: string): Promise<Serving | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const parsed = serving.safeParse(parseJson(file, text));
  if (!parsed.success)
    throw new BadInput(
      'malformed-serving',
      `${file} is not a serving file: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}

/** Puts it in place in one act: a reader sees the old or the new, never a part. */
export async function writeServing(file: string, value: Serving): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInput('malformed-serving', `${file} is not JSON: ${(error as Error).message}`);
  }
}
