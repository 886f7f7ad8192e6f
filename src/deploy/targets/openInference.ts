import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import type { Measurement } from '../../core/rollout/counts.ts';
import type { Golden } from '../../protocol/engine.ts';
import { ask, type ClientAccess, type Question, type Reply } from './httpClient.ts';
import { readPrometheus, versionCounts } from './prometheus.ts';

const answerMs = 30_000;

const server = z.object({ name: z.string(), instance: z.string().optional() });
const metadata = z.object({
  versions: z.array(z.string()),
  traffic: z.array(z.object({ version: z.string(), weight: z.number() })),
});
const value = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const answer = z.object({
  model_version: z.string(),
  outputs: z.array(
    z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number()), data: z.array(value) }),
  ),
});

export interface Answer {
  /** The digest that answered. */
  readonly digest: string;
  readonly outputs: Golden['outputs'];
}

/** Asks one inference server. Every question has a deadline. */
export class OpenInference {
  readonly url: string;
  readonly #access: ClientAccess;

  constructor(url: string, access: ClientAccess = {}) {
    this.url = url;
    this.#access = access;
  }

  /** Whether the server that a starter gave this word answers here. */
  async isInstance(instance: string | null, signal: AbortSignal): Promise<boolean> {
    return await this.#isInstance(instance, signal, ['no-secret']);
  }

  /** As `isInstance`, of a server that was just started. @throws BadInput `unbelieved`, which no waiting mends */
  async hasStarted(instance: string | null, signal: AbortSignal): Promise<boolean> {
    return await this.#isInstance(instance, signal, ['no-secret', 'unbelieved']);
  }

  async #isInstance(instance: string | null, signal: AbortSignal, told: readonly string[]): Promise<boolean> {
    try {
      const found = server.parse(await this.#get('/v2', signal, 2_000));
      return found.name === 'slipway' && instance !== null && found.instance === instance;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BadInput && told.includes(error.code)) throw error;
      return false;
    }
  }

  async ready(signal: AbortSignal): Promise<boolean> {
    const response = await this.#ask('/v2/health/ready', { limit: 2_000 }, signal).catch(() => null);
    signal.throwIfAborted();
    return response?.ok === true;
  }

  /** Digest -> share of the requests; null while no version is loaded. */
  async traffic(
    model: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly digest: string; readonly weight: number }[] | null> {
    const path = `/v2/models/${encodeURIComponent(model)}`;
    const response = await this.#ask(path, { limit: 5_000 }, signal);
    if (!response.ok) return null;
    const { traffic } = metadata.parse(JSON.parse(response.text));
    return traffic.map(({ version, weight }) => ({ digest: version, weight }));
  }

  /** True when the version is loaded and warm; a sentence when it cannot be; false while it is on its way. */
  async versionReady(model: string, digest: string, signal: AbortSignal): Promise<boolean | string> {
    const path = `/v2/models/${encodeURIComponent(model)}/versions/${digest}/ready`;
    const response = await this.#ask(path, { limit: 5_000 }, signal);
    if (response.ok) return true;
    const error = errorOf(response);
    return error.includes('could not be loaded') ? error : false;
  }

  /** @param digest the version to ask; null: as the server shares requests out */
  async infer(
    model: string,
    digest: string | null,
    inputs: Golden['inputs'],
    signal: AbortSignal,
  ): Promise<Answer> {
    const version = digest === null ? '' : `/versions/${digest}`;
    const response = await this.#ask(
      `/v2/models/${encodeURIComponent(model)}${version}/infer`,
      { method: 'POST', body: JSON.stringify({ inputs }), limit: answerMs },
      signal,
    );
    if (!response.ok)
      throw new BadInput('target-answer', `${this.url} answered ${response.status}: ${errorOf(response)}`);
    const { model_version, outputs } = answer.parse(JSON.parse(response.text));
    if (digest !== null && model_version !== digest)
      throw new BadInput(
        'target-answer',
        `${this.url} answered with version ${model_version.slice(0, 12)}, not ${digest.slice(0, 12)}.`,
      );
    return { digest: model_version, outputs };
  }

  /** What each version of the model has counted since the newest of the server's processes began. */
  async measure(model: string, signal: AbortSignal): Promise<Measurement> {
    const samples = readPrometheus((await this.#ask('/metrics', { limit: 5_000 }, signal)).text);
    const started = samples.find(({ name }) => name === 'process_start_time_seconds')?.value;
    return {
      at: new Date().toISOString(),
      epoch: String(started ?? ''),
      versions: versionCounts(samples, model),
    };
  }

  async #get(path: string, signal: AbortSignal, limit: number): Promise<unknown> {
    return JSON.parse((await this.#ask(path, { limit }, signal)).text);
  }

  async #ask(path: string, question: Question, signal: AbortSignal): Promise<Reply> {
    return await ask(`${this.url}${path}`, question, this.#access, signal);
  }
}

function errorOf({ text }: Reply): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
  } catch {
    return text.slice(0, 200);
  }
}
