import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { HttpError } from '../http/httpError.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Question } from './question.ts';
import type { Version } from '../fleet/version.ts';

export interface InferenceOptions {
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  /** Bytes a request's body may have. */
  readonly bodyLimit: number;
  /** Requests worked on at once; more are turned away with 503. */
  readonly concurrency: number;
  /** Milliseconds from the last byte of a request to the start of its run. */
  readonly deadline: number;
}

/** The way of every prediction, whatever contract it is asked in: admitted, read, run, answered, counted. */
export class Inference {
  readonly #options: InferenceOptions;
  #working = 0;

  constructor(options: InferenceOptions) {
    this.#options = options;
  }

  /**
   * @param read takes the request's body apart
   * @param asked digest or name of a version; null: as the shares say
   * @throws HttpError
   */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    read: (body: Buffer) => Question,
    asked: string | null,
  ): Promise<void> {
    const { fleet, metrics, bodyLimit, concurrency, deadline } = this.#options;
    if (this.#working >= concurrency) {
      metrics.refused();
      throw new HttpError(503, `The server works on ${concurrency} requests already.`, {
        'retry-after': '1',
      });
    }
    this.#working++;
    let version: Version | null = null;
    try {
      const body = await readBody(request, bodyLimit);
      const received = performance.now();
      const question = read(body);
      version = asked === null ? fleet.next(question.key) : fleet.find(asked);
      const { inputs, write } = question.fit(version);
      const outputs = await version.infer(inputs, received + deadline);
      const answer = write(outputs);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer.body),
        ...answer.headers,
      });
      response.end(answer.body);
      metrics.answered(version.digest, (performance.now() - received) / 1000, outputs[0]?.shape[0] ?? 1);
    } catch (error) {
      if (version !== null) metrics.failed(version.digest);
      throw error;
    } finally {
      this.#working--;
    }
  }
}
