import * as z from 'zod';
import { answering, keep, model } from '../settings.ts';

export const bundlePlatforms = [
  'linux-x64',
  'linux-arm64',
  'win32-x64',
  'win32-arm64',
  'darwin-arm64',
] as const;

/** Settings of a `folder` target: a bundle that runs elsewhere with `node server.js`. */
export const folderSettings = z
  .strictObject({
    kind: z.literal('folder'),
    path: z
      .string()
      .min(1)
      .describe(
        'The folder to write, relative to slipway.yaml. It is made when missing, and must be ours or empty.',
      ),
    model,
    ...answering,
    platform: z
      .enum(bundlePlatforms)
      .optional()
      .describe('Where the bundle will run; without it, on a machine like this one.'),
    keep,
  })
  .describe('A self-contained folder that serves the model anywhere with `node server.js`.');
export type FolderSettings = z.infer<typeof folderSettings>;
