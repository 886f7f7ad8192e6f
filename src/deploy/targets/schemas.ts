import { z } from 'zod';
import { batchSettings, sampleSettings } from '../../serve/serving.ts';

const model = z
  .string()
  .min(1)
  .optional()
  .describe('The model this target serves, by its name under `models`; without it, any.');

const keep = z
  .number()
  .int()
  .min(0)
  .max(50)
  .default(3)
  .describe('How many earlier versions stay on the target, ready for a rollback.');

/** How the server answers, wherever it runs. */
const answering = {
  batch: batchSettings.optional(),
  samples: sampleSettings.optional(),
};

/** Settings of a `local` target: the inference server as a process on this machine. */
export const localSettings = z
  .strictObject({
    kind: z.literal('local'),
    port: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .describe('Port the server listens on; 0 takes any free one, a new one at each start.'),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address the server listens on. Anything but loopback lets other machines ask it.'),
    model,
    workers: z
      .number()
      .int()
      .min(0)
      .max(1024)
      .default(1)
      .describe('Processes that answer requests; 0 is one a core.'),
    ...answering,
    keepRunning: z
      .boolean()
      .optional()
      .describe('Whether the server outlives the window. From a terminal it does unless this says false.'),
    keep,
  })
  .describe('The inference server as a process on this machine.');
export type LocalSettings = z.infer<typeof localSettings>;

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

/** The settings of each kind of target, as slipway.yaml holds them under `targets`. */
export const targetSettings = z.discriminatedUnion('kind', [localSettings, folderSettings]);
export type TargetSettings = z.infer<typeof targetSettings>;
