import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { featureNames } from '../../engine/match/names.ts';
import { forSingleRows, loadModel } from '../../engine/model/load.ts';
import { runtime } from '../../engine/model/runtime.ts';
import { Inference } from '../contracts/inference.ts';
import { Explainer } from '../explain/explainer.ts';
import type { Failures } from '../fleet/fleet.ts';
import { Registry, type Wanted } from '../fleet/registry.ts';
import { Version } from '../fleet/version.ts';
import { Access } from '../http/access.ts';
import { App } from '../http/app.ts';
import { Counter, type Counts } from '../observe/counts.ts';
import type { Log } from '../observe/log.ts';
import { SampleFiles } from '../observe/sampleFiles.ts';
import { Samples } from '../observe/samples.ts';
import type { ServerOptions } from '../options.ts';
import { modelFile, type ServedVersion } from '../serving.ts';
import type { Head, Member } from './member.ts';

/** After readiness fails and before connections are refused, so that balancers can look away. */
const noticeMs = 200;

export interface AnsweringOptions {
  readonly server: ServerOptions;
  readonly head: Head;
  /** The process that a starter knows. */
  readonly pid: number;
  /** Tells several processes of one server apart. */
  readonly process: string;
  readonly log: Log;
}

/** A process's models and its listener. */
export class Answering implements Member {
  readonly #options: AnsweringOptions;
  readonly #counter = new Counter();
  readonly #registry: Registry;
  readonly #samples: Samples;
  readonly #app: App;
  #draining = false;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    const { server, head, pid, log } = options;
    const files = new SampleFiles(join(server.dir, 'samples'), options.process, log);
    this.#samples = new Samples(() => this.#registry.samples, files, this.#counter, log);
    const inference = new Inference(server, this.#counter, this.#samples);
    this.#registry = new Registry((model, version) => this.#load(model, version), log, inference.busy);
    this.#app = new App({
      service: {
        registry: this.#registry,
        inference,
        instance: server.instance,
        pid,
        ready: () => this.#registry.ready && !this.#draining,
        counts: () => head.counts(),
        control: (model, act) => head.control(model, act),
      },
      access: new Access(server),
      vertex: server.vertex,
      tls: server.tls,
      log,
      logRequests: server.logRequests,
    });
  }

  async listen(): Promise<number> {
    const { host, port } = this.#options.server;
    const { server } = this.#app;
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw cannotListen(host, port, error as NodeJS.ErrnoException);
    }
    return (server.address() as AddressInfo).port;
  }

  async prepare(wanted: Wanted): Promise<Failures> {
    return await this.#registry.prepare(wanted);
  }

  commit(wanted: Wanted, failures: Failures): Promise<void> {
    this.#registry.commit(wanted, failures);
    return Promise.resolve();
  }

  counts(): Promise<Counts> {
    return Promise.resolve(this.#counter.counts());
  }

  async drain(): Promise<void> {
    const { drain } = this.#options.server;
    const { server } = this.#app;
    this.#draining = true;
    const deadline = setTimeout(() => server.closeAllConnections(), drain);
    await new Promise(resolve => setTimeout(resolve, Math.min(noticeMs, drain)));
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    // A connection is idle again only after its answer was sent: look until all are gone.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
    await this.#samples.close();
  }

  async #load(model: string, { digest, name, explain }: ServedVersion): Promise<Version> {
    const file = modelFile(this.#options.server.dir, digest);
    const ref = { digest, name: null, version: name, path: file, size: 0 };
    const loaded = await loadModel({ file, ref });
    const { Tensor } = await runtime();
    const features = featureNames(loaded.facts.metadata);
    const version = new Version({
      digest,
      name,
      features,
      session: await loaded.session(forSingleRows),
      tensor: Tensor,
      counts: this.#counter.of(model, digest),
      batch: () => this.#registry.batch,
    });
    await version.warm(async signature => {
      if (explain === undefined) return 'Serve it with a background to explain against.';
      try {
        const background = resolve(dirname(this.#options.server.servingFile), explain);
        return await Explainer.open(loaded, signature, features, background);
      } catch (error) {
        // An answer without its explanation is better than none.
        if (!(error instanceof BadInput)) throw error;
        this.#options.log(`${name ?? digest.slice(0, 12)} is not explained: ${error.message}`, { model });
        return error.message;
      }
    });
    return version;
  }
}

function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): BadInput {
  if (code === 'EADDRINUSE')
    return new BadInput('port-in-use', `Port ${port} on ${host} is in use. Choose another port.`);
  if (code === 'EACCES')
    return new BadInput('port-refused', `Port ${port} may not be used by this user. Choose one above 1023.`);
  return new BadInput('cannot-listen', `The server cannot listen on ${host}:${port}: ${message}`);
}
