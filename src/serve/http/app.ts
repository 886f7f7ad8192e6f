import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Oip } from '../contracts/oip.ts';
import { scoringRoutes, vertexRoutes, type VertexRoutes } from '../contracts/scoring.ts';
import type { Service } from '../contracts/service.ts';
import type { Log } from '../observe/log.ts';
import { prometheusText } from '../observe/prometheus.ts';
import type { Access } from './access.ts';
import { guarded, type Handler, type Resolve } from './handler.ts';
import { HttpError } from './httpError.ts';
import { decodePath, notFound, only, refuseBroken, sendError, sendText } from './reply.ts';

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whose certificates a client must have; null: any client. */
  readonly clientCa: Buffer | null;
}

export interface AppOptions {
  readonly service: Service;
  readonly access: Access;
  readonly vertex: VertexRoutes;
  readonly tls: Tls | null;
  readonly log: Log;
  /** Whether each request is a line of the log. */
  readonly logRequests: boolean;
}

const settings = {
  ...{ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 },
  // How often it is looked whether a request takes too long.
  connectionsCheckingInterval: 5_000,
  // A request without one is answered with a sentence.
  requireHostHeader: false,
};
/** Requests of this many paths are answered without taking the path apart. */
const knownPaths = 1000;

/** All contracts over one listener, and /metrics. */
export class App {
  readonly server: Server;
  readonly #options: AppOptions;
  readonly #contracts: readonly Resolve[];
  readonly #known = new Map<string, Handler>();

  constructor(options: AppOptions) {
    this.#options = options;
    const { service, vertex, tls } = options;
    const oip = new Oip(service);
    this.#contracts = [
      path => (path[0] === 'v2' ? oip.resolve(path.slice(1)) : null),
      scoringRoutes(service),
      vertexRoutes(service, vertex),
      path => (path.length === 1 && path[0] === 'metrics' ? metricsOf(service) : null),
    ];
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      this.#handle(request, response);
    this.server =
      tls === null
        ? createServer(settings, listener)
        : createTlsServer(
            {
              ...settings,
              ...{ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' },
              ...(tls.clientCa === null
                ? {}
                : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
            },
            listener,
          );
    this.server.maxConnections = 4096;
    this.server.on('clientError', refuseBroken);
    this.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const { expect = '' } = request.headers;
      sendError(
        request,
        response,
        new HttpError(417, `Only \`Expect: 100-continue\` is taken, not ${expect}.`),
      );
    });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#options.logRequests) this.#logWhenDone(request, response);
    const failed = (error: unknown): void => sendError(request, response, this.#said(error));
    try {
      const handler = this.#handlerOf(request.url ?? '/');
      this.#options.access.check(request, handler?.open === true);
      if (handler === null) throw notFound();
      const handled = handler.handle(request, response, failed);
      if (handled instanceof Promise) handled.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** What a client is told; why the server itself failed is for its log. */
  #said(error: unknown): HttpError {
    if (error instanceof HttpError) return error;
    this.#options.log(`internal error: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    return new HttpError(500, 'The server failed on this request; its log says why.');
  }

  #handlerOf(url: string): Handler | null {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    const path = decodePath(url);
    for (const resolve of this.#contracts) {
      const handler = resolve(path);
      if (handler === null) continue;
      if (this.#known.size >= knownPaths) this.#known.clear();
      this.#known.set(url, handler);
      return handler;
    }
    return null;
  }

  #logWhenDone(request: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    response.once('close', () => {
      const milliseconds = Math.round((performance.now() - began) * 1000) / 1000;
      this.#options.log('request', {
        ...{ method: request.method ?? '', path: request.url ?? '' },
        ...{ status: response.headersSent ? response.statusCode : 0, milliseconds },
      });
    });
  }
}

function metricsOf(service: Service): Handler {
  return guarded(async (request, response) => {
    only(request, 'GET');
    const text = prometheusText(await service.counts());
    sendText(response, 200, text, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}
