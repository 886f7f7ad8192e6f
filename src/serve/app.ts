import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Fleet } from './fleet.ts';
import { HttpError } from './httpError.ts';
import type { Metrics } from './metrics.ts';
import { readInferRequest, type TensorSpec } from './request.ts';
import { datatypeOf, writeData } from './tensors.ts';
import type { Version } from './version.ts';

export interface AppOptions {
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  /** Whether a Host header's name (without port) may ask. */
  readonly allowsHost: (name: string) => boolean;
  /** Bytes a request's body may have. */
  readonly bodyLimit: number;
  /** Infer requests worked on at once; more are turned away with 503. */
  readonly concurrency: number;
  /** Milliseconds from the last byte of a request to the start of its run. */
  readonly deadline: number;
  /** Said at /v2, so that a starter knows its own server. */
  readonly instance: string | null;
  readonly log: (line: string) => void;
}

/** The Open Inference Protocol v2 over HTTP, and /metrics. */
export class App {
  readonly server: Server;
  readonly #options: AppOptions;
  #draining = false;
  #working = 0;

  constructor(options: AppOptions) {
    this.#options = options;
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
        fail(request, response, error);
        return;
      }
      this.#options.log(`internal error: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      fail(request, response, new HttpError(500, 'The server failed on this request; its log says why.'));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#checkHost(request);
    const path = decodePath(request.url ?? '/');
    const { fleet, metrics } = this.#options;
    const [root, ...rest] = path;
    if (root === 'metrics' && rest.length === 0) {
      only(request, 'GET');
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(metrics.text(fleet.model));
      return;
    }
    if (root !== 'v2') throw notFound();
    const [section, ...more] = rest;
    if (section === undefined) {
      only(request, 'GET');
      const { instance } = this.#options;
      send(response, 200, {
        name: 'slipway',
        version: '2',
        extensions: ['model_repository_traffic'],
        ...(instance === null ? {} : { instance, pid: process.pid }),
      });
    } else if (section === 'health' && more.length === 1) {
      only(request, 'GET');
      this.#health(more[0]!, response);
    } else if (section === 'models' && more.length > 0) {
      await this.#model(request, response, more);
    } else throw notFound();
  }

  #health(what: string, response: ServerResponse): void {
    if (what === 'live') send(response, 200, { live: true });
    else if (what === 'ready') {
      const ready = this.#options.fleet.ready && !this.#draining;
      send(response, ready ? 200 : 503, { ready });
    } else throw notFound();
  }

  async #model(request: IncomingMessage, response: ServerResponse, path: readonly string[]): Promise<void> {
    const { fleet } = this.#options;
    const model = path[0]!;
    if (model !== fleet.model)
      throw new HttpError(404, `There is no model ${model} here; this server serves ${fleet.model}.`);
    const asked = path[1] === 'versions' ? (path[2] ?? '') : null;
    const verb = path.slice(asked === null ? 1 : 3).join('/');
    if (verb === 'infer') {
      only(request, 'POST');
      await this.#infer(request, response, asked);
    } else if (verb === 'ready') {
      only(request, 'GET');
      // A version that is found is loaded and warm; one that is not throws.
      const ready = asked === null ? fleet.ready : Boolean(fleet.find(asked));
      send(response, ready ? 200 : 503, { name: model, ready });
    } else if (verb === '') {
      only(request, 'GET');
      send(response, 200, this.#metadata(asked === null ? fleet.first() : fleet.find(asked)));
    } else throw notFound();
  }

  #metadata(version: Version): object {
    const { fleet } = this.#options;
    return {
      name: fleet.model,
      versions: fleet.versions.map(({ digest }) => digest),
      platform: 'onnx_onnxv1',
      inputs: version.signature.inputs.map(tensorMetadata),
      outputs: version.signature.outputs.map(tensorMetadata),
      parameters: { version: version.digest, version_name: version.name, joins_requests: version.joins },
      traffic: fleet.shares.map(({ version: { digest, name }, weight }) => ({
        version: digest,
        name,
        weight,
      })),
    };
  }

  async #infer(request: IncomingMessage, response: ServerResponse, asked: string | null): Promise<void> {
    const { fleet, metrics, concurrency, deadline } = this.#options;
    if (this.#working >= concurrency) {
      metrics.refused();
      throw new HttpError(503, `The server works on ${concurrency} requests already.`, {
        'retry-after': '1',
      });
    }
    this.#working++;
    let version: Version | null = null;
    try {
      const body = await this.#body(request);
      const received = performance.now();
      version = asked === null ? fleet.next() : fleet.find(asked);
      const { id, inputs, outputs } = readInferRequest(body, version.signature);
      const results = await version.infer(inputs, received + deadline);
      const names = outputs ?? version.signature.outputs.map(({ name }) => name);
      const written = names.map(name => {
        const { type, shape, data } =
          results[version!.signature.outputs.findIndex(output => output.name === name)]!;
        return `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type) ?? type}","shape":[${shape.join(',')}],"data":${writeData(type, data)}}`;
      });
      const head = JSON.stringify({
        model_name: fleet.model,
        model_version: version.digest,
        ...(id === null ? {} : { id }),
        parameters: { version_name: version.name },
      });
      sendText(response, 200, `${head.slice(0, -1)},"outputs":[${written.join(',')}]}`);
      metrics.answered(version.digest, (performance.now() - received) / 1000, results[0]?.shape[0] ?? 1);
    } catch (error) {
      if (version !== null) metrics.failed(version.digest);
      throw error;
    } finally {
      this.#working--;
    }
  }

  /** A page of another site must not reach a loopback server through a name it controls. */
  #checkHost(request: IncomingMessage): void {
    const host = request.headers.host ?? '';
    const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1];
    if (name === undefined || !this.#options.allowsHost(name.toLowerCase()))
      throw new HttpError(421, 'This server does not answer under that host name.');
  }

  /** @throws HttpError 413 for a body beyond the limit, 415 for what is not JSON */
  #body(request: IncomingMessage): Promise<string> {
    const { bodyLimit } = this.#options;
    const type = request.headers['content-type'];
    // Also what keeps a web page's form from asking: it cannot send this type without being asked first.
    if (type !== undefined && !/^application\/json\b/i.test(type))
      throw new HttpError(415, 'The request must be application/json.');
    if (request.headers['inference-header-content-length'] !== undefined)
      throw new HttpError(415, 'Binary tensors are not taken; send `data` as JSON.');
    const tooLarge = (): HttpError =>
      new HttpError(413, `The request is larger than ${bodyLimit} bytes.`, { connection: 'close' });
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge();
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > bodyLimit) {
          request.pause();
          reject(tooLarge());
        } else chunks.push(chunk);
      });
      request.once('end', () =>
        resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()),
      );
      request.once('error', () => reject(new HttpError(400, 'The request was cut off.')));
    });
  }
}

function tensorMetadata({ name, type, shape }: TensorSpec): object {
  return {
    name,
    datatype: datatypeOf(type) ?? type,
    shape: shape.map(size => (typeof size === 'number' ? size : -1)),
  };
}

function decodePath(url: string): readonly string[] {
  const path = url.split('?', 1)[0]!;
  try {
    return path
      .split('/')
      .filter(part => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw new HttpError(400, 'The path is not a well-formed URL path.');
  }
}

function only(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new HttpError(405, `Use ${method} here.`, { allow: method });
}

function notFound(): HttpError {
  return new HttpError(404, 'There is nothing at this path. The protocol begins at /v2.');
}

function send(response: ServerResponse, status: number, value: object): void {
  sendText(response, status, JSON.stringify(value));
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

function fail(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendText(response, error.status, JSON.stringify({ error: error.message }), error.headers);
  // What is left of a refused body is read away so that the connection can go on; a too large one ends it.
  if (error.headers.connection === 'close') response.once('finish', () => request.destroy());
  else request.resume();
}
