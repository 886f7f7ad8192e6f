import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fleet } from '../fleet/fleet.ts';
import type { Version } from '../fleet/version.ts';
import { Bodies } from '../http/body.ts';
import { HttpError } from '../http/httpError.ts';
import { countAnswer, type Counter } from '../observe/counts.ts';
import type { Samples } from '../observe/samples.ts';
import type { Answer, Question } from './question.ts';

export interface Limits {
  /** Bytes a request's body may have. */
  readonly bodyLimit: number;
  /** Requests worked on or waiting at once; more are turned away with 503. */
  readonly concurrency: number;
  /** Milliseconds from the last byte of a request to the start of its run. */
  readonly deadline: number;
}

/** The way of every prediction, whatever contract it is asked in: admitted, read, run, answered, counted. */
export class Inference {
  readonly #limits: Limits;
  readonly #counter: Counter;
  readonly #samples: Samples;
  readonly #bodies: Bodies;
  #working = 0;

  constructor(limits: Limits, counter: Counter, samples: Samples) {
    this.#limits = limits;
    this.#bodies = new Bodies(limits.bodyLimit);
    this.#counter = counter;
    this.#samples = samples;
  }

  /** Whether a request is being worked on. */
  readonly busy = (): boolean => this.#working > 0;

  /**
   * @param read takes the request's body apart
   * @param asked digest or name of a version; null: as the shares say
   * @throws HttpError
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    fleet: Fleet,
    asked: string | null,
    read: (body: Buffer) => Question,
  ): Promise<void> {
    this.#admit();
    // A client that sends its body slowly takes no place from the others.
    const body = await this.#bodies.read(request);
    this.#admit();
    const { deadline } = this.#limits;
    this.#working++;
    let version: Version | null = null;
    try {
      const received = performance.now();
      const { key, patience, id, fit } = read(body);
      version = asked === null ? fleet.next(key) : fleet.find(asked);
      const { inputs, write } = fit(version);
      const fitted = performance.now();
      const until = received + (patience === null ? deadline : Math.min(patience, deadline));
      const outputs = await version.infer(inputs, until);
      const ran = performance.now();
      let answer = write(outputs);
      if (answer instanceof Promise) answer = await answer;
      sendAnswer(response, answer);
      const done = performance.now();
      version.counts.input += (fitted - received) / 1000;
      version.counts.output += (done - ran) / 1000;
      countAnswer(version.counts, (done - received) / 1000, inputs[0]?.shape[0] ?? 1);
      if (asked === null && fleet.hasShadows) fleet.copy({ answered: version, outputs, fit });
      this.#samples.offer(fleet.model, version, id, inputs, outputs);
    } catch (error) {
      if (version !== null) version.counts.failure++;
      throw error;
    } finally {
      this.#working--;
    }
  }

  /** @throws HttpError 503 */
  #admit(): void {
    const { concurrency } = this.#limits;
    if (this.#working < concurrency) return;
    this.#counter.refused++;
    throw new HttpError(503, `The server works on ${concurrency} requests already.`, { 'retry-after': '1' });
  }
}

function sendAnswer(response: ServerResponse, { body, headers }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length, ...headers });
  // Without letters beyond ASCII, the cheaper encoding writes the same bytes.
  if (typeof body === 'string') response.end(body, length === body.length ? 'latin1' : 'utf8');
  else response.end(body);
}
