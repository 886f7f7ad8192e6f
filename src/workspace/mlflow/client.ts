import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import { askAgain } from '../askAgain.ts';
import { sending, sizeOf, type Content } from '../content.ts';

/** Long enough for a slow server, short enough to wait for. */
const askMs = 10_000;

const tags = z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]);
const aliases = z.array(z.object({ alias: z.string(), version: z.string() })).default([]);

const registeredModel = z.object({ name: z.string(), description: z.string().default(''), aliases });
export type RegisteredModel = z.infer<typeof registeredModel>;

const modelVersion = z.object({
  name: z.string(),
  version: z.string(),
  creation_timestamp: z.coerce.number().default(0),
  user_id: z.string().default(''),
  current_stage: z.string().default('None'),
  source: z.string().default(''),
  run_id: z.string().default(''),
  status: z.string().default('READY'),
  tags,
});
export type RegisteredVersion = z.infer<typeof modelVersion>;

interface Question {
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /** Makes something new each time: never asked twice. */
  readonly makes?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Content;
}

interface Reply {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** A run, as far as it holds the files of a version. */
export interface Run {
  readonly id: string;
  /** Where its files lie: `mlflow-artifacts:/1/abc/artifacts`. */
  readonly artifacts: string;
  readonly deleted: boolean;
}

const refusal = z.object({ error_code: z.string(), message: z.string().default('') });

/** Authorization for the tracking server; null for none. */
export type Authorize = () => Promise<string | null>;

/**
 * An MLflow tracking server with its model registry, over REST. Every question has a deadline.
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export class Mlflow {
  readonly url: string;
  readonly #authorize: Authorize;

  constructor(url: string, authorize: Authorize) {
    this.url = url.replace(/\/+$/, '');
    this.#authorize = authorize;
  }

  /** @returns null when there is none of the name */
  async model(name: string, signal: AbortSignal): Promise<RegisteredModel | null> {
    const found = await this.#api('GET', 'registered-models/get', { name }, signal, true);
    return found === null
      ? null
      : z.object({ registered_model: registeredModel }).parse(found).registered_model;
  }

  async createModel(name: string, description: string, signal: AbortSignal): Promise<void> {
    if ((await this.model(name, signal)) === null)
      await this.#api('POST', 'registered-models/create', { name, description }, signal);
  }

  async deleteModel(name: string, signal: AbortSignal): Promise<void> {
    await this.#api('DELETE', 'registered-models/delete', { name }, signal, true);
  }

  /** Newest first, at most so many. */
  async versions(name: string, limit: number, signal: AbortSignal): Promise<readonly RegisteredVersion[]> {
    const found: RegisteredVersion[] = [];
    const answer = z.object({
      model_versions: z.array(modelVersion).default([]),
      next_page_token: z.string().default(''),
    });
    // MLflow has no way to write a quote within quotes of one kind.
    const quote = name.includes("'") ? '"' : "'";
    let token = '';
    do {
      const page = answer.parse(
        await this.#api(
          'GET',
          'model-versions/search',
          {
            filter: `name=${quote}${name}${quote}`,
            max_results: String(Math.min(200, limit - found.length)),
            order_by: 'version_number DESC',
            ...(token === '' ? {} : { page_token: token }),
          },
          signal,
        ),
      );
      found.push(...page.model_versions);
      token = page.next_page_token;
    } while (token !== '' && found.length < limit);
    return found.sort((a, b) => Number(b.version) - Number(a.version));
  }

  /** The experiment of a name, made when there is none. */
  async experiment(name: string, signal: AbortSignal): Promise<string> {
    const path = 'experiments/get-by-name';
    const found = await this.#api('GET', path, { experiment_name: name }, signal, true);
    if (found !== null)
      return z.object({ experiment: z.object({ experiment_id: z.string() }) }).parse(found).experiment
        .experiment_id;
    const made = await this.#api('POST', 'experiments/create', { name }, signal);
    return z.object({ experiment_id: z.string() }).parse(made).experiment_id;
  }

  async createRun(
    run: { readonly experiment_id: string; readonly run_name: string; readonly start_time: number },
    signal: AbortSignal,
  ): Promise<Run> {
    return runOf(await this.#api('POST', 'runs/create', run, signal));
  }

  /** @returns null when there is none, or it was deleted */
  async run(id: string, signal: AbortSignal): Promise<Run | null> {
    const found = await this.#api('GET', 'runs/get', { run_id: id }, signal, true);
    const run = found === null ? null : runOf(found);
    return run?.deleted === true ? null : run;
  }

  async finishRun(id: string, end: number, signal: AbortSignal): Promise<void> {
    await this.#api('POST', 'runs/update', { run_id: id, status: 'FINISHED', end_time: end }, signal);
  }

  async deleteRun(id: string, signal: AbortSignal): Promise<void> {
    await this.#api('POST', 'runs/delete', { run_id: id }, signal, true);
  }

  async createVersion(
    version: {
      readonly name: string;
      readonly source: string;
      /** The run whose artifacts the source is among. */
      readonly run_id: string;
      readonly description: string;
      readonly tags: Readonly<Record<string, string>>;
    },
    signal: AbortSignal,
  ): Promise<RegisteredVersion> {
    const listed = Object.entries(version.tags).map(([key, value]) => ({ key, value }));
    const made = await this.#api('POST', 'model-versions/create', { ...version, tags: listed }, signal);
    return z.object({ model_version: modelVersion }).parse(made).model_version;
  }

  async deleteVersion(name: string, version: string, signal: AbortSignal): Promise<void> {
    await this.#api('DELETE', 'model-versions/delete', { name, version }, signal, true);
  }

  async setTag(
    name: string,
    version: string,
    key: string,
    value: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#api('POST', 'model-versions/set-tag', { name, version, key, value }, signal);
  }

  /** Points an alias at a version; null takes it away. */
  async setAlias(name: string, alias: string, version: string | null, signal: AbortSignal): Promise<void> {
    if (version === null) await this.#api('DELETE', 'registered-models/alias', { name, alias }, signal, true);
    else await this.#api('POST', 'registered-models/alias', { name, alias, version }, signal);
  }

  /** Where the files of a version lie: `mlflow-artifacts:/1/abc`, `s3://...`. */
  async artifactsOf(name: string, version: string, signal: AbortSignal): Promise<string> {
    const found = await this.#api('GET', 'model-versions/get-download-uri', { name, version }, signal);
    return z.object({ artifact_uri: z.string() }).parse(found).artifact_uri;
  }

  /** A file of a version. @throws BadInput when the server does not hand it out */
  async file(
    version: RegisteredVersion,
    folder: string,
    path: string,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const root = artifactPath(folder);
    // What lies in a store of its own, the server hands out as it does to its own pages.
    const query = new URLSearchParams({ name: version.name, version: version.version, path });
    const found =
      root === null
        ? await this.#bytes(`/model-versions/get-artifact?${query.toString()}`, signal)
        : await this.#bytes(artifactUrl(`${root}/${path}`), signal);
    if (found === null)
      throw new BadInput(
        'mlflow-file',
        `Version ${version.version} of ${version.name} at ${this.url} has no file ${path} that the server hands out.`,
      );
    return found;
  }

  /** Puts a file among the server's artifacts. */
  async putArtifact(path: string, content: Content, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' };
    const init: Question = { method: 'PUT', content, headers };
    const response = await this.#ask(artifactUrl(path), init, sizeOf(content), signal);
    if (!response.ok) throw this.#refused(response);
  }

  /** Nothing to do when there is none. */
  async deleteArtifacts(path: string, signal: AbortSignal): Promise<void> {
    const response = await this.#ask(artifactUrl(path), { method: 'DELETE' }, 0, signal);
    if (!response.ok && response.status !== 404) throw this.#refused(response);
  }

  async #bytes(path: string, signal: AbortSignal): Promise<Uint8Array | null> {
    // How long it is, only the answer tells.
    const response = await this.#ask(path, {}, 2 ** 31, signal);
    if (response.ok) return response.bytes;
    if (response.status === 404) return null;
    throw this.#refused(response);
  }

  async #api(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    values: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    orNull = false,
  ): Promise<unknown> {
    const url = `/api/2.0/mlflow/${path}`;
    const response =
      method === 'GET'
        ? await this.#ask(
            `${url}?${new URLSearchParams(values as Record<string, string>).toString()}`,
            {},
            0,
            signal,
          )
        : await this.#ask(
            url,
            {
              method,
              makes: path.endsWith('/create'),
              headers: { 'content-type': 'application/json' },
              content: Buffer.from(JSON.stringify(values)),
            },
            0,
            signal,
          );
    if (response.ok) return JSON.parse(text(response));
    const error = this.#refused(response);
    if (orNull && error.code === 'mlflow-missing') return null;
    throw error;
  }

  async #ask(
    path: string,
    { makes = false, content, ...init }: Question,
    bytes: number,
    signal: AbortSignal,
  ): Promise<Reply> {
    const authorization = await this.#authorize();
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(askMs + Math.ceil(bytes / 1000))]);
    const ask = async (): Promise<Reply> => {
      const response = await fetch(`${this.url}${path}`, {
        ...init,
        ...(content === undefined ? {} : sending(content)),
        headers: { ...init.headers, ...(authorization === null ? {} : { authorization }) },
        signal: deadline,
      });
      const { status, ok, headers } = response;
      return { status, ok, headers, bytes: await response.bytes() };
    };
    try {
      return await (makes ? ask() : askAgain(ask, deadline));
    } catch (error) {
      signal.throwIfAborted();
      const { cause, message } = error as Error;
      const why = deadline.aborted
        ? `no answer in ${askMs / 1000} s`
        : cause instanceof Error
          ? cause.message
          : message;
      throw new BadInput(
        'mlflow-unreachable',
        `MLflow at ${this.url} does not answer (${why}). Check the address and the network.`,
      );
    }
  }

  #refused(response: Reply): BadInput {
    const words = text(response);
    const { error_code: code = '', message = '' } = refusal.safeParse(safely(words)).data ?? {};
    const own = (message === '' ? words : message).slice(0, 300);
    if (response.status === 401)
      return new BadInput(
        'mlflow-credentials',
        `MLflow at ${this.url} does not accept the credentials (401): they are wrong or have expired. Check the token, or MLFLOW_TRACKING_TOKEN.`,
      );
    if (response.status === 403)
      return new BadInput(
        'mlflow-forbidden',
        `MLflow at ${this.url} does not allow this (403). Ask for the right to the registered model and its artifacts.`,
      );
    if (response.status === 507)
      return new BadInput(
        'mlflow-full',
        `MLflow at ${this.url} has no room (507: ${own}). Free some there, or ask for a larger quota.`,
      );
    return new BadInput(
      code === 'RESOURCE_DOES_NOT_EXIST' ? 'mlflow-missing' : 'mlflow-answer',
      `MLflow at ${this.url} answered ${response.status}: ${own}`,
    );
  }
}

/**
 * How one is known to a tracking server: a token, else what the environment gives MLflow's own client.
 * @param token resolves a named secret; null: none is named
 */
export function authorization(token: (() => Promise<string>) | null): Authorize {
  return async () => {
    const {
      MLFLOW_TRACKING_TOKEN: own,
      MLFLOW_TRACKING_USERNAME: user,
      MLFLOW_TRACKING_PASSWORD: password = '',
    } = process.env;
    const bearer = token === null ? own : await token();
    if (bearer !== undefined) return `Bearer ${bearer}`;
    return user === undefined ? null : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  };
}

function runOf(answer: unknown): Run {
  const info = z.object({ run_id: z.string(), artifact_uri: z.string(), lifecycle_stage: z.string() });
  const {
    run_id: id,
    artifact_uri: artifacts,
    lifecycle_stage: stage,
  } = z.object({ run: z.object({ info }) }).parse(answer).run.info;
  return { id, artifacts, deleted: stage === 'deleted' };
}

/** The path below the server's artifacts of `mlflow-artifacts:/1/abc`; null when they lie elsewhere. */
export function artifactPath(uri: string): string | null {
  const found = /^mlflow-artifacts:\/(?:\/[^/]+)?\/?(.*)$/.exec(uri);
  return found?.[1]?.replace(/\/+$/, '') ?? null;
}

function artifactUrl(path: string): string {
  return `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function text({ bytes }: Reply): string {
  return new TextDecoder().decode(bytes);
}

function safely(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return null;
  }
}
