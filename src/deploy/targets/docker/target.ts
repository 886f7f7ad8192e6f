import type Docker from 'dockerode';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import type { Serving } from '../../../serve/serving.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { requireBinaries } from '../bundle.ts';
import { requireFreePort } from '../local/serverProcess.ts';
import { OpenInference } from '../openInference.ts';
import { sameShares, servingOf, servingStates, shadowOf, sharesInWords, sharesOf } from '../servingStates.ts';
import { asked, connect, type Connection } from './connection.ts';
import { ServerContainer } from './container.ts';
import { buildImage, hasImage, pruneImages, serverImage, type ServerImage } from './image.ts';
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
  readonly client: OpenInference;
}

/**
 * The inference server in one container of Docker or Podman. The image holds the server, a volume the versions;
 * a change of versions is a change of serving.json, which the server follows without failing a request.
 */
export class DockerTarget implements Target {
  readonly kind = 'docker';
  readonly divides = true;
  readonly name: string;
  readonly #settings: DockerSettings;
  readonly #context: TargetContext;
  #host: Promise<Host> | null = null;

  constructor(name: string, settings: DockerSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
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
    let host: Host;
    let image: ServerImage;
    try {
      host = await this.#open();
      image = await this.#image(host);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: {} };
      return { reachable: false, ...none, sentence: error.message };
    }
    const { container, client, connection } = host;
    const found = await container.find(signal);
    const ours = found?.target === this.name ? found : null;
    const asks = ours === null ? null : await container.serving(signal);
    const answers = ours?.running === true && (await client.isInstance(ours.instance, signal));
    const wanted = sharesOf(asks);
    const ready = answers && (await client.ready(signal));
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
        wanted: container.shape(image.tag),
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
    const model = models[0]!.name ?? this.#settings.model ?? 'model';
    if (before !== null && before.versions.length > 0 && before.model !== model)
      throw new BadInput(
        'other-model',
        `${this.name} serves ${before.model}. Remove it there first, or give ${model} a target of its own.`,
      );
    const { dark, switched, final } = servingStates(desired, before, model, this.#settings);
    const { facts, present } = observed;
    const stands = facts.running === true && facts.shape === facts.wanted;
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...(stands || facts.built === true ? [] : [this.#build()]),
        ...(stands ? [] : [this.#start(observed, { ...dark, versions: [] })]),
        ...models.filter(({ digest }) => !present.includes(digest)).map(version => this.#copy(version)),
        this.#load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#switch(switched, dark)],
      finish: [this.#retire(final, [...digests, ...desired.keep])],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const { container, client } = await this.#open();
    const model = (await container.serving(signal))?.model ?? '';
    return (await client.infer(model, digest, inputs, signal)).outputs;
  }

  async logs(lines: number): Promise<readonly string[]> {
    const { container } = await this.#open();
    return await container.logs(lines, AbortSignal.timeout(10_000));
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const { container, client } = await this.#open();
    const [found, asks] = [await container.find(signal), await container.serving(signal)];
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
        await pruneImages(host.connection, null, signal);
      },
    };
  }

  #start({ facts }: Observed, empty: Serving): Step {
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
        await container.start(image, empty, signal);
        await this.#untilAnswers(signal);
        return `${container.name} answers on ${client.url}`;
      },
      undo: async ({ signal }) => {
        const { container } = await this.#open();
        if (first || replaces) await container.undoStart(image, first, signal);
        else await container.stop(signal);
        // One that comes back on another port is not where the settings ask.
        const back = replaces && facts.running === true ? await container.find(signal) : null;
        if (back?.port === this.#settings.port) await this.#untilAnswers(signal);
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

  #load(digests: readonly string[], dark: Serving, before: Serving | null): Step {
    return {
      name: 'load',
      phase: 'prepare',
      sentence: 'Load it without requests, and warm it.',
      undoSentence: 'The server unloads it.',
      run: async ({ signal }) => {
        const { container, client } = await this.#open();
        await container.putServing(dark, signal);
        for (const digest of digests)
          await until(`${digest.slice(0, 12)} did not become ready`, pollMs, signal, async () => {
            const ready = await client.versionReady(dark.model, digest, signal);
            if (typeof ready === 'string') throw new BadInput('not-loaded', ready);
            return ready;
          });
        return 'loaded and warm';
      },
      undo: async ({ signal }) => {
        const { container } = await this.#open();
        if ((await container.find(signal)) !== null)
          await container.putServing(before ?? { ...dark, versions: [] }, signal);
      },
    };
  }

  #switch(switched: Serving, dark: Serving): Step {
    const apply = async (value: Serving, signal: AbortSignal): Promise<string> => {
      const { container, client } = await this.#open();
      await container.putServing(value, signal);
      const wanted = sharesOf(value);
      await until('the server did not take the new shares', pollMs, signal, async () =>
        sameShares((await client.traffic(value.model, signal)) ?? [], wanted),
      );
      return 'switched';
    };
    return {
      name: 'switch',
      phase: 'switch',
      sentence: `Send the requests to ${sharesInWords(switched)}.`,
      undoSentence: 'The requests go back to what was live before.',
      run: ({ signal }) => apply(switched, signal),
      undo: async ({ signal }) => {
        await apply(dark, signal);
      },
    };
  }

  #retire(final: Serving, kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence:
        'Unload what is no longer live; keep the last versions for a rollback. Delete images no longer used.',
      undoSentence: 'A rollback loads them again.',
      run: async ({ signal }) => {
        const host = await this.#open();
        const { container, connection } = host;
        await container.putServing(final, signal);
        const old = (await container.present(signal)).filter(digest => !kept.includes(digest));
        if (old.length > 0) await container.keepModels(kept, signal);
        await container.removeAside(signal);
        const images = await pruneImages(connection, (await this.#image(host)).tag, signal);
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
        return `removed, with ${await pruneImages(connection, null, signal)} images`;
      },
      undo: () => Promise.resolve(),
    };
  }

  async #untilAnswers(signal: AbortSignal): Promise<void> {
    const { container, client } = await this.#open();
    await until(`${container.name} did not answer on ${client.url}`, pollMs, signal, async () => {
      const found = await container.find(signal);
      if (found?.running !== true) {
        const lines = found === null ? [] : await container.logs(5, signal);
        throw new BadInput('container-ended', `${container.name} ended: ${lines.join('\n')}`);
      }
      return await client.isInstance(found.instance, signal);
    });
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
    const { socket, url, address, port } = this.#settings;
    const connection = await connect(socket ?? null, process.env);
    const outside = address === '127.0.0.1' || address === '0.0.0.0' || address === '::';
    const version = await asked(
      connection,
      'say its version',
      AbortSignal.timeout(10_000),
      connection.docker.version(),
    );
    return {
      connection,
      version,
      container: new ServerContainer(this.name, this.#settings, connection),
      client: new OpenInference(url ?? `http://${outside ? connection.host : address}:${port}`),
    };
  }
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
