import { z } from 'zod';
import { answering, keep, model, rolloutSettings, token } from '../settings.ts';

const pem = z.string().min(1);

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
    explain: z
      .boolean()
      .optional()
      .describe(
        'Whether requests that say `explain` are answered with exact attributions, against the background data of the model (trees, linear models).',
      ),
    token,
    tls: z
      .strictObject({
        cert: pem.describe('Certificate of the server, a PEM file relative to slipway.yaml.'),
        key: pem.describe('Its key.'),
        ca: pem.optional().describe('Authority that deployments believe; without it, those of the system.'),
        client: z
          .strictObject({
            ca: pem.describe('The server takes only clients with a certificate of this authority.'),
            cert: pem.describe('Certificate that deployments show.'),
            key: pem.describe('Its key.'),
          })
          .optional()
          .describe('Certificates of clients.'),
      })
      .optional()
      .describe('HTTPS in place of HTTP.'),
    keepRunning: z
      .boolean()
      .optional()
      .describe('Whether the server outlives the window. From a terminal it does unless this says false.'),
    keep,
    rollout: rolloutSettings.optional(),
  })
  .describe('The inference server as a process on this machine.');
export type LocalSettings = z.infer<typeof localSettings>;
