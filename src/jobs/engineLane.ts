import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import 'vscode-jsonrpc/node';
import { BadInput } from '../core/failure.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import { Channel, type Port } from '../protocol/transport.ts';
import type { EngineCallOptions, EngineClientOptions, EngineParams, EngineResult } from './engineClient.ts';
import { residentMb } from './residentMemory.ts';

const idleMs = 5 * 60_000;
const memoryPollMs = 500;
const keptLines = 30;

/** The engine process ended while it worked: a fault of the runtime or of ours, not of the input. */
export class EngineStopped extends Error {
  override readonly name = 'EngineStopped';
}

interface Running {
  readonly child: ChildProcess;
  readonly channel: Channel<EngineRequests>;
  /** Rejects when the process ends; never resolves. */
  readonly ended: Promise<never>;
}

/** One engine process, started on demand, doing one call after the other. */
export class EngineLane {
  readonly #options: EngineClientOptions;
  #running: Running | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  call<M extends keyof EngineRequests>(
    method: M,
    params: EngineParams<M>,
    options: EngineCallOptions,
  ): Promise<EngineResult<M>> {
    this.#waiting++;
    const turn = this.#tail.then(() => this.#run(method, params, options));
    const done = whenAborted(options.signal, turn).finally(() => {
      if (--this.#waiting === 0) this.#startIdling();
    });
    this.#tail = turn.catch(() => undefined);
    return done;
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }

  async #run<M extends keyof EngineRequests>(
    method: M,
    params: EngineParams<M>,
    { signal, onProgress }: EngineCallOptions,
  ): Promise<EngineResult<M>> {
    signal?.throwIfAborted();
    if (this.#disposed) throw new EngineStopped('The engine was closed before the work began.');
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const running = (this.#running ??= this.#start());
    const abort = (): void => this.#stop();
    signal?.addEventListener('abort', abort);
    const watch = this.#watchMemory(running.child);
    try {
      const answer = running.channel.call(method, params as never, onProgress);
      return (await Promise.race([answer, running.ended, watch.exceeded])) as EngineResult<M>;
    } catch (error) {
      signal?.throwIfAborted();
      // A connection that closes says less than the way the process ended: wait for that.
      if (!(error instanceof BadInput) && !alive(running.child)) await running.ended;
      throw error;
    } finally {
      watch.end();
      signal?.removeEventListener('abort', abort);
    }
  }

  #start(): Running {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    delete (env as NodeJS.ProcessEnv).NODE_OPTIONS;
    const child = fork(this.#options.engineFile, [], {
      env,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(this.#options.execPath === undefined ? {} : { execPath: this.#options.execPath }),
    });
    const last: string[] = [];
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface(stream).on('line', line => {
        this.#options.log(line);
        last.push(line);
        if (last.length > keptLines) last.shift();
      });
    }
    const ended = new Promise<never>((_, reject) => {
      const end = (how: string): void => {
        if (this.#running?.child === child) this.#running = null;
        channel.dispose();
        reject(new EngineStopped(stoppedSentence(how, last)));
      };
      child.once('error', error => end(`could not be started (${error.message})`));
      child.once('close', (code, signal) =>
        end(signal === null ? `ended with code ${code ?? 'unknown'}` : `was ended by ${signal}`),
      );
    });
    ended.catch(() => undefined);
    const channel = new Channel<EngineRequests>(portOf(child));
    channel.listen();
    return { child, channel, ended };
  }

  #stop(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const running = this.#running;
    this.#running = null;
    running?.child.kill('SIGKILL');
  }

  #startIdling(): void {
    if (this.#disposed) return;
    this.#idle = setTimeout(() => this.#stop(), this.#options.idleMs ?? idleMs);
    this.#idle.unref();
  }

  #watchMemory(child: ChildProcess): { readonly exceeded: Promise<never>; end(): void } {
    let timer: NodeJS.Timeout | null = null;
    const limit = this.#options.memoryLimitMb;
    const exceeded = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        void residentMb(child.pid).then(used => {
          if (used === null || used <= limit || timer === null) return;
          this.#stop();
          reject(
            new BadInput(
              'memory-limit',
              `The engine used ${Math.round(used)} MB, more than the ${limit} MB that the setting ` +
                '`slipway.engine.memoryLimit` allows, and was stopped. Raise the setting, or use fewer rows.',
            ),
          );
        });
      }, memoryPollMs);
    });
    exceeded.catch(() => undefined);
    return {
      exceeded,
      end: () => {
        if (timer !== null) clearInterval(timer);
        timer = null;
      },
    };
  }
}

function portOf(child: ChildProcess): Port {
  return {
    post: message => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: listener => void child.on('message', listener),
    onClose: listener => void child.on('disconnect', listener),
  };
}

function alive(child: ChildProcess): boolean {
  return child.connected && child.exitCode === null && child.signalCode === null;
}

function stoppedSentence(how: string, lines: readonly string[]): string {
  const words = lines.find(line => /error|abort|fatal/i.test(line)) ?? lines.at(-1);
  const said = words === undefined ? '' : ` It said: ${words.trim()}`;
  return `The engine ${how} in the middle of its work. Start it again; what was stored before stands.${said}`;
}

/** The promise, or the signal's reason as soon as it aborts (a queued call need not wait for its turn). */
async function whenAborted<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (signal === undefined) return await promise;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
