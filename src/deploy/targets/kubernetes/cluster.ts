import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { askAgain, type Answered } from '../../../workspace/askAgain.ts';
import { within } from '../../within.ts';

/** The part of an object that every kind has. Its own parts are read where they are wanted. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly ownerReferences?: readonly object[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [part: string]: unknown;
}

/** What the pods of a workload are made of. */
export interface PodTemplate {
  readonly metadata: object;
  readonly spec: object;
}

/** By kind: where the API serves it. */
const resources = {
  ConfigMap: { path: 'api/v1', plural: 'configmaps' },
  Deployment: { path: 'apis/apps/v1', plural: 'deployments' },
  HorizontalPodAutoscaler: { path: 'apis/autoscaling/v2', plural: 'horizontalpodautoscalers' },
  InferenceService: { path: 'apis/serving.kserve.io/v1beta1', plural: 'inferenceservices' },
  Pod: { path: 'api/v1', plural: 'pods' },
  Secret: { path: 'api/v1', plural: 'secrets' },
  Service: { path: 'api/v1', plural: 'services' },
} as const;
export type ResourceKind = keyof typeof resources;

/** Whoever made a field last owns it; another who changes it is told. */
const fieldManager = 'slipway';
const askMs = 15_000;

const status = z.object({ message: z.string().default(''), reason: z.string().default('') });

export interface Answer extends Answered {
  readonly text: string;
}

/** What a deployment must be allowed to do. */
export interface Act {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  readonly kind: ResourceKind;
  /** Such as `proxy`, of pods. */
  readonly part?: string;
}

/** The pods of a deployment are listed, asked and read by these. */
export const podActs: readonly Act[] = [
  { verb: 'list', kind: 'Pod' },
  { verb: 'get', kind: 'Pod', part: 'log' },
  { verb: 'get', kind: 'Pod', part: 'proxy' },
  { verb: 'create', kind: 'Pod', part: 'proxy' },
];

export interface PodQuestion {
  readonly port: number;
  readonly path: string;
  readonly body?: unknown;
  readonly https?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A Kubernetes API server, asked as the kubeconfig says. The official client reads that file and knows its ways
 * to sign in; the few questions are asked plainly, since its typed APIs would be megabytes.
 */
export class Cluster {
  readonly namespace: string;
  readonly #config: KubeConfig;

  /** @param context null: the current one. @throws BadInput without a kubeconfig, or when it has no such context */
  constructor(namespace: string, context: string | null) {
    this.namespace = namespace;
    this.#config = new KubeConfig();
    this.#config.loadFromDefault();
    // What the client makes up when it finds nothing, in the name it gives it.
    if (this.#config.getCurrentContext() === 'loaded-context')
      throw new BadInput(
        'kube-config',
        'There is no kubeconfig: neither KUBECONFIG nor ~/.kube/config names a cluster. Sign in to one.',
      );
    if (context !== null) this.#config.setCurrentContext(context);
    if (this.#config.getCurrentCluster() === null)
      throw new BadInput(
        'kube-context',
        `The kubeconfig has no context ${context ?? 'chosen'}. It has ${
          this.#config
            .getContexts()
            .map(({ name }) => name)
            .join(', ') || 'none'
        }.`,
      );
  }

  get server(): string {
    return this.#config.getCurrentCluster()!.server;
  }

  /** The name one has there. @throws BadInput when one is not let in */
  async whoAmI(signal: AbortSignal): Promise<string> {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const found = await this.#json(
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      signal,
      review,
    );
    return z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) }).parse(found)
      .status.userInfo.username;
  }

  /**
   * Makes an object what is written, by server-side apply: fields that others own stay theirs.
   * @param options dryRun asks the server to do all but store it; force takes fields over from others
   * @throws BadInput with the server's words
   */
  async apply(
    object: KubeObject,
    options: { readonly dryRun?: boolean; readonly force?: boolean },
    signal: AbortSignal,
  ): Promise<KubeObject> {
    const query = new URLSearchParams({
      fieldManager,
      // A field that the cluster does not know would be left out without a word.
      fieldValidation: 'Strict',
      ...(options.dryRun === true ? { dryRun: 'All' } : {}),
      ...(options.force === true ? { force: 'true' } : {}),
    });
    const path = `${this.#path(object.kind as ResourceKind, object.metadata.name)}?${query.toString()}`;
    return (await this.#json('PATCH', path, signal, object, 'application/apply-patch+yaml')) as KubeObject;
  }

  async read(kind: ResourceKind, name: string, signal: AbortSignal): Promise<KubeObject | null> {
    return (await this.#json(
      'GET',
      this.#path(kind, name),
      signal,
      null,
      'application/json',
      true,
    )) as KubeObject | null;
  }

  /** Those that carry the labels. */
  async list(
    kind: ResourceKind,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly KubeObject[]> {
    const labelSelector = Object.entries(labels)
      .map(([key, word]) => `${key}=${word}`)
      .join(',');
    const path = `${this.#path(kind)}?${new URLSearchParams({ labelSelector }).toString()}`;
    const found = (await this.#json('GET', path, signal)) as { readonly items: readonly KubeObject[] };
    return found.items;
  }

  /** Whether the cluster serves objects of a kind: an extension may not be installed. */
  async serves(kind: ResourceKind, signal: AbortSignal): Promise<boolean> {
    const { path, plural } = resources[kind];
    const found = await this.#json('GET', `/${path}`, signal, null, 'application/json', true);
    const list = z.object({ resources: z.array(z.object({ name: z.string() })) }).safeParse(found);
    return list.data?.resources.some(({ name }) => name === plural) === true;
  }

  /** @throws BadInput naming what one may not do in the namespace, such as `get pods/proxy` */
  async requireAllowed(acts: readonly Act[], signal: AbortSignal): Promise<void> {
    const answers = await Promise.all(acts.map(async act => await this.may(act, signal)));
    const forbidden = acts
      .filter((_, place) => answers[place] === false)
      .map(
        ({ verb, kind, part }) => `${verb} ${resources[kind].plural}${part === undefined ? '' : `/${part}`}`,
      );
    if (forbidden.length === 0) return;
    throw new BadInput(
      'kube-forbidden',
      `In namespace ${this.namespace} one may not ${forbidden.join(', ')}. Ask for these rights.`,
    );
  }

  async may({ verb, kind, part }: Act, signal: AbortSignal): Promise<boolean> {
    const { path, plural } = resources[kind];
    const [, group = ''] = /^apis\/([^/]+)/.exec(path) ?? [];
    const attributes = { namespace: this.namespace, verb, group, resource: plural, subresource: part ?? '' };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attributes },
    };
    const url = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const found = await this.#json('POST', url, signal, review);
    return z.object({ status: z.object({ allowed: z.boolean() }) }).parse(found).status.allowed;
  }

  /**
   * Asks the cluster to let one pod more in, and stores none: what quotas, limits and policies of the namespace
   * say to it is told before a deployment.
   * @returns false when one may not ask that
   * @throws BadInput with the server's words
   */
  async dryRunPod(name: string, { metadata, spec }: PodTemplate, signal: AbortSignal): Promise<boolean> {
    for (const verb of ['create', 'patch'] as const)
      if (!(await this.may({ verb, kind: 'Pod' }, signal))) return false;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: `${name}-one-more` }, spec };
    await this.apply(pod, { dryRun: true }, signal);
    return true;
  }

  /** Nothing to do when there is none. What belongs to it goes with it. */
  async delete(kind: ResourceKind, name: string, signal: AbortSignal): Promise<void> {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
    await this.#json('DELETE', this.#path(kind, name), signal, options, 'application/json', true);
  }

  /**
   * Asks a pod, through the API server: no way into the cluster's network is needed. A pod that does not answer
   * yet is not asked again here: who waits for it does that.
   */
  async askPod(
    pod: string,
    { port, path, body = null, https = false, headers = {} }: PodQuestion,
    signal: AbortSignal,
  ): Promise<Answer> {
    const url = `${this.#path('Pod', `${https ? 'https:' : ''}${pod}:${port}`)}/proxy${path}`;
    return await this.#ask(body === null ? 'GET' : 'POST', url, { body, headers }, signal);
  }

  async podLog(
    pod: string,
    container: string,
    lines: number,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const query = new URLSearchParams({ container, tailLines: String(lines) });
    const { status: code, text } = await this.#ask(
      'GET',
      `${this.#path('Pod', pod)}/log?${query.toString()}`,
      {},
      signal,
    );
    return code === 200 ? text.split('\n').filter(line => line !== '') : [];
  }

  #path(kind: ResourceKind, name?: string): string {
    const { path, plural } = resources[kind];
    return `/${path}/namespaces/${this.namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
  }

  async #json(
    method: string,
    path: string,
    signal: AbortSignal,
    body: unknown = null,
    type = 'application/json',
    orNull = false,
  ): Promise<unknown> {
    // What is asked here may be asked twice: to read, apply or delete again changes nothing more.
    const { status: code, text } = await this.#ask(method, path, { body, type, again: true }, signal);
    if (code < 300) return JSON.parse(text);
    if (code === 404 && orNull) return null;
    const { message } = status.safeParse(safely(text)).data ?? { message: text.slice(0, 300) };
    const codes: Readonly<Record<number, string>> = {
      401: 'kube-credentials',
      403: 'kube-forbidden',
      409: 'kube-conflict',
    };
    throw new BadInput(
      codes[code] ?? 'kube-answer',
      `The cluster at ${this.server} answered ${code}: ${message}${code === 401 ? ' Sign in again.' : ''}`,
    );
  }

  async #ask(
    method: string,
    path: string,
    { body = null, type = 'application/json', again = false, headers: own = {} }: Question,
    signal: AbortSignal,
  ): Promise<Answer> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(askMs)]);
    let signedIn = false;
    try {
      const options: RequestOptions = { method, signal: deadline, headers: {} };
      // May run a program of the kubeconfig, which knows no deadline.
      await within(this.#config.applyToHTTPSOptions(options), deadline);
      signedIn = true;
      const url = new URL(`${this.server.replace(/\/+$/, '')}${path}`);
      const text = body === null ? null : JSON.stringify(body);
      const headers = {
        ...own,
        ...(options.headers as Record<string, string>),
        accept: 'application/json',
        // Of a DELETE, Node says no length by itself; the body would pass for another question.
        ...(text === null ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      };
      const ask = (): Promise<Answer> => answerOf(url, { ...options, headers }, text);
      return await (again ? askAgain(ask, deadline) : ask());
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted && !signedIn)
        throw new BadInput(
          'kube-credentials',
          `The sign-in program that the kubeconfig names for ${this.server} did not end in ${askMs / 1000} s. Sign in again, and look whether it waits for an answer.`,
        );
      const why = deadline.aborted ? `no answer in ${askMs / 1000} s` : (error as Error).message;
      throw new BadInput(
        'kube-unreachable',
        `The cluster at ${this.server} does not answer (${why}). Check the kubeconfig and the network.`,
      );
    }
  }
}

interface Question {
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it is asked again when it fails in passing. */
  readonly again?: boolean;
}

async function answerOf(url: URL, options: RequestOptions, body: string | null): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const ask = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const asked = ask(url, options, resolve);
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const after = response.headers['retry-after'];
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(after === undefined ? {} : { 'retry-after': after }),
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
