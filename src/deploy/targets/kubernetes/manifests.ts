import type { Serving } from '../../../serve/serving.ts';
import type { KubeObject } from './cluster.ts';
import { labelsOf } from './labels.ts';
import { tlsSecretOf, tokenEnv } from './secrets.ts';
import type { KubernetesSettings } from './settings.ts';
import { backgroundFile } from './storage.ts';

export const servingKey = 'serving.json';
export const port = 8080;
/** In the annotations of the pods: the digests whose bytes they hold. */
export const heldBy = 'slipway/digests';
/** In the annotations of the pods: which state of the Secrets they were started with, since a server reads them once. */
export const startedWith = 'slipway/secrets';
const modelsAt = '/mnt/models';
const tlsAt = '/etc/slipway-tls';

export interface ManifestParts {
  readonly name: string;
  readonly settings: KubernetesSettings;
  /** Versions that every pod fetches before it starts. */
  readonly digests: readonly string[];
  /** The address of a version in the store, as the container that fetches takes it. */
  readonly addressOf: (digest: string) => string;
  /** Another word whenever the Secrets are others; empty without any. */
  readonly secrets: string;
}

/**
 * The pods: each fetches the versions, and the server follows the serving file that the config map holds. A
 * change of shares touches the config map alone, so that no pod starts anew for it.
 */
export function deployment({ name, settings, digests, addressOf, secrets }: ManifestParts): KubeObject {
  const { image, fetchImage, serviceAccount, storeSecret, resources, replicas } = settings;
  const tls = tlsSecretOf(name, settings);
  const labels = labelsOf(name);
  const safe = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
  const asked = { requests: { ...resources }, limits: { memory: resources.memory } };
  // Health is asked without a token; a kubelet looks at no certificate.
  const scheme = tls === null ? 'HTTP' : 'HTTPS';
  const probe = (path: string): object => ({
    ...{ httpGet: { path, port, scheme }, periodSeconds: 2, timeoutSeconds: 2 },
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      // An autoscaler owns the number of pods.
      ...(replicas.max === undefined ? { replicas: replicas.min } : {}),
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: {
          labels,
          annotations: {
            [heldBy]: digests.join(' '),
            ...(secrets === '' ? {} : { [startedWith]: secrets }),
          },
        },
        spec: {
          ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
          terminationGracePeriodSeconds: 30,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65_532,
            fsGroup: 65_532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          initContainers: digests.map(digest => ({
            name: `fetch-${digest.slice(0, 12)}`,
            image: fetchImage,
            args: [addressOf(digest), `${modelsAt}/models/${digest}`],
            ...(storeSecret === undefined ? {} : { envFrom: [{ secretRef: { name: storeSecret } }] }),
            resources: asked,
            securityContext: safe,
            volumeMounts: [{ name: 'models', mountPath: modelsAt }],
          })),
          containers: [
            {
              name: 'server',
              image,
              args: [
                ...['--dir', modelsAt, '--serving', `/etc/slipway/${servingKey}`],
                ...['--host', '0.0.0.0', '--port', String(port), '--log', 'json'],
                // Whoever reaches a pod over the network names it as they please.
                ...['--allowed-hosts', '*'],
                ...(tls === null ? [] : ['--tls-cert', `${tlsAt}/tls.crt`, '--tls-key', `${tlsAt}/tls.key`]),
              ],
              ...(settings.token === undefined ? {} : { env: [tokenEnv(name)] }),
              ports: [{ name: 'http', containerPort: port }],
              readinessProbe: probe('/v2/health/ready'),
              livenessProbe: { ...probe('/v2/health/live'), periodSeconds: 10, failureThreshold: 6 },
              resources: asked,
              securityContext: safe,
              volumeMounts: [
                { name: 'models', mountPath: modelsAt, readOnly: true },
                { name: 'serving', mountPath: '/etc/slipway', readOnly: true },
                ...(tls === null ? [] : [{ name: 'tls', mountPath: tlsAt, readOnly: true }]),
              ],
            },
          ],
          volumes: [
            { name: 'models', emptyDir: {} },
            { name: 'serving', configMap: { name } },
            ...(tls === null ? [] : [{ name: 'tls', secret: { secretName: tls, defaultMode: 0o440 } }]),
          ],
        },
      },
    },
  };
}

export function configMap(name: string, serving: Serving): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: labelsOf(name) },
    data: { [servingKey]: `${JSON.stringify(serving, null, 2)}\n` },
  };
}

/** Of the container, the rows that explanations of a version compare with. */
export function backgroundAt(digest: string): string {
  return `${modelsAt}/models/${digest}/${backgroundFile}`;
}

export function service(name: string, settings: KubernetesSettings): KubeObject {
  const word = tlsSecretOf(name, settings) === null ? 'http' : 'https';

  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      selector: { ...labelsOf(name) },
      ports: [{ name: word, port: word === 'http' ? 80 : 443, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/** null: the number of pods is fixed. */
export function autoscaler(name: string, { replicas }: KubernetesSettings): KubeObject | null {
  const { min, max, cpu } = replicas;
  if (max === undefined) return null;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
        },
      ],
    },
  };
}
