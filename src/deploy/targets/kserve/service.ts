import * as z from 'zod';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { labelsOf } from '../kubernetes/labels.ts';
import { heldBy, startedWith } from '../kubernetes/manifests.ts';
import { tokenEnv } from '../kubernetes/secrets.ts';
import { podAddress } from '../kubernetes/storage.ts';
import type { KserveSettings } from './settings.ts';
import type { Form, Split } from './split.ts';

/** Where KServe puts what it fetches. */
const modelsAt = '/mnt/models';
/** KServe's own name for the container that it fetches the model for. */
export const container = 'kserve-container';
const storageUri = 'STORAGE_URI';
export const port = 8080;
/** Of an InferenceService without Knative's memory of it: the version that has what the canary does not. */
const stableMark = 'slipway/stable';

const annotation = { mode: 'serving.kserve.io/deploymentMode', tags: 'serving.kserve.io/enable-tag-routing' };
/** KServe's words for its two ways, and the older ones that its status may still say. */
export const modes: Readonly<Record<Form, readonly [string, string]>> = {
  standard: ['Standard', 'RawDeployment'],
  serverless: ['Knative', 'Serverless'],
};

export interface ServiceParts {
  readonly name: string;
  readonly settings: KserveSettings;
  /** Another word whenever the token is another; empty without one, and where it is not known. */
  readonly secrets: string;
}

/** Labels that KServe gives all pods of an InferenceService. */
export function podLabels(name: string): Readonly<Record<string, string>> {
  return { 'serving.kserve.io/inferenceservice': name };
}

/** The name of a predictor, which becomes part of the name of its Deployment. */
export function predictorName(digest: string): string {
  return `v-${digest.slice(0, 12)}`;
}

/**
 * The InferenceService. Its pods hold one version each: KServe fetches the version's folder of the store, with
 * the serving.json that is in it.
 * @see https://kserve.github.io/website/docs/model-serving/predictive-inference/rollout-strategies/canary
 */
export function inferenceService(parts: ServiceParts, { stable, canary }: Split): KubeObject {
  const { name, settings } = parts;
  const { form, replicas } = settings;
  const scale = { minReplicas: replicas.min, maxReplicas: replicas.max ?? replicas.min };
  const object = (more: object, spec: object): KubeObject => ({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      name,
      labels: labelsOf(name),
      annotations: { [annotation.mode]: modes[form][0], ...more },
    },
    spec,
  });
  if (form === 'standard') {
    const named = (digest: string): object => ({
      name: predictorName(digest),
      ...predictor(parts, digest),
    });
    const canaries =
      canary === null
        ? {}
        : {
            canary: [
              {
                trafficPercent: canary.percent,
                // Of itself, KServe gives a canary without requests no pods either.
                predictor: { ...named(canary.digest), minReplicas: 1 },
              },
            ],
          };
    return object({}, { predictor: { ...named(stable), ...scale }, ...canaries });
  }
  // A revision that a tag names keeps its pods while it has no requests.
  const tags = { [annotation.tags]: 'true' };
  const newest = { ...predictor(parts, canary?.digest ?? stable), ...scale };
  if (canary === null) return object(tags, { predictor: newest });
  return object(
    { ...tags, [stableMark]: stable },
    { predictor: { ...newest, canaryTrafficPercent: canary.percent } },
  );
}

/** What the pods of a version are made of, and their annotations. */
export function predictor(
  { name, settings, secrets }: ServiceParts,
  digest: string,
): { readonly annotations: Readonly<Record<string, string>>; readonly [part: string]: unknown } {
  const { image, storage, serviceAccount, resources, token } = settings;
  return {
    // A server reads its token once.
    annotations: { [heldBy]: digest, ...(secrets === '' ? {} : { [startedWith]: secrets }) },
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
    containers: [
      {
        name: container,
        image,
        args: [
          ...['--dir', modelsAt, '--host', '0.0.0.0', '--port', String(port), '--log', 'json'],
          ...['--allowed-hosts', '*'],
        ],
        env: [
          { name: storageUri, value: podAddress(storage, name, digest) },
          ...(token === undefined ? [] : [tokenEnv(name)]),
        ],
        ports: [{ containerPort: port, protocol: 'TCP' }],
        readinessProbe: { httpGet: { path: '/v2/health/ready', port }, periodSeconds: 2, timeoutSeconds: 2 },
        resources: { requests: { ...resources }, limits: { memory: resources.memory } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 65_532,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}

const held = z.object({
  name: z.string().optional(),
  canaryTrafficPercent: z.number().optional(),
  containers: z
    .array(
      z.object({
        name: z.string().optional(),
        env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
      }),
    )
    .default([]),
});
const spec = z.object({
  predictor: held,
  canary: z.array(z.object({ trafficPercent: z.number(), predictor: held })).default([]),
});

/** What an InferenceService asks for, whoever wrote it; null when it names no version of ours. */
export function splitOf(object: KubeObject): Split | null {
  const parsed = spec.safeParse(object['spec']).data;
  if (parsed === undefined) return null;
  const { predictor: main, canary: canaries } = parsed;
  const newest = digestOf(main);
  if (newest === null) return null;
  const [canary] = canaries;
  if (canary !== undefined) {
    const digest = digestOf(canary.predictor);
    return { stable: newest, canary: digest === null ? null : { digest, percent: canary.trafficPercent } };
  }
  const stable = object.metadata.annotations?.[stableMark];
  if (main.canaryTrafficPercent === undefined || stable === undefined)
    return { stable: newest, canary: null };
  return { stable, canary: { digest: newest, percent: main.canaryTrafficPercent } };
}

/** By the address that its bytes are fetched from. */
function digestOf({ containers }: z.infer<typeof held>): string | null {
  const env = containers.flatMap(({ env: own }) => own);
  const uri = env.find(({ name }) => name === storageUri)?.value ?? '';
  return /\/([0-9a-f]{64})\/?$/.exec(uri)?.[1] ?? null;
}
