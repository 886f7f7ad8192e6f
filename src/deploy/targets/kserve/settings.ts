import * as z from 'zod';
import { kubernetesSettings, replicas } from '../kubernetes/settings.ts';

const { model, image, storage, credentials, region, name, context, namespace, serviceAccount } =
  kubernetesSettings.shape;
const { resources, manifests, rollout, keep, token, explain } = kubernetesSettings.shape;

/** Settings of a `kserve` target: an InferenceService whose container is our server. */
export const kserveSettings = z
  .strictObject({
    kind: z.literal('kserve'),
    ...{ model, image, storage, credentials, region, context, namespace },
    form: z
      .enum(['standard', 'serverless'])
      .default('standard')
      .describe(
        'How KServe runs it: `standard` (Deployments, once called raw deployment; canaries since KServe 0.20) or `serverless` (Knative).',
      ),
    name: name.describe('The name of the InferenceService; that of the target without it.'),
    serviceAccount: serviceAccount.describe(
      'The service account of the pods, with which KServe reads the store.',
    ),
    replicas: replicas('as many as the fewest without it.')
      .prefault({})
      .describe(
        'How many pods. KServe scales between them; none of its scaling is to nothing, so that a version can be asked.',
      ),
    resources,
    manifests,
    rollout,
    keep,
    ...{ token, explain },
  })
  .describe('A KServe InferenceService in a Kubernetes cluster, with the inference server as its container.');
export type KserveSettings = z.infer<typeof kserveSettings>;
