import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fleet } from '../fleet/fleet.ts';
import { Bodies } from '../http/body.ts';
import type { Failed } from '../http/handler.ts';
import { HttpError } from '../http/httpError.ts';
import { countAnswer, type Counter } from '../observe/counts.ts';
import type { Samples } from '../observe/samples.ts';
import type { Answer, Fitted, Question } from './question.ts';

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
   * @param failed is told what there is to say instead of an answer
   * @throws HttpError 503
   */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    fleet: Fleet,
    asked: string | null,
    read: (body: Buffer) => Question,
    failed: Failed,
  ): void {
    this.#admit();
    // A client that sends its body slowly takes no place from the others.
    const taken = (body: Buffer): void => {
      try {
        this.#ask(response, fleet, asked, read, body, failed);
      } catch (error) {
        failed(error);
      }
    };
    this.#bodies.take(request, taken, failed);
  }

  /** @throws HttpError */
  #ask(
    response: ServerResponse,
    fleet: Fleet,
    asked: string | null,
    read: (body: Buffer) => Question,
    body: Buffer,
    failed: Failed,
  ): void {
    this.#admit();
    const received = performance.now();
    const { key, patience, id, fit } = read(body);
    const version = asked === null ? fleet.next(key) : fleet.find(asked);
    const { counts } = version;
    const fail = (error: unknown): void => {
      counts.failure++;
      this.#working--;
      failed(error);
    };
    this.#working++;
    let fitted: Fitted;
    try {
      fitted = fit(version);
    } catch (error) {
      fail(error);
      return;
    }
    const { inputs, write } = fitted;
    const since = performance.now();
    counts.input += (since - received) / 1000;
    const { deadline } = this.#limits;
    version.ask({
      ...{ inputs, since },
      until: received + (patience === null ? deadline : Math.min(patience, deadline)),
      failed: fail,
      answered: outputs => {
        const ran = performance.now();
        const send = (answer: Answer): void => {
          sendAnswer(response, answer);
          const done = performance.now();
          counts.output += (done - ran) / 1000;
          countAnswer(counts, (done - received) / 1000, inputs[0]?.shape[0] ?? 1);
          if (asked === null && fleet.hasShadows) fleet.copy({ answered: version, outputs, fit });
          this.#samples.offer(fleet.model, version, id, inputs, outputs);
          this.#working--;
        };
        try {
          const answer = write(outputs);
          if (answer instanceof Promise) answer.then(send).catch(fail);
          else send(answer);
        } catch (error) {
          fail(error);
        }
      },
    });
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
