import * as z from 'zod';
import { batchSettings, sampleSettings } from '../../serve/serving.ts';

/** Settings that several kinds of target share. */

export const model = z
  .string()
  .min(1)
  .optional()
  .describe('The model this target serves, by its name under `models`; without it, any.');

export const keep = z
  .number()
  .int()
  .min(0)
  .max(50)
  .default(3)
  .describe('How many earlier versions stay on the target, ready for a rollback.');

/** What is secret is named, never written down: the editor keeps it, a terminal has it in its environment. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'A secret has the name of an environment variable.');

/** A version beside those that answer. */
export const shadow = z
  .strictObject({
    version: z.string().min(1).describe('The version, such as `2.0.0`, of the model that is deployed.'),
    share: z.number().gt(0).max(1).default(1).describe('Share of the requests that are copied to it.'),
  })
  .describe(
    'A version that is asked copies of the requests while the server is idle. Its answers are compared with those that were given, counted, and thrown away.',
  );

/** How our server listens, wherever it runs. */
export const workers = z
  .number()
  .int()
  .min(0)
  .max(1024)
  .default(1)
  .describe('Processes that answer requests; 0 is one a core.');
export const allowedHosts = z
  .array(z.string().min(1))
  .default([])
  .describe('Further host names that the server answers under.');

/** How our server answers, wherever it runs. */
export const answering = {
  batch: batchSettings.optional(),
  samples: sampleSettings.optional(),
  shadow: shadow.optional(),
};

/** Whether answers come with attributions where a request asks for them. */
export const explain = z
  .boolean()
  .optional()
  .describe(
    'Whether requests that say `explain` are answered with exact attributions, against the background data of the model (trees, linear models).',
  );

/** The secret with which a server is asked; where it comes from is no matter of slipway.yaml. */
export const token = secretName
  .optional()
  .describe(
    'Name of the secret that requests must carry as a bearer token: set with "Slipway: Set Secret" in the editor, an environment variable of that name in a terminal.',
  );

const pem = z.string().min(1);

/** The certificates of a server and of those who ask it: files of this machine. */
export const tls = z
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
  .describe('HTTPS in place of HTTP.');

/** Who may ask our server, wherever it runs. */
export const access = { token, tls };
export type AccessSettings = z.infer<z.ZodObject<typeof access>>;

const share = z.number().min(0).max(1);

/** How a canary goes on, of targets whose versions can share the requests. */
export const rolloutSettings = z
  .strictObject({
    steps: z
      .array(z.number().gt(0).lt(1))
      .min(1)
      .max(20)
      .default([0.05, 0.25, 0.5])
      .refine(steps => steps.every((step, place) => place === 0 || step > steps[place - 1]!), {
        message: 'Each share must be larger than the one before.',
      })
      .describe('Shares of the requests that the new version gets, one after the other, before it gets all.'),
    interval: z
      .number()
      .min(0.01)
      .max(10_080)
      .default(10)
      .describe('Minutes that the versions are compared at each share.'),
    patience: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(2)
      .describe('Further intervals to wait when the counts do not decide yet; after them the canary pauses.'),
    requests: z
      .number()
      .int()
      .min(1)
      .default(500)
      .describe('The fewest requests that both versions must have had for a decision.'),
    success: z
      .strictObject({
        min: share.default(0.99).describe('The least share of requests that the new version answers.'),
        worse: share
          .default(0.01)
          .describe('How much smaller that share may be than that of the version it replaces.'),
      })
      .prefault({})
      .describe('Requests answered.'),
    latency: z
      .strictObject({
        quantile: z.number().gt(0).lt(1).default(0.99).describe('The quantile that is looked at.'),
        max: z
          .number()
          .gt(0)
          .optional()
          .describe('The most milliseconds at that quantile; without it, only the comparison counts.'),
        worse: share
          .default(0.02)
          .describe(
            'How many more of its requests (a share) may be slower than that quantile of the version it replaces.',
          ),
      })
      .prefault({})
      .describe('Time to answer.'),
  })
  .describe('How `slipway deploy --canary` goes from share to share.');
export type RolloutSettings = z.infer<typeof rolloutSettings>;
