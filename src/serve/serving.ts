import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { BadInput } from '../core/failure.ts';

const share = z.number().min(0).max(1);

export const servedVersion = z.object({
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().nullable().describe('The version name that was resolved to the digest'),
  weight: share.describe('Share of the requests'),
  shadow: share
    .optional()
    .describe("Share of the other versions' requests that are copied to it; its answers are only compared"),
  explain: z
    .string()
    .min(1)
    .optional()
    .describe('File beside serving.json with the background that explanations compare with'),
});

const servedModel = z.object({
  model: z.string().min(1).describe('The name in /v2/models/<name>'),
  versions: z.array(servedVersion),
});

export const batchSettings = z
  .strictObject({
    rows: z.number().int().min(1).max(1_000_000).default(1024).describe('Rows that one run takes at most'),
    delay: z
      .number()
      .min(0)
      .max(1000)
      .default(0)
      .describe('Milliseconds a request may wait for others, while others are coming'),
  })
  .describe('How requests are joined into one run');

export const sampleSettings = z
  .strictObject({
    share: share.describe('Share of the answered requests that are written down'),
    redact: z
      .array(z.string())
      .default([])
      .describe(
        'Inputs, columns and outputs whose values are left out; with a name that a version has not, so are its inputs whose columns have no names',
      ),
    megabytes: z.number().min(0.001).max(10_000).default(16).describe('Size at which a file is closed'),
    keep: z.number().int().min(1).max(10_000).default(8).describe('Closed files that are kept, a process'),
  })
  .describe('Inputs and predictions written down for monitoring, in samples/ beside serving.json');

/**
 * serving.json: what a server shall serve. The server makes what it has loaded equal to it, and follows it
 * when it changes. Requests without a version are shared out by the weights; weight 0 is loaded in the dark,
 * asked only by its own name.
 */
export const serving = z.object({
  schema: z.literal('slipway/serving@1'),
  ...servedModel.shape,
  others: z
    .array(servedModel)
    .optional()
    .describe('Further models. Contracts that name no model ask the first'),
  batch: batchSettings.optional(),
  samples: sampleSettings.optional(),
});
export type Serving = z.infer<typeof serving>;
export type ServedModel = z.infer<typeof servedModel>;
export type ServedVersion = z.infer<typeof servedVersion>;
export type BatchSettings = z.infer<typeof batchSettings>;
export type SampleSettings = z.infer<typeof sampleSettings>;

export const servingFile = 'serving.json';

/** All models of a server, the first one first. */
export function modelsOf({ model, versions, others = [] }: Serving): readonly ServedModel[] {
  return [{ model, versions }, ...others];
}

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
  const names = modelsOf(parsed.data).map(({ model }) => model);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined)
    throw new BadInput('malformed-serving', `${file} names the model ${twice} twice. Name each once.`);
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
