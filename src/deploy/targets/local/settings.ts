import * as z from 'zod';
import { access, answering, explain, keep, model, rolloutSettings, workers } from '../settings.ts';

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
    workers,
    ...answering,
    explain,
    ...access,
    keepRunning: z
      .boolean()
      .optional()
      .describe('Whether the server outlives the window. From a terminal it does unless this says false.'),
    keep,
    rollout: rolloutSettings.optional(),
  })
  .describe('The inference server as a process on this machine.');
export type LocalSettings = z.infer<typeof localSettings>;
