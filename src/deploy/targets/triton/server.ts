import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { OpenInference } from '../openInference.ts';

const askMs = 5_000;
/** Triton answers a load once the model is loaded. */
const loadMs = 300_000;
/** A Triton that polls looks every 15 s when it is not told otherwise. */
const pollMs = 60_000;

const index = z.array(
  z.object({
    name: z.string(),
    version: z.string().optional(),
    state: z.string().optional(),
    reason: z.string().optional(),
  }),
);

/** What Triton says of one version. */
export interface ServedState {
  readonly version: number;
  readonly ready: boolean;
  /** Such as `UNAVAILABLE: unloaded`. */
  readonly words: string;
}

/** A running Triton, over its HTTP endpoint. */
export class TritonServer {
  readonly url: string;
  readonly #model: string;

  constructor(url: string, model: string) {
    this.url = url.replace(/\/+$/, '');
    this.#model = model;
  }

  /** @throws BadInput when it does not answer */
  async states(signal: AbortSignal): Promise<readonly ServedState[]> {
    const response = await this.#post('/v2/repository/index', signal, askMs);
    if (!response.ok) throw await refused(this.url, response);
    return index
      .parse(await response.json())
      .filter(({ name, version }) => name === this.#model && version !== undefined && version !== '')
      .map(({ version, state = '', reason = '' }) => ({
        version: Number(version),
        ready: state === 'READY',
        words: [state, reason].filter(word => word !== '').join(': '),
      }));
  }

  async isReady(version: number, signal: AbortSignal): Promise<boolean> {
    return (await this.states(signal)).some(state => state.version === version && state.ready);
  }

  /** Has the repository read again, and waits until the version is served. @throws BadInput with Triton's words */
  async load(version: number, signal: AbortSignal): Promise<void> {
    const response = await this.#post(this.#path('load'), signal, loadMs);
    if (response.ok) {
      if (await this.isReady(version, signal)) return;
      throw await this.#notServed(version, signal);
    }
    const error = await refused(this.url, response);
    // It reads the repository by itself.
    if (!/polling/.test(error.message)) throw error;
    for (let waited = 0; waited < pollMs; waited += 500) {
      if (await this.isReady(version, signal)) return;
      await sleep(500, undefined, { signal });
    }
    throw await this.#notServed(version, signal);
  }

  async unload(signal: AbortSignal): Promise<void> {
    const response = await this.#post(this.#path('unload'), signal, loadMs);
    if (response.ok) return;
    const error = await refused(this.url, response);
    if (!/polling/.test(error.message)) throw error;
  }

  async infer(version: number, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    return (await new OpenInference(this.url).infer(this.#model, String(version), inputs, signal)).outputs;
  }

  #path(act: string): string {
    return `/v2/repository/models/${encodeURIComponent(this.#model)}/${act}`;
  }

  async #notServed(version: number, signal: AbortSignal): Promise<BadInput> {
    const state = (await this.states(signal)).find(found => found.version === version);
    return new BadInput(
      'triton-load',
      `Triton at ${this.url} does not serve version ${version} of ${this.#model} (${state?.words ?? 'it does not know it'}). Start it with --model-control-mode=explicit, or poll.`,
    );
  }

  async #post(path: string, signal: AbortSignal, ms: number): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      const { cause, message } = error as Error;
      throw new BadInput(
        'triton-unreachable',
        `Triton at ${this.url} does not answer (${cause instanceof Error ? cause.message : message}). Start it, or correct \`url\`.`,
      );
    }
  }
}

async function refused(url: string, response: Response): Promise<BadInput> {
  const text = await response.text();
  const parsed = z.object({ error: z.string() }).safeParse(safely(text));
  return new BadInput(
    'triton-answer',
    `Triton at ${url} answered ${response.status}: ${(parsed.data?.error ?? text).slice(0, 500)}`,
  );
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
