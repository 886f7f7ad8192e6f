import type { Serving } from '../../../serve/serving.ts';
import type { KubeObject } from './cluster.ts';
import type { KubernetesSettings } from './settings.ts';

export const servingKey = 'serving.json';
export const port = 8080;
/** In the annotations of the pods: the digests whose bytes they hold. */
export const heldBy = 'slipway/digests';

export interface ManifestParts {
  readonly name: string;
  readonly settings: KubernetesSettings;
  /** Versions that every pod fetches before it starts. */
  readonly digests: readonly string[];
  /** The address of a version in the store, as the container that fetches takes it. */
  readonly addressOf: (digest: string) => string;
}

/** What selects the pods, and what all that is made carries. */
export function labelsOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'slipway' };
}

/**
 * The pods: each fetches the versions, and the server follows the serving file that the config map holds. A
 * change of shares touches the config map alone, so that no pod starts anew for it.
 */
export function deployment({ name, settings, digests, addressOf }: ManifestParts): KubeObject {
  const { image, fetchImage, serviceAccount, storeSecret, resources, replicas } = settings;
  const labels = labelsOf(name);
  const safe = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
  const asked = { requests: { ...resources }, limits: { memory: resources.memory } };
  const probe = (path: string): object => ({ httpGet: { path, port }, periodSeconds: 2, timeoutSeconds: 2 });
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
        metadata: { labels, annotations: { [heldBy]: digests.join(' ') } },
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
            args: [addressOf(digest), `/mnt/models/models/${digest}`],
            ...(storeSecret === undefined ? {} : { envFrom: [{ secretRef: { name: storeSecret } }] }),
            resources: asked,
            securityContext: safe,
            volumeMounts: [{ name: 'models', mountPath: '/mnt/models' }],
          })),
          containers: [
            {
              name: 'server',
              image,
              args: [
                ...['--dir', '/mnt/models', '--serving', `/etc/slipway/${servingKey}`],
                ...['--host', '0.0.0.0', '--port', String(port), '--log', 'json'],
                // Whoever reaches a pod over the network names it as they please.
                ...['--allowed-hosts', '*'],
              ],
              ports: [{ name: 'http', containerPort: port }],
              readinessProbe: probe('/v2/health/ready'),
              livenessProbe: { ...probe('/v2/health/live'), periodSeconds: 10, failureThreshold: 6 },
              resources: asked,
              securityContext: safe,
              volumeMounts: [
                { name: 'models', mountPath: '/mnt/models', readOnly: true },
                { name: 'serving', mountPath: '/etc/slipway', readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: 'models', emptyDir: {} },
            { name: 'serving', configMap: { name } },
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

export function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      selector: { ...labelsOf(name) },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
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
