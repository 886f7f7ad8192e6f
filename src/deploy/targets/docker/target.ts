import type Docker from 'dockerode';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import type { Serving } from '../../../serve/serving.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { accessContents, clientAccess, lackingAccess, type AccessContents } from '../access.ts';
import { requireBinaries } from '../bundle.ts';
import { requireFreePort } from '../local/serverProcess.ts';
import { OpenInference } from '../openInference.ts';
import { backgroundFile, FollowingSteps } from '../following.ts';
import { servedModel, servingOf, servingStates, shadowOf, sharesOf } from '../servingStates.ts';
import { asked, connect, type Connection } from './connection.ts';
import { containerName, ServerContainer, type FoundContainer } from './container.ts';
import { buildImage, hasImage, labelRelease, pruneImages, serverImage, type ServerImage } from './image.ts';
import { VolumeLease } from './lease.ts';
import type { DockerSettings } from './settings.ts';
import { readyMs, until, waitFor } from '../waiting.ts';

const pollMs = 50;
/** One server stops and one gets ready; to undo that takes as long. */
const startMs = 2 * readyMs + 60_000;
const buildMs = 20 * 60_000;

/** The engine with what this target has on it. */
interface Host {
  readonly connection: Connection;
  readonly version: Docker.DockerVersion;
  readonly container: ServerContainer;
  /** Of a server that runs, as it is asked; of none, as one will be. */
  readonly client: (found: FoundContainer | null) => OpenInference;
}

/**
 * The inference server in one container of Docker or Podman. The image holds the server, a volume the versions;
 * a change of versions is a change of serving.json, which the server follows without failing a request.
 */
export class DockerTarget implements Target {
  readonly kind = 'docker';
  readonly divides = true;
  readonly lease: LeasePlace;
  readonly name: string;
  readonly #settings: DockerSettings;
  readonly #context: TargetContext;
  readonly #following: FollowingSteps;
  #host: Promise<Host> | null = null;

  constructor(name: string, settings: DockerSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const container = containerName(name, settings);
    this.lease = new VolumeLease(async () => (await this.#open()).connection, container);
    this.#following = new FollowingSteps(pollMs, async (_, work) => {
      const { container } = await this.#open();
      return await work({
        client: signal => this.#client(signal),
        stands: async signal => (await container.find(signal)) !== null,
        put: (value, signal) => container.putServing(value, signal),
        write: (path, value, signal) => container.write(path, value, signal),
        // It goes with the version that it belongs to.
        remove: () => Promise.resolve(),
      });
    });
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const bad = (error: unknown, mend: string | null): Finding => {
      if (!(error instanceof BadInput)) throw error;
      return { ok: false, what: error.message, mend };
    };
    let host: Host;
    try {
      host = await this.#open();
      await requireBinaries((await this.#image(host)).source);
    } catch (error) {
      return [bad(error, null)];
    }
    const { container, connection } = host;
    const { address, port, base } = this.#settings;
    const lacking = await lackingAccess(this.#settings, this.#context);
    if (lacking !== null) return [lacking];
    const findings: Finding[] = [
      { ok: true, what: `${connection.place} answers: ${inWords(host.version)}.`, mend: null },
    ];
    const found = await container.find(signal);
    if (found !== null && found.target !== this.name)
      findings.push({
        ok: false,
        what: `A container ${container.name} is there that is not of target ${this.name}.`,
        mend: 'Set another `container` in slipway.yaml, or remove it.',
      });
    else if (found?.running !== true && connection.host === '127.0.0.1')
      await requireFreePort(address, port).catch((error: unknown) =>
        findings.push(bad(error, `Set another \`port\` for ${this.name} in slipway.yaml.`)),
      );
    const image = await this.#image(host);
    if (!(await hasImage(connection, image.tag, signal)) && !(await hasImage(connection, base, signal)))
      findings.push({
        ok: true,
        what: `The base image ${base} is pulled when the image is built.`,
        mend: null,
      });
    return findings;
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const contents = await accessContents(this.#settings, this.#context);
    try {
      return await this.#look(contents, signal);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: {} };
      return { reachable: false, ...none, sentence: error.message };
    }
  }

  async #look(contents: AccessContents, signal: AbortSignal): Promise<Observed> {
    const host = await this.#open();
    const image = await this.#image(host);
    const { container, connection } = host;
    const found = await container.find(signal);
    const ours = found?.target === this.name ? found : null;
    const client = host.client(ours);
    const asks = ours === null ? null : await container.serving(signal);
    const answers = ours?.running === true && (await client.isInstance(ours.instance, signal));
    const wanted = sharesOf(asks);
    const ready = answers && (await client.ready(signal));
    const access = await container.accessFolder(contents, ours, signal);
    return {
      reachable: true,
      live: answers && asks !== null ? ((await client.traffic(asks.model, signal)) ?? []) : wanted,
      shadow: shadowOf(asks),
      present: ours === null ? [] : await container.present(signal),
      healthy: ready,
      endpoint: ours === null ? null : client.url,
      sentence: sentenceOf(ours?.running ?? null, wanted.length, ready, `${container.name} on ${client.url}`),
      facts: {
        serving: asks === null ? null : JSON.stringify(asks),
        running: ours?.running ?? null,
        shape: ours?.shape ?? null,
        wanted: container.shape(image.tag, access),
        image: image.tag,
        built: await hasImage(connection, image.tag, signal),
        aside: await container.hasAside(signal),
      },
    };
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    if (!observed.reachable) throw new BadInput('unreachable', observed.sentence);
    const before = servingOf(observed);
    if (desired.live.length === 0) return [this.#stop(observed, before), this.#delete()];
    const models = heldModels(desired);
    const model = servedModel(this.name, desired, before, this.#settings.model);
    const explain = this.#settings.explain === true ? backgroundFile : undefined;
    const { dark, switched, final } = servingStates(desired, before, model, this.#settings, explain);
    const { facts, present } = observed;
    const stands = facts.running === true && facts.shape === facts.wanted;
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...(stands || facts.built === true ? [] : [this.#build()]),
        ...(stands ? [] : [this.#start(observed, { ...dark, versions: [] })]),
        ...models.filter(({ digest }) => !present.includes(digest)).map(version => this.#copy(version)),
        ...this.#following.backgrounds(final, before, this.#context.background),
        this.#following.load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#following.switch(switched, dark)],
      finish: [this.#retire(final, [...digests, ...desired.keep])],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const { container } = await this.#open();
    const model = (await container.serving(signal))?.model ?? '';
    return (await (await this.#client(signal)).infer(model, digest, inputs, signal)).outputs;
  }

  async logs(lines: number): Promise<readonly string[]> {
    const { container } = await this.#open();
    return await container.logs(lines, AbortSignal.timeout(10_000));
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const { container, client: clientOf } = await this.#open();
    const [found, asks] = [await container.find(signal), await container.serving(signal)];
    const client = clientOf(found);
    if (asks === null || found?.running !== true || !(await client.isInstance(found.instance, signal)))
      return null;
    return await client.measure(asks.model, signal);
  }

  /** The host is paid for already. */
  cost(): string | null {
    return null;
  }

  async resume(signal: AbortSignal): Promise<void> {
    const { container } = await this.#open();
    if ((await container.find(signal))?.target !== this.name)
      throw new BadInput(
        'nothing-to-resume',
        `Nothing is deployed on ${this.name} yet. Deploy a version first.`,
      );
    await container.run(signal);
    await this.#untilAnswers(signal);
  }

  #build(): Step {
    return {
      name: 'image',
      phase: 'prepare',
      limit: buildMs,
      sentence: `Build the image of the server on ${this.#settings.base}.`,
      undoSentence: 'It is deleted unless another container uses it.',
      run: async ({ signal, log }) => {
        const host = await this.#open();
        const image = await this.#image(host);
        const isolation = this.#settings.isolation ?? null;
        await buildImage(host.connection, image, isolation, signal, log);
        return image.tag;
      },
      undo: async ({ signal }) => {
        const host = await this.#open();
        await pruneImages(host.connection, this.name, [releaseTag(host)], signal);
      },
    };
  }

  #start({ facts, live }: Observed, empty: Serving): Step {
    const serves = live.length > 0;
    const first = facts.running === null;
    const image = String(facts.image);
    const replaces = !first && facts.shape !== facts.wanted;
    return {
      name: 'start',
      phase: 'prepare',
      limit: startMs,
      sentence: replaces
        ? 'Put a new container in the place of the one that runs, on the same volume; requests fail until it answers.'
        : 'Start the container: not root, read-only, without capabilities.',
      undoSentence: replaces ? 'The container before it is started again.' : 'It is removed.',
      run: async ({ signal }) => {
        const { container, client } = await this.#open();
        await container.start(image, await accessContents(this.#settings, this.#context), empty, signal);
        await this.#untilAnswers(signal);
        return `${container.name} answers on ${client(await container.find(signal)).url}`;
      },
      undo: async ({ signal }) => {
        const { container, client } = await this.#open();
        if (first || replaces) await container.undoStart(first ? null : String(facts.shape), signal);
        else await container.stop(signal);
        // One that comes back on another port is not where the settings ask.
        const back = replaces && facts.running === true ? await container.find(signal) : null;
        if (back?.port !== this.#settings.port) return;
        await this.#untilAnswers(signal);
        if (serves) await until('it did not become ready', pollMs, signal, () => client(back).ready(signal));
      },
    };
  }

  #copy(model: ModelRef): Step {
    const { digest, size } = model;
    return {
      name: `copy-${digest.slice(0, 12)}`,
      phase: 'prepare',
      limit: 2 * waitFor(size),
      sentence: `Copy ${versionLabel(model)} into the volume.`,
      undoSentence: 'The copy is deleted.',
      run: async ({ signal }) => {
        const { container } = await this.#open();
        const { file } = await this.#context.source(digest);
        return (await container.copy({ digest, file }, size, signal)) ? 'copied' : 'was there';
      },
      undo: async ({ signal }) => {
        const { container } = await this.#open();
        if ((await container.find(signal))?.running !== true) return;
        const others = (await container.present(signal)).filter(other => other !== digest);
        await container.keepModels(others, signal);
      },
    };
  }

  #retire(final: Serving, kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence:
        'Unload what is no longer live; keep the last versions for a rollback. Label an image with the digests; delete images no longer used.',
      undoSentence: 'A rollback loads them again.',
      run: async ({ signal }) => {
        const host = await this.#open();
        const { container, connection } = host;
        await container.putServing(final, signal);
        const old = (await container.present(signal)).filter(digest => !kept.includes(digest));
        await container.removeAside(signal);
        await container.keepModels(kept, signal);
        const [server, tag] = [(await this.#image(host)).tag, releaseTag(host)];
        const live = sharesOf(final);
        await labelRelease(connection, { tag, target: this.name, server, live }, signal);
        const images = await pruneImages(connection, this.name, [server, tag], signal);
        return `deleted ${old.length} older versions and ${images} images`;
      },
      undo: () => Promise.resolve(),
    };
  }

  #stop({ facts }: Observed, before: Serving | null): Step {
    return {
      name: 'stop',
      phase: 'switch',
      sentence: 'Let requests in work end and stop the container.',
      undoSentence: 'It is started again.',
      run: async ({ signal }) => {
        const { container } = await this.#open();
        await container.stop(signal);
        // What stopped serves nothing: a look at the volume must say so too.
        if (before !== null && (await container.find(signal)) !== null)
          await container.putServing({ ...before, versions: [] }, signal);
        return 'stopped';
      },
      undo: async ({ signal }) => {
        const { container } = await this.#open();
        if ((await container.find(signal)) === null) return;
        if (before !== null) await container.putServing(before, signal);
        if (facts.running === true) await container.run(signal);
      },
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: 'Remove the container, its volume, and images of ours that nothing uses.',
      undoSentence: 'A deployment makes them again.',
      run: async ({ signal }) => {
        const { container, connection } = await this.#open();
        await container.removeAll(signal);
        return `removed, with ${await pruneImages(connection, this.name, [], signal)} images`;
      },
      undo: () => Promise.resolve(),
    };
  }

  async #untilAnswers(signal: AbortSignal): Promise<void> {
    const { container, client } = await this.#open();
    await until(`${container.name} did not answer on ${client(null).url}`, pollMs, signal, async () => {
      const found = await container.find(signal);
      if (found?.running !== true) {
        const lines = found === null ? [] : await container.logs(5, signal);
        throw new BadInput('container-ended', `${container.name} ended: ${lines.join('\n')}`);
      }
      return await client(found).hasStarted(found.instance, signal);
    });
  }

  async #client(signal: AbortSignal): Promise<OpenInference> {
    const { container, client } = await this.#open();
    return client(await container.find(signal));
  }

  async #image({ version }: Host): Promise<ServerImage> {
    const arm = /^(aarch64|arm64)$/.test(version.Arch);
    const { distDir } = this.#context;
    return await serverImage(this.#settings.base, { distDir, platform: arm ? 'linux-arm64' : 'linux-x64' });
  }

  /** What the engine is does not change while it is asked; a connection that failed is tried again. */
  async #open(): Promise<Host> {
    this.#host ??= this.#connect();
    try {
      return await this.#host;
    } catch (error) {
      this.#host = null;
      throw error;
    }
  }

  async #connect(): Promise<Host> {
    const { socket, address, port } = this.#settings;
    const connection = await connect(socket ?? null, process.env);
    const outside = address === '127.0.0.1' || address === '0.0.0.0' || address === '::';
    const version = await asked(
      connection,
      'say its version',
      AbortSignal.timeout(10_000),
      connection.docker.version(),
    );
    const container = new ServerContainer(this.name, this.#settings, connection);
    const where = `${outside ? connection.host : address}:${port}`;
    return {
      connection,
      version,
      container,
      client: found => this.#clientOf(container, found, where),
    };
  }

  /** A server is asked with what it was started with, also when the settings ask for another by now. */
  #clientOf(container: ServerContainer, found: FoundContainer | null, where: string): OpenInference {
    const { url, tls } = this.#settings;
    const folder = found?.access ?? null;
    const https = found === null ? tls !== undefined : folder?.files.includes('cert.pem') === true;
    const known = async (): Promise<string> =>
      (await container.accessText(folder!, 'token', AbortSignal.timeout(30_000))) ?? '';
    return new OpenInference(url ?? `http${https ? 's' : ''}://${where}`, {
      ...clientAccess(this.#settings, this.#context),
      ...(folder?.files.includes('token') === true ? { token: known } : {}),
    });
  }
}

/** The image of the last release, which its labels tell. */
function releaseTag({ container }: Host): string {
  return `localhost/${container.name.toLowerCase()}:live`;
}

function inWords(version: Docker.DockerVersion): string {
  const parts = (version as { Components?: { Name: string }[] }).Components ?? [];
  return `${parts[0]?.Name ?? 'Docker'} ${version.Version}, API ${version.ApiVersion}`;
}

function sentenceOf(running: boolean | null, versions: number, ready: boolean, where: string): string {
  if (running === null) return 'nothing is deployed yet';
  if (!running) return `${where} does not run; start it or deploy again`;
  if (versions === 0) return `${where} runs, but serves nothing`;
  return ready ? `${where} answers` : `${where} runs, but is not ready`;
}
