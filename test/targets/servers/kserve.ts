import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { ControlPlane } from './kubernetes.ts';

const services = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const own = 'serving.kserve.io/inferenceservice';
export const revisionLabel = 'serving.knative.dev/revision';

interface Predictor {
  readonly name?: string;
  readonly minReplicas?: number;
  readonly canaryTrafficPercent?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly name: string;
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
  }[];
}

interface Service {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly predictor: Predictor;
    readonly canary?: readonly { readonly trafficPercent: number; readonly predictor: Predictor }[];
  };
}

interface Deployment {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly availableReplicas?: number };
}

interface Target {
  readonly revisionName: string;
  readonly latestRevision: boolean;
  readonly percent: number;
  readonly tag?: string;
}

/** What Knative and KServe's status remember of one InferenceService. */
interface Memory {
  readonly uid: string;
  readonly revisions: { readonly name: string; readonly predictor: Predictor; readonly template: string }[];
  latestReady: string;
  latestRolledout: string;
  previousRolledout: string;
  said: string;
}

/** Where requests to an InferenceService go: labels of pods, with their share. */
export type Route = readonly { readonly labels: Readonly<Record<string, string>>; readonly share: number }[];

export interface TestKserve {
  route(name: string): Route;
  /** Leaves everything as it is until what is returned is called. */
  pause(): () => void;
  stop(): Promise<void>;
}

/**
 * A stand-in for KServe's controller and, serverless, for Knative's: the API server holds InferenceServices to
 * KServe's own schema; this makes Deployments of them, and says in their status what KServe says. It follows
 * KServe 0.20: the rules of its webhook, the traffic of its Knative services (createKnativeService), how a
 * revision comes to be the last one rolled out (PropagateStatus), and canaries of Deployments
 * (reconcileCanaryDeployments). Pods are the Deployments' own; requests go where `route` says.
 */
export async function startKserve(plane: ControlPlane): Promise<TestKserve> {
  await install(plane);
  const memories = new Map<string, Memory>();
  const routes = new Map<string, Route>();
  const orphans = new Map<string, number>();
  const stop = new AbortController();
  const state = { paused: false };

  async function turn(): Promise<void> {
    const { items } = (await plane.ask('GET', services)) as { readonly items: readonly Service[] };
    const all = (await plane.ask('GET', `${deployments}?labelSelector=${own}`)) as {
      readonly items: readonly Deployment[];
    };
    for (const [name] of memories)
      if (!items.some(({ metadata }) => metadata.name === name)) {
        memories.delete(name);
        routes.delete(name);
      }
    const wanted = new Set<string>();
    for (const service of items) for (const name of await reconcile(service, all.items)) wanted.add(name);
    for (const { metadata } of all.items) {
      if (wanted.has(metadata.name)) orphans.delete(metadata.name);
      else await endOrphan(metadata.name);
    }
  }

  /** Requests go elsewhere first: a pod gets none for a while before it ends. */
  async function endOrphan(name: string): Promise<void> {
    const since = orphans.get(name) ?? Date.now();
    orphans.set(name, since);
    if (Date.now() - since < 700) return;
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
    await plane.ask('DELETE', `${deployments}/${name}`, options);
    orphans.delete(name);
  }

  /** @returns the Deployments that it wants */
  async function reconcile(service: Service, made: readonly Deployment[]): Promise<readonly string[]> {
    const { name, uid, annotations = {} } = service.metadata;
    let memory = memories.get(name);
    if (memory?.uid !== uid) {
      memory = { uid, revisions: [], latestReady: '', latestRolledout: '', previousRolledout: '', said: '' };
      memories.set(name, memory);
      routes.delete(name);
    }
    const isReady = (deployment: string): boolean =>
      (made.find(({ metadata }) => metadata.name === deployment)?.status?.availableReplicas ?? 0) > 0;
    const broken = brokenRule(service);
    if (broken !== null) {
      await say(name, memory, { conditions: [condition('PredictorReady', false, 'InvalidSpec', broken)] });
      return [];
    }
    const mode = annotations['serving.kserve.io/deploymentMode'] ?? 'Standard';
    return mode === 'Knative'
      ? await knative(service, memory, isReady)
      : await standard(service, memory, isReady);
  }

  async function standard(
    { metadata: { name }, spec: { predictor, canary = [] } }: Service,
    memory: Memory,
    isReady: (deployment: string) => boolean,
  ): Promise<readonly string[]> {
    const deploymentOf = (of: Predictor): string =>
      of.name === undefined ? `${name}-predictor` : `${name}-${of.name}-predictor`;
    const least = predictor.minReplicas ?? 1;
    const replicasOf = (percent: number, of: Predictor): number =>
      of.minReplicas ?? Math.ceil((least * percent) / 100);
    const taken = canary.reduce((sum, one) => sum + replicasOf(one.trafficPercent, one.predictor), 0);
    const stable = deploymentOf(predictor);
    await deploy(name, stable, predictor, Math.max(least - taken, 1));
    for (const one of canary)
      await deploy(
        name,
        deploymentOf(one.predictor),
        { ...predictor, ...one.predictor },
        replicasOf(one.trafficPercent, one.predictor),
      );
    const ready = isReady(stable);
    const statuses = canary.map(({ trafficPercent, predictor: of }) => ({
      name: of.name,
      ready: isReady(deploymentOf(of)),
      trafficPercent,
      modelStatus: { transitionStatus: 'UpToDate' },
    }));
    const all = statuses.every(one => one.ready);
    const url = `http://${name}-default.example.com`;
    await say(name, memory, {
      deploymentMode: 'Standard',
      url: ready ? url : null,
      components: { predictor: ready ? { url: `http://${stable}-default.example.com` } : {} },
      canaryStatuses: statuses.length === 0 ? null : statuses,
      conditions: [
        condition('PredictorReady', ready),
        condition('IngressReady', ready),
        ...(statuses.length === 0
          ? []
          : [condition('CanaryPredictorReady', all, all ? 'AllCanariesReady' : 'CanariesNotReady')]),
        condition('Ready', ready),
      ],
    });
    const given = canary.filter((_, place) => statuses[place]?.ready === true);
    const rest = 100 - given.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
    routes.set(name, [
      { labels: { app: `isvc.${stable}` }, share: rest },
      ...given.map(({ predictor: of, trafficPercent }) => ({
        labels: { app: `isvc.${deploymentOf(of)}` },
        share: trafficPercent,
      })),
    ]);
    return [stable, ...canary.map(one => deploymentOf(one.predictor))];
  }

  async function knative(
    { metadata: { name }, spec: { predictor } }: Service,
    memory: Memory,
    isReady: (deployment: string) => boolean,
  ): Promise<readonly string[]> {
    const { revisions } = memory;
    const { annotations, containers, canaryTrafficPercent: percent } = predictor;
    const template = JSON.stringify({ annotations, containers });
    if (revisions.at(-1)?.template !== template)
      revisions.push({
        name: `${name}-predictor-${String(revisions.length + 1).padStart(5, '0')}`,
        predictor,
        template,
      });
    const created = revisions.at(-1)!.name;
    const deploymentOf = (revision: string): string => `${revision}-deployment`;
    const readied = revisions.findLast(revision => isReady(deploymentOf(revision.name)))?.name ?? '';
    // A revision stays the latest that was ready until a later one is.
    if (readied > memory.latestReady) memory.latestReady = readied;
    const { latestReady } = memory;
    const traffic: Target[] = [];
    if (latestReady !== '') {
      const canary = percent !== undefined && memory.latestRolledout !== '' ? percent : 100;
      traffic.push({ revisionName: latestReady, latestRevision: true, percent: canary, tag: 'latest' });
      if (canary < 100)
        traffic.push({
          ...{ revisionName: memory.latestRolledout, latestRevision: false },
          ...{ percent: 100 - canary, tag: 'prev' },
        });
    }
    propagate(memory, traffic, created);
    const kept = new Set([created, ...traffic.map(({ revisionName }) => revisionName)]);
    for (const revision of revisions)
      if (kept.has(revision.name)) {
        const labels = { [revisionLabel]: revision.name };
        const { minReplicas = 1 } = revision.predictor;
        await deploy(name, deploymentOf(revision.name), revision.predictor, minReplicas, labels);
      }
    const configured = latestReady === created;
    const routed = latestReady !== '';
    const ready = configured && routed;
    await say(name, memory, {
      deploymentMode: 'Knative',
      url: routed ? `http://${name}.default.example.com` : null,
      components: {
        predictor: {
          latestCreatedRevision: created,
          latestReadyRevision: latestReady,
          latestRolledoutRevision: memory.latestRolledout,
          previousRolledoutRevision: memory.previousRolledout,
          traffic,
        },
      },
      conditions: [
        condition('PredictorConfigurationReady', configured),
        condition('PredictorReady', ready),
        condition('PredictorRouteReady', routed),
        condition('LatestDeploymentReady', configured),
        condition('IngressReady', routed),
        condition('RoutesReady', routed),
        condition('Ready', ready),
      ],
    });
    routes.set(
      name,
      traffic.map(({ revisionName, percent: share }) => ({
        labels: { [revisionLabel]: revisionName },
        share,
      })),
    );
    return [...kept].map(deploymentOf);
  }

  async function deploy(
    service: string,
    name: string,
    { annotations = {}, containers }: Predictor,
    replicas: number,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const all = { ...labels, app: `isvc.${name}`, [own]: service, component: 'predictor' };
    const from = containers.flatMap(({ env = [] }) => env).find(one => one.name === 'STORAGE_URI')?.value;
    const fetch = {
      name: 'storage-initializer',
      image: 'kserve/storage-initializer:v0.20.0',
      args: [from, '/mnt/models'],
    };
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: all },
      spec: {
        replicas,
        selector: { matchLabels: { app: all.app } },
        template: { metadata: { labels: all, annotations }, spec: { initContainers: [fetch], containers } },
      },
    };
    await plane.ask(
      'PATCH',
      `${deployments}/${name}?fieldManager=kserve&force=true`,
      object,
      'application/apply-patch+yaml',
    );
  }

  async function say(name: string, memory: Memory, value: object): Promise<void> {
    const status = { modelStatus: { transitionStatus: 'UpToDate' }, ...value };
    const text = JSON.stringify(status);
    if (memory.said === text) return;
    await plane.ask('PATCH', `${services}/${name}/status`, { status }, 'application/merge-patch+json');
    memory.said = text;
  }

  const turning = (async () => {
    while (!stop.signal.aborted) {
      // What was deleted in between is gone at the next turn.
      if (!state.paused)
        await turn().catch((error: unknown) => {
          if (!/ 404 | 409 /.test(String(error))) console.error('kserve:', error);
        });
      await sleep(100);
    }
  })();
  return {
    route: name => routes.get(name) ?? [],
    pause: () => {
      state.paused = true;
      return () => {
        // What was said meanwhile is said anew.
        for (const memory of memories.values()) memory.said = '';
        state.paused = false;
      };
    },
    stop: async () => {
      stop.abort();
      await turning;
    },
  };
}

async function install(plane: ControlPlane): Promise<void> {
  const file = resolve(import.meta.dirname, '../../schemas/kserve-inferenceservices-0.20.0.json.gz');
  const crd = JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as object;
  const path =
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/inferenceservices.serving.kserve.io?fieldManager=test';
  await plane.ask('PATCH', path, crd, 'application/apply-patch+yaml');
  for (const end = Date.now() + 60_000; ;) {
    const served = await plane.ask('GET', services).then(
      () => true,
      () => false,
    );
    if (served) return;
    if (Date.now() > end) throw new Error('The API server does not serve InferenceServices.');
    await sleep(200);
  }
}

/** The rules of KServe's webhook for canaries (validateCanarySpecs), as far as we could break them. */
function brokenRule({
  metadata: { annotations = {} },
  spec: { predictor, canary = [] },
}: Service): string | null {
  if (canary.length === 0) return null;
  if (annotations['serving.kserve.io/deploymentMode'] !== 'Standard')
    return 'canary is only supported in Standard deployment mode';
  if (canary.some(one => one.predictor.name === undefined)) return 'predictor.name is required';
  if (canary.some(one => one.predictor.name === predictor.name))
    return 'conflicts with stable predictor name';
  if (canary.some(one => 'maxReplicas' in one.predictor)) return 'must not set maxReplicas';
  if (canary.some(one => (one.predictor.minReplicas ?? 0) > (predictor.minReplicas ?? 1)))
    return 'must not exceed stable predictor minReplicas';
  return null;
}

/** PropagateStatus: which revision is the last that had all requests. */
function propagate(memory: Memory, traffic: readonly Target[], created: string): void {
  const { latestReady } = memory;
  const latest = traffic.find(({ latestRevision }) => latestRevision);
  if (latest?.revisionName !== latestReady) return;
  if (memory.latestRolledout !== latestReady) {
    if (latest.percent !== 100) return;
    memory.previousRolledout = memory.latestRolledout;
    memory.latestRolledout = latestReady;
  } else if (latestReady === created && latest.percent < 100) {
    const same = traffic.filter(({ revisionName }) => revisionName === latestReady);
    const sum = same.reduce((all, { percent }) => all + percent, 0);
    if (sum === 100 && memory.previousRolledout !== '') memory.latestRolledout = memory.previousRolledout;
  }
}

function condition(type: string, holds: boolean, reason = '', message = ''): object {
  return {
    type,
    status: holds ? 'True' : 'False',
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
}
