import * as z from 'zod';
import { batchSettings } from '../../../serve/serving.ts';
import { keep, secretName } from '../settings.ts';

/** Settings of a `triton` target: a model repository that Triton Inference Server reads. */
export const tritonSettings = z
  .strictObject({
    kind: z.literal('triton'),
    repository: z
      .string()
      .min(1)
      .describe(
        'The model repository, as `tritonserver --model-repository` takes it: a folder relative to slipway.yaml, `s3://bucket/path`, `s3://https://host:port/bucket/path`, `as://account/container/path` or `gs://bucket/path`.',
      ),
    model: z.string().min(1).describe('The model this target serves, by its name under `models`.'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]*$/, 'A letter or digit, then letters, digits, `.`, `_` and `-`.')
      .optional()
      .describe('Its name in the repository; that of the model without it.'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Where a Triton with this repository answers HTTP: it is told to load the version and asked for golden inputs. Without it, the bytes are pulled back and asked here.',
      ),
    credentials: secretName
      .optional()
      .describe(
        "The name of the secret for the store: `ACCESS_KEY_ID:SECRET_ACCESS_KEY` of S3, a connection string of Azure, a service account's JSON key of Google Cloud. Without it, the cloud's own chain: environment, profile, workload identity.",
      ),
    region: z.string().min(1).optional().describe('Region of an S3 bucket; without it, that of the profile.'),
    batch: batchSettings
      .optional()
      .describe(
        'How Triton joins requests, of models that leave the first dimension open; 64 rows without it.',
      ),
    config: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A file with further fields for config.pbtxt, such as `instance_group` or `optimization`, relative to slipway.yaml.',
      ),
    keep,
  })
  .describe('A Triton model repository in a folder, on S3, Azure Blob Storage or Google Cloud Storage.');
export type TritonSettings = z.infer<typeof tritonSettings>;
