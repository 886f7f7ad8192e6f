import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { isIP } from 'node:net';
import writeFileAtomic from 'write-file-atomic';
import { BadInput } from '../core/failure.ts';
import { forSingleRows, loadModel } from '../engine/model/load.ts';
import { runtime } from '../engine/model/runtime.ts';
import { App } from './http/app.ts';
import { Fleet } from './fleet/fleet.ts';
import { keepRunning, type Listening } from './listening.ts';
import { Metrics } from './observe/metrics.ts';
import { modelFile, readServing, type ServedVersion } from './serving.ts';
import { Version } from './fleet/version.ts';
import { watchServing } from './watch.ts';

export interface ServerOptions {
  /** Holds models/. */
  readonly dir: string;
  /** The serving.json that is followed. */
  readonly servingFile: string;
  readonly host: string;
  readonly port: number;
  /** Further names the Host header may have; `*` allows any. */
  readonly allowedHosts: readonly string[];
  /** Where to say that it listens (pid, port, instance); taken away when it ends. */
  readonly announce: string | null;
  readonly instance: string | null;
  readonly bodyLimit: number;
  readonly concurrency: number;
  readonly deadline: number;
  /** Milliseconds that requests in work have to end after SIGTERM. */
  readonly drain: number;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];
const drainNoticeMs = 200;

/** Serves until SIGTERM or SIGINT, or until the starter's channel closes. Resolves when it listens. */
export async function runServer(options: ServerOptions): Promise<void> {
  const log = (line: string): void => {
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  };
  const starter = new Starter();
  const serving = await readServing(options.servingFile);
  if (serving === null)
    throw new BadInput('no-serving', `There is no ${options.servingFile}, which says what to serve.`);
  const metrics = new Metrics();
  const fleet = new Fleet(version => load(options.dir, version, metrics), log);
  const app = new App({ fleet, metrics, log, ...options, allowsHost: hostRule(options) });
  await listen(app, options);
  await fleet.apply(serving);
  if (!fleet.ready && serving.versions.some(({ weight }) => weight > 0))
    throw new BadInput('not-loaded', [...fleet.failures.values()].join('\n'));
  const stopWatching = watchServing(options.servingFile, next => void fleet.apply(next), log);
  const said: Listening = {
    listening: (app.server.address() as AddressInfo).port,
    host: options.host,
    pid: process.pid,
    instance: options.instance,
    since: new Date().toISOString(),
  };
  const line = `${JSON.stringify(said)}\n`;
  if (options.announce !== null) await writeFileAtomic(options.announce, line);
  process.stdout.write(line);
  const stop = (why: string): void => {
    stopWatching();
    void end(app, options, `${why}: draining`, log);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  starter.tell(said, () => stop('the starter is gone'));
}

/** The process that started this one, when it holds a channel: until it says otherwise, its end is ours. */
class Starter {
  readonly #has = process.send !== undefined;
  #keeps = true;
  #gone = (): void => process.exit(0);

  constructor() {
    if (!this.#has) return;
    process.on('message', message => {
      if (message === keepRunning) this.#keeps = false;
    });
    process.once('disconnect', () => {
      if (this.#keeps) this.#gone();
    });
  }

  /** @param gone what to do when it ends from now on */
  tell(said: Listening, gone: () => void): void {
    if (!this.#has) return;
    this.#gone = gone;
    if (process.connected) process.send!(said);
    else gone();
  }
}

async function load(dir: string, { digest, name }: ServedVersion, metrics: Metrics): Promise<Version> {
  const file = modelFile(dir, digest);
  const ref = { digest, name: null, version: name, path: file, size: 0 };
  const model = await loadModel({ file, ref });
  const { Tensor } = await runtime();
  const version = new Version(digest, name, await model.session(forSingleRows), Tensor, metrics);
  await version.warm();
  return version;
}

async function listen(app: App, { host, port }: ServerOptions): Promise<void> {
  app.server.listen(port, host);
  try {
    await once(app.server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new BadInput('port-in-use', `Port ${port} on ${host} is in use. Choose another port.`);
    if (code === 'EACCES')
      throw new BadInput('port-refused', `Port ${port} may not be used by this user. Choose one above 1023.`);
    throw new BadInput('cannot-listen', `The server cannot listen on ${host}:${port}: ${message}`);
  }
}

/** Not ready first, so that balancers look away; then no new connections; then the end. */
async function end(
  app: App,
  { drain, announce }: ServerOptions,
  why: string,
  log: (line: string) => void,
): Promise<void> {
  log(why);
  app.drain();
  const deadline = setTimeout(() => app.server.closeAllConnections(), drain);
  await new Promise(resolve => setTimeout(resolve, Math.min(drainNoticeMs, drain)));
  const closed = once(app.server, 'close');
  app.server.close();
  app.server.closeIdleConnections();
  // A connection is idle again only after its answer was sent: look until all are gone.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 20);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  if (announce !== null) await rm(announce, { force: true });
  log('stopped');
  process.exit(0);
}

function hostRule({ host, allowedHosts }: ServerOptions): (name: string) => boolean {
  const known = new Set([...loopback, ...allowedHosts.map(name => name.toLowerCase())]);
  if (known.has('*')) return () => true;
  if (loopback.includes(host) || host === '::1') return name => known.has(name);
  // Asked to listen for others: by this machine's names and by address, which no foreign name can stand for.
  known.add(host.toLowerCase()).add(hostname().toLowerCase());
  return name => known.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
