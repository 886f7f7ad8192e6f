import type { ModelRef } from '../../../protocol/results/shared.ts';
import type { Serving } from '../../../serve/serving.ts';
import { versionLabel } from '../../golden.ts';
import type { Observed, Step, TargetContext } from '../../types.ts';
import { accessContents } from '../access.ts';
import { sharesOf } from '../servingStates.ts';
import { readyMs, until, waitFor } from '../waiting.ts';
import { pollMs, type DockerHost, type Opened } from './host.ts';
import { buildImage, labelRelease, pruneImages } from './image.ts';
import type { DockerSettings } from './settings.ts';

/** One server stops and one gets ready; to undo that takes as long. */
const startMs = 2 * readyMs + 60_000;
const buildMs = 20 * 60_000;

/** What a deployment does on the engine, beside what the server follows by itself. */
export class DockerSteps {
  readonly #host: DockerHost;
  readonly #name: string;
  readonly #settings: DockerSettings;
  readonly #context: TargetContext;

  constructor(host: DockerHost, name: string, settings: DockerSettings, context: TargetContext) {
    this.#host = host;
    this.#name = name;
    this.#settings = settings;
    this.#context = context;
  }

  build(): Step {
    return {
      name: 'image',
      phase: 'prepare',
      limit: buildMs,
      sentence: `Build the image of the server on ${this.#settings.base}.`,
      undoSentence: 'It is deleted unless another container uses it.',
      run: async ({ signal, log }) => {
        const host = await this.#host.open();
        const image = await this.#host.image(host);
        const isolation = this.#settings.isolation ?? null;
        await buildImage(host.connection, image, isolation, signal, log);
        return image.tag;
      },
      undo: async ({ signal }) => {
        const host = await this.#host.open();
        await pruneImages(host.connection, this.#name, [releaseTag(host)], signal);
      },
    };
  }

  start({ facts, live }: Observed, empty: Serving): Step {
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
        const { container, client } = await this.#host.open();
        await container.start(image, await accessContents(this.#settings, this.#context), empty, signal);
        await this.#host.untilAnswers(signal);
        return `${container.name} answers on ${client(await container.find(signal)).url}`;
      },
      undo: async ({ signal }) => {
        const { container, client } = await this.#host.open();
        if (first || replaces) await container.undoStart(first ? null : String(facts.shape), signal);
        else await container.stop(signal);
        // One that comes back on another port is not where the settings ask.
        const back = replaces && facts.running === true ? await container.find(signal) : null;
        if (back?.port !== this.#settings.port) return;
        await this.#host.untilAnswers(signal);
        if (serves) await until('it did not become ready', pollMs, signal, () => client(back).ready(signal));
      },
    };
  }

  copy(model: ModelRef): Step {
    const { digest, size } = model;
    return {
      name: `copy-${digest.slice(0, 12)}`,
      phase: 'prepare',
      limit: 2 * waitFor(size),
      sentence: `Copy ${versionLabel(model)} into the volume.`,
      undoSentence: 'The copy is deleted.',
      run: async ({ signal }) => {
        const { container } = await this.#host.open();
        const { file } = await this.#context.source(digest);
        return (await container.volume.copy({ digest, file }, size, signal)) ? 'copied' : 'was there';
      },
      undo: async ({ signal }) => {
        const { container } = await this.#host.open();
        if ((await container.find(signal))?.running !== true) return;
        const others = (await container.volume.present(signal)).filter(other => other !== digest);
        await container.keepModels(others, signal);
      },
    };
  }

  retire(final: Serving, kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence:
        'Unload what is no longer live; keep the last versions for a rollback. Label an image with the digests; delete images no longer used.',
      undoSentence: 'A rollback loads them again.',
      run: async ({ signal }) => {
        const host = await this.#host.open();
        const { container, connection } = host;
        await container.volume.putServing(final, signal);
        const old = (await container.volume.present(signal)).filter(digest => !kept.includes(digest));
        await container.removeAside(signal);
        await container.keepModels(kept, signal);
        const [server, tag] = [(await this.#host.image(host)).tag, releaseTag(host)];
        const live = sharesOf(final);
        await labelRelease(connection, { tag, target: this.#name, server, live }, signal);
        const images = await pruneImages(connection, this.#name, [server, tag], signal);
        return `deleted ${old.length} older versions and ${images} images`;
      },
      undo: () => Promise.resolve(),
    };
  }

  stop({ facts }: Observed, before: Serving | null): Step {
    return {
      name: 'stop',
      phase: 'switch',
      sentence: 'Let requests in work end and stop the container.',
      undoSentence: 'It is started again.',
      run: async ({ signal }) => {
        const { container } = await this.#host.open();
        await container.stop(signal);
        // What stopped serves nothing: a look at the volume must say so too.
        if (before !== null && (await container.find(signal)) !== null)
          await container.volume.putServing({ ...before, versions: [] }, signal);
        return 'stopped';
      },
      undo: async ({ signal }) => {
        const { container } = await this.#host.open();
        if ((await container.find(signal)) === null) return;
        if (before !== null) await container.volume.putServing(before, signal);
        if (facts.running === true) await container.run(signal);
      },
    };
  }

  delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: 'Remove the container, its volume, and images of ours that nothing uses.',
      undoSentence: 'A deployment makes them again.',
      run: async ({ signal }) => {
        const { container, connection } = await this.#host.open();
        await container.removeAll(signal);
        return `removed, with ${await pruneImages(connection, this.#name, [], signal)} images`;
      },
      undo: () => Promise.resolve(),
    };
  }
}

/** The image of the last release, which its labels tell. */
function releaseTag({ container }: Opened): string {
  return `localhost/${container.name.toLowerCase()}:live`;
}
