import * as z from 'zod';
import { answering, explain, keep, rolloutSettings, secretName, tls, token } from '../settings.ts';

const quantity = z.string().regex(/^\d+(\.\d+)?(m|[KMGT]i?)?$/, 'A quantity, such as `500m`, `2` or `1Gi`.');

const pods = z.number().int().min(1).max(1000);

/** How many pods. @param most what there are without a most */
export function replicas(
  most: string,
): z.ZodObject<{ min: z.ZodDefault<z.ZodNumber>; max: z.ZodOptional<z.ZodNumber> }, z.core.$strict> {
  return z.strictObject({
    min: pods.default(1).describe('The fewest pods.'),
    max: pods.optional().describe(`The most pods; ${most}`),
  });
}

/** Settings of a `kubernetes` target: a Deployment of our server, with a Service and an autoscaler. */
export const kubernetesSettings = z
  .strictObject({
    kind: z.literal('kubernetes'),
    model: z.string().min(1).describe('The model this target serves, by its name under `models`.'),
    image: z
      .string()
      .min(1)
      .describe('The image of the inference server, fully qualified and best by digest. It holds no model.'),
    storage: z
      .string()
      .regex(/^(s3|as|gs):\/\//, 'An object store: `s3://`, `as://` or `gs://`.')
      .describe(
        'Where pods fetch the models from: `s3://bucket/path`, `as://account/container/path` or `gs://bucket/path`. A deployment uploads them there.',
      ),
    credentials: secretName
      .optional()
      .describe(
        "The name of the secret for uploading to the store, as of a `triton` target; without it, the cloud's own chain.",
      ),
    region: z.string().min(1).optional().describe('Region of an S3 bucket; without it, that of the profile.'),
    name: z
      .string()
      .regex(/^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$/, 'Small letters, digits and `-`, at most 42.')
      .optional()
      .describe('The name of what is made in the cluster; that of the target without it.'),
    context: z
      .string()
      .min(1)
      .optional()
      .describe('The context of the kubeconfig; the current one without it.'),
    namespace: z.string().min(1).default('default').describe('The namespace. It must exist.'),
    serviceAccount: z
      .string()
      .min(1)
      .optional()
      .describe('The service account of the pods, which may read the store.'),
    storeSecret: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A Secret of the namespace whose keys become the environment of the container that fetches, such as AWS_ACCESS_KEY_ID; without it, the service account must do.',
      ),
    fetchImage: z
      .string()
      .min(1)
      .default('docker.io/kserve/storage-initializer:v0.16.0')
      .describe(
        "The image of the container that fetches a model: KServe's storage initializer, or one that takes its two arguments.",
      ),
    replicas: replicas('without it, there is no autoscaler.')
      .extend({
        cpu: z
          .number()
          .int()
          .min(1)
          .max(100)
          .default(70)
          .describe('Percent of the requested processor time that the autoscaler aims at.'),
      })
      .prefault({})
      .describe('How many pods.'),
    resources: z
      .strictObject({
        cpu: quantity.default('500m').describe('Processor time that a pod asks for.'),
        memory: quantity.default('512Mi').describe('Memory that a pod asks for, and may not exceed.'),
      })
      .prefault({})
      .describe('What a pod asks for.'),
    manifests: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A folder, relative to slipway.yaml, that the manifests of each release are written to, for GitOps. What is applied is what they say.',
      ),
    rollout: rolloutSettings.optional(),
    ...answering,
    explain,
    token,
    // Whoever asks is believed by the cluster: pods are asked through its API server, and probed by kubelets.
    tls: tls.unwrap().omit({ ca: true, client: true }).optional(),
    tlsSecret: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A Secret of type kubernetes.io/tls of the namespace, such as cert-manager keeps; in place of `tls`, of which a deployment makes one.',
      ),
    keep,
  })
  .describe(
    'A Deployment of the inference server in a Kubernetes cluster, with a Service and an autoscaler.',
  );
export type KubernetesSettings = z.infer<typeof kubernetesSettings>;
