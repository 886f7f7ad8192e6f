import * as z from 'zod';
import type { KubeObject } from '../kubernetes/cluster.ts';
import type { Pod } from '../kubernetes/pods.ts';
import { modes, predictorName, splitOf } from './service.ts';
import { newestOf, sharesOfSplit, type Form, type Split } from './split.ts';

const revisionLabel = 'serving.knative.dev/revision';

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const traffic = z.object({
  revisionName: z.string().default(''),
  latestRevision: z.boolean().default(false),
  percent: z.number().default(0),
});
const component = z.object({
  latestReadyRevision: z.string().default(''),
  latestCreatedRevision: z.string().default(''),
  traffic: z.array(traffic).default([]),
});
const statusParts = z.object({
  conditions: z.array(condition).default([]),
  url: z.string().optional(),
  address: z.object({ url: z.string().optional() }).default({}),
  deploymentMode: z.string().default(''),
  components: z.object({ predictor: component.optional() }).default({}),
  canaryStatuses: z
    .array(z.object({ name: z.string(), ready: z.boolean(), trafficPercent: z.number() }))
    .default([]),
  modelStatus: z
    .object({
      transitionStatus: z.string().default(''),
      lastFailureInfo: z
        .object({ reason: z.string().default(''), message: z.string().default('') })
        .optional(),
    })
    .default({ transitionStatus: '' }),
});

/** What KServe says of an InferenceService. */
export interface ServiceStatus {
  readonly split: Split | null;
  readonly ready: boolean;
  /** Where it is asked; null while KServe does not say. */
  readonly url: string | null;
  /** The first condition that does not hold, with its reason; null when all do. */
  readonly trouble: string | null;
  /** How KServe runs it; null while it does not say. */
  readonly mode: string | null;
  /** Digest -> share of the requests, as KServe says that it gives them. */
  readonly live: readonly { readonly digest: string; readonly weight: number }[];
  /** Whether what the spec asks for is what is so, as far as KServe says. */
  readonly settled: boolean;
}

/** In the order in which one thing hangs on another: the first that does not hold says most. */
const order = [
  'PredictorConfigurationReady',
  'PredictorReady',
  'CanaryPredictorReady',
  'PredictorRouteReady',
  'LatestDeploymentReady',
  'IngressReady',
  'RoutesReady',
  'Ready',
];

/** @param pods those of the InferenceService: they say which revision holds which version */
export function statusOf(object: KubeObject, form: Form, pods: readonly Pod[]): ServiceStatus {
  const status = statusParts.parse(object['status'] ?? {});
  const split = splitOf(object);
  const ready = status.conditions.some(({ type, status: word }) => type === 'Ready' && word === 'True');
  const looked = form === 'standard' ? standard(status, split) : serverless(status, split, pods);
  return {
    split,
    ready,
    url: status.url ?? status.address.url ?? null,
    trouble: troubleOf(status),
    mode: status.deploymentMode === '' ? null : status.deploymentMode,
    // Before it was ready once, nothing is given requests.
    live: status.components.predictor === undefined ? [] : looked.live,
    settled: ready && modes[form].includes(status.deploymentMode) && looked.settled,
  };
}

type Status = z.infer<typeof statusParts>;
type Looked = Pick<ServiceStatus, 'live' | 'settled'>;

/** The stable predictor has what the canaries have not. */
function standard({ canaryStatuses }: Status, split: Split | null): Looked {
  if (split === null) return { live: [], settled: false };
  const { stable, canary } = split;
  const [said] = canaryStatuses;
  if (canary === null) return { live: sharesOfSplit(split), settled: said === undefined };
  const own = said?.name === predictorName(canary.digest) ? said : undefined;
  return {
    live: sharesOfSplit({ stable, canary: { ...canary, percent: own?.trafficPercent ?? 0 } }),
    settled: own?.ready === true && own.trafficPercent === canary.percent,
  };
}

/** Requests are shared out among revisions; which version one holds, its pods say. */
function serverless({ components }: Status, split: Split | null, pods: readonly Pod[]): Looked {
  const { predictor } = components;
  if (split === null || predictor === undefined) return { live: [], settled: false };
  const { stable } = split;
  const newest = newestOf(split);
  const { latestReadyRevision: latest, latestCreatedRevision: created } = predictor;
  const digestOf = (revision: string, isLatest: boolean): string =>
    pods.find(pod => pod.labels[revisionLabel] === revision)?.digests[0] ??
    (isLatest && latest === created ? newest : stable);
  const shares = new Map<string, number>();
  for (const { revisionName, latestRevision, percent } of predictor.traffic) {
    const digest = digestOf(revisionName === '' ? latest : revisionName, latestRevision);
    shares.set(digest, (shares.get(digest) ?? 0) + percent);
  }
  const live = [...shares]
    .filter(([, percent]) => percent > 0)
    .map(([digest, percent]) => ({ digest, weight: percent / 100 }))
    // Knative names the newest revision first; the stable version is what people look for.
    .sort((one, other) => Number(other.digest === stable) - Number(one.digest === stable));
  const wanted = sharesOfSplit(split);
  return {
    live,
    settled:
      latest === created &&
      pods.some(pod => pod.ready && pod.labels[revisionLabel] === latest && pod.digests[0] === newest) &&
      live.length === wanted.length &&
      wanted.every(({ digest, weight }) => shares.get(digest) === Math.round(weight * 100)),
  };
}

function troubleOf({ conditions, modelStatus }: Status): string | null {
  const { lastFailureInfo: failure } = modelStatus;
  if (failure !== undefined) return `${failure.reason}: ${failure.message}`;
  const rank = (type: string): number => (order.includes(type) ? order.indexOf(type) : order.length);
  const bad = conditions
    .filter(({ type, status }) => status !== 'True' && type !== 'Stopped')
    .sort((a, b) => rank(a.type) - rank(b.type))[0];
  if (bad === undefined) return null;
  const why = [bad.reason, bad.message].filter(word => word !== '').join(': ');
  return `${bad.type} is ${bad.status}${why === '' ? '' : ` (${why})`}`;
}
