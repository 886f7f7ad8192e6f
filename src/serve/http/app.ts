import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HttpError } from './httpError.ts';
import { Inference, type InferenceOptions } from '../contracts/inference.ts';
import { Oip } from '../contracts/oip.ts';
import { decodePath, notFound, only, sendError } from './reply.ts';

export interface AppOptions extends InferenceOptions {
  /** Whether a Host header's name (without port) may ask. */
  readonly allowsHost: (name: string) => boolean;
  /** Said at /v2, so that a starter knows its own server. */
  readonly instance: string | null;
  readonly log: (line: string) => void;
}

/** All contracts over one listener, and /metrics. */
export class App {
  readonly server: Server;
  readonly #options: AppOptions;
  readonly #oip: Oip;
  #draining = false;

  constructor(options: AppOptions) {
    this.#options = options;
    const { fleet, instance } = options;
    const inference = new Inference(options);
    const ready = (): boolean => fleet.ready && !this.#draining;
    this.#oip = new Oip({ fleet, inference, instance, ready });
    this.server = createServer(
      { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 },
      (request, response) => void this.#handle(request, response),
    );
    this.server.maxConnections = 4096;
  }

  /** From now on not ready, so that balancers send no more; requests are still answered. */
  drain(): void {
    this.#draining = true;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (error instanceof HttpError) {
        sendError(request, response, error);
        return;
      }
      this.#options.log(`internal error: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      sendError(
        request,
        response,
        new HttpError(500, 'The server failed on this request; its log says why.'),
      );
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#checkHost(request);
    const [root, ...rest] = decodePath(request.url ?? '/');
    if (root === 'v2') await this.#oip.route(request, response, rest);
    else if (root === 'metrics' && rest.length === 0) {
      only(request, 'GET');
      const { fleet, metrics } = this.#options;
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(metrics.text(fleet.model));
    } else throw notFound();
  }

  /** A page of another site must not reach a loopback server through a name it controls. */
  #checkHost(request: IncomingMessage): void {
    const host = request.headers.host ?? '';
    const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1];
    if (name === undefined || !this.#options.allowsHost(name.toLowerCase()))
      throw new HttpError(421, 'This server does not answer under that host name.');
  }
}
