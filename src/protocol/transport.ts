import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  Disposable,
  ProgressType,
  RequestType,
  ResponseError,
  type CancellationToken,
  type DataCallback,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc';
import { BadInput } from '../core/failure.ts';
import type { EngineProgress } from './engine.ts';

/**
 * Where messages go and come from: a forked child, a webview. Structured clone carries typed arrays.
 * The entry point of each process imports `vscode-jsonrpc/node` or `/browser` first.
 */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

/** Method -> [parameters, result]. */
export type Requests = object;
type ParamsOf<R, M extends keyof R> = R[M] extends [infer P, unknown] ? P : never;
type ResultOf<R, M extends keyof R> = R[M] extends [unknown, infer T] ? T : never;

/** What a handler is given beside its parameters. */
export interface CallContext {
  readonly cancelled: CancellationToken;
  progress(value: EngineProgress): void;
}

/** One side's answers to the other side's requests. */
export type Handlers<R extends Requests> = {
  readonly [M in keyof R]: (params: ParamsOf<R, M>, context: CallContext) => Promise<ResultOf<R, M>>;
};

interface Envelope<P> {
  readonly params: P;
  readonly token: string | null;
}

const progressType = new ProgressType<EngineProgress>();
const badInputCode = 400;
const internalCode = 500;

/** One end of a connection: calls what the other side serves, serves what the other side calls. */
export class Channel<Calls extends Requests, Notes extends Requests = Record<string, [unknown, null]>> {
  readonly #connection: MessageConnection;
  #tokens = 0;

  constructor(port: Port) {
    this.#connection = createMessageConnection(new PortReader(port), new PortWriter(port));
    port.onClose(() => this.#connection.dispose());
  }

  /** Starts listening. Register handlers first. */
  listen(): void {
    this.#connection.listen();
  }

  serve<R extends Requests>(handlers: Handlers<R>): void {
    for (const method of Object.keys(handlers) as (keyof R & string)[]) {
      const handler = handlers[method];
      this.#connection.onRequest(
        new RequestType<Envelope<never>, unknown, unknown>(method),
        async (envelope, cancelled) => {
          const progress = (value: EngineProgress): void => {
            if (envelope.token !== null)
              void this.#connection.sendProgress(progressType, envelope.token, value);
          };
          try {
            return await handler(envelope.params, { cancelled, progress });
          } catch (error) {
            return toResponseError(error);
          }
        },
      );
    }
  }

  /**
   * Rejects with BadInput when the other side threw it, and when the connection ends first.
   * @param cancelled passed on to the other side, which answers by rejecting
   */
  async call<M extends keyof Calls & string>(
    method: M,
    params: ParamsOf<Calls, M>,
    onProgress?: (value: EngineProgress) => void,
    cancelled?: CancellationToken,
  ): Promise<ResultOf<Calls, M>> {
    const token = onProgress === undefined ? null : `${method}-${++this.#tokens}`;
    const listening =
      onProgress === undefined || token === null
        ? null
        : this.#connection.onProgress(progressType, token, onProgress);
    try {
      const envelope: Envelope<ParamsOf<Calls, M>> = { params, token };
      return await this.#connection.sendRequest(
        new RequestType<Envelope<ParamsOf<Calls, M>>, ResultOf<Calls, M>, unknown>(method),
        envelope,
        ...(cancelled === undefined ? [] : [cancelled]),
      );
    } catch (error) {
      throw fromResponseError(error);
    } finally {
      listening?.dispose();
    }
  }

  notify<M extends keyof Notes & string>(method: M, params: ParamsOf<Notes, M>): void {
    void this.#connection.sendNotification(method, params);
  }

  onNotification<M extends keyof Notes & string>(
    method: M,
    listener: (params: ParamsOf<Notes, M>) => void,
  ): void {
    this.#connection.onNotification(method, listener);
  }

  /** Pending calls reject. */
  dispose(): void {
    this.#connection.dispose();
  }
}

function toResponseError(error: unknown): ResponseError<{ code: string }> {
  if (error instanceof BadInput) return new ResponseError(badInputCode, error.message, { code: error.code });
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ResponseError(internalCode, message, { code: 'internal' });
}

function fromResponseError(error: unknown): Error {
  if (error instanceof ResponseError && error.code === badInputCode) {
    const data = error.data as { code?: unknown } | undefined;
    return new BadInput(typeof data?.code === 'string' ? data.code : 'bad-input', error.message);
  }
  return error instanceof Error ? error : new Error(String(error));
}

class PortReader extends AbstractMessageReader {
  readonly #port: Port;

  constructor(port: Port) {
    super();
    this.#port = port;
  }

  listen(callback: DataCallback): Disposable {
    this.#port.onMessage(message => {
      if (isMessage(message)) callback(message);
    });
    this.#port.onClose(() => this.fireClose());
    return Disposable.create(() => undefined);
  }
}

class PortWriter extends AbstractMessageWriter {
  readonly #port: Port;

  constructor(port: Port) {
    super();
    this.#port = port;
  }

  write(message: Message): Promise<void> {
    this.#port.post(message);
    return Promise.resolve();
  }

  end(): void {
    // A port ends with its process or page, not by a message.
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value;
}
