import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { BadInput } from '../../../core/failure.ts';
import type { Serving } from '../../../serve/serving.ts';
import { accessFolderOf, type AccessContents, type AccessFolder } from '../access.ts';
import { asked, EngineRefusal, type Connection } from './connection.ts';
import { demultiplexed } from './frames.ts';
import { labels } from './labels.ts';
import type { DockerSettings } from './settings.ts';
import { containerName, foundOf, optionsOf, shapeOf, type FoundContainer } from './shape.ts';
import { ServerVolume } from './volume.ts';

const stopSeconds = 12;

/**
 * The container that serves, and the volume with what it serves. Only its image and its shape ever need a new
 * container; versions come and go in the volume, and its server follows them.
 */
export class ServerContainer {
  readonly name: string;
  readonly volume: ServerVolume;
  readonly #target: string;
  readonly #settings: DockerSettings;
  readonly #connection: Connection;

  constructor(target: string, settings: DockerSettings, connection: Connection) {
    this.name = containerName(target, settings);
    this.volume = new ServerVolume(this.name, connection);
    this.#target = target;
    this.#settings = settings;
    this.#connection = connection;
  }

  /** Of the container that is put aside while another takes its place. */
  get #aside(): string {
    return `${this.name}-before`;
  }

  /** What identifies how the container is made: equal shapes need no new one. */
  shape(image: string, access: AccessFolder | null): string {
    return shapeOf(optionsOf(this.name, this.#settings, image, access));
  }

  /** The folder for these contents: that of the container that is there when it holds them. */
  async accessFolder(
    contents: AccessContents,
    found: FoundContainer | null,
    signal: AbortSignal,
  ): Promise<AccessFolder | null> {
    return await accessFolderOf(contents, found?.access ?? null, (folder, file) =>
      this.volume.accessText(folder, file, signal),
    );
  }

  async find(signal: AbortSignal): Promise<FoundContainer | null> {
    return await this.#inspect(this.name, signal);
  }

  async hasAside(signal: AbortSignal): Promise<boolean> {
    return (await this.#inspect(this.#aside, signal)) !== null;
  }

  /**
   * Makes the container of this shape run; another that has its name is stopped and put aside.
   * @param empty what it serves when its volume is new
   */
  async start(image: string, contents: AccessContents, empty: Serving, signal: AbortSignal): Promise<void> {
    let found = await this.find(signal);
    if (found !== null) this.#requireOurs(found);
    const access = await this.accessFolder(contents, found, signal);
    const shape = this.shape(image, access);
    if (found !== null && found.shape !== shape) {
      // One that a failed clean-up left there has the name that this one is to get.
      await this.removeAside(signal);
      await this.#stop(this.name, signal);
      await this.#ask('put the container aside', signal, this.#get(this.name).rename({ name: this.#aside }));
      found = null;
    }
    if (found === null) await this.#create(image, access, shape, signal);
    if (access !== null) await this.volume.putAccess(access, contents, signal);
    if ((await this.volume.serving(signal)) === null) await this.volume.putServing(empty, signal);
    await this.run(signal);
  }

  /**
   * Takes away the container that was made; the one before it runs again, put aside or still in its place.
   * @param before its shape; null: there was none, and its volume goes too
   */
  async undoStart(before: string | null, signal: AbortSignal): Promise<void> {
    const found = await this.find(signal);
    const made = found !== null && found.target === this.#target && found.shape !== before;
    if (made) await this.#remove(this.name, signal);
    const aside = (found === null || made) && (await this.hasAside(signal));
    if (aside)
      await this.#ask('put the container back', signal, this.#get(this.#aside).rename({ name: this.name }));
    if (aside || before !== null) await this.run(signal);
    if (before === null) await this.volume.remove(this.#target, signal);
  }

  /** Starts it; nothing to do when it runs. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#ask('start the container', signal, this.#get(this.name).start());
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 304) throw error;
    }
  }

  /** Lets requests in work end first. */
  async stop(signal: AbortSignal): Promise<void> {
    if ((await this.find(signal)) !== null) await this.#stop(this.name, signal);
  }

  /**
   * Takes all versions but these away, with what copies that were cut off left, and what servers before those
   * that are there knew of who may ask. The container must run.
   */
  async keepModels(digests: readonly string[], signal: AbortSignal): Promise<void> {
    const [found, aside] = [await this.find(signal), await this.#inspect(this.#aside, signal)];
    const access = [found, aside].flatMap(container => container?.access?.id ?? []);
    await this.volume.hold(digests, signal);
    await this.#script(tidyScript, [access.join(), ...digests], signal);
  }

  async logs(lines: number, signal: AbortSignal): Promise<readonly string[]> {
    const options = { stdout: true, stderr: true, tail: lines, follow: false as const };
    const bytes = await this.#ask('show its log', signal, this.#get(this.name).logs(options));
    return demultiplexed(bytes)
      .split('\n')
      .filter(line => line !== '')
      .slice(-lines);
  }

  /** Takes away the container that was put aside. */
  async removeAside(signal: AbortSignal): Promise<void> {
    await this.#remove(this.#aside, signal);
  }

  /** Takes away the containers and the volume. */
  async removeAll(signal: AbortSignal): Promise<void> {
    await this.#remove(this.name, signal);
    await this.#remove(this.#aside, signal);
    await this.volume.remove(this.#target, signal);
  }

  async #create(
    image: string,
    access: AccessFolder | null,
    shape: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { docker } = this.#connection;
    const own = { [labels.target]: this.#target };
    const options = optionsOf(this.name, this.#settings, image, access);
    const instance = randomBytes(16).toString('hex');
    // A volume that is there is left as it is: it holds what is served.
    await this.#ask('make the volume', signal, docker.createVolume({ Name: this.name, Labels: own }));
    await this.#ask(
      'make the container',
      signal,
      docker.createContainer({
        ...options,
        name: this.name,
        Cmd: [...options.Cmd!, '--instance', instance],
        Labels: {
          ...own,
          [labels.shape]: shape,
          [labels.instance]: instance,
          ...(access === null ? {} : { [labels.access]: JSON.stringify(access) }),
        },
      }),
    );
  }

  #requireOurs({ target }: FoundContainer): void {
    if (target !== this.#target)
      throw new BadInput(
        'container-taken',
        `A container ${this.name} is there that is not of target ${this.#target}. Set another \`container\`, or remove it.`,
      );
  }

  async #inspect(name: string, signal: AbortSignal): Promise<FoundContainer | null> {
    try {
      return foundOf(await this.#ask('show the container', signal, this.#get(name).inspect()));
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
  }

  async #stop(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask('stop the container', signal, this.#get(name).stop({ t: stopSeconds }));
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 304) throw error;
    }
  }

  /** Only what is of this target. */
  async #remove(name: string, signal: AbortSignal): Promise<void> {
    const found = await this.#inspect(name, signal);
    if (found?.target !== this.#target) return;
    if (found.running) await this.#stop(name, signal);
    await this.#ask('remove the container', signal, this.#get(name).remove({ force: true }));
  }

  /** Runs a line of Node in the container. @returns its stdout @throws Error with its stderr */
  async #script(script: string, args: readonly string[], signal: AbortSignal): Promise<string> {
    const options = { Cmd: ['node', '-e', script, ...args], AttachStdout: true, AttachStderr: true };
    const exec = await this.#ask(
      'run a command in the container',
      signal,
      this.#get(this.name).exec(options),
    );
    const stream = await this.#ask('run a command in the container', signal, exec.start({}));
    const chunks: Buffer[] = [];
    const reading = (async (): Promise<void> => {
      for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    })();
    await this.#ask('run a command in the container', signal, reading);
    const said = demultiplexed(Buffer.concat(chunks));
    const { ExitCode } = await this.#ask('run a command in the container', signal, exec.inspect());
    if (ExitCode !== 0) throw new Error(`A command in ${this.name} failed: ${said.trim()}`);
    return said;
  }

  #get(name: string): Docker.Container {
    return this.#connection.docker.getContainer(name);
  }

  #ask<T>(what: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
    return asked(this.#connection, what, signal, work);
  }
}

/** Its arguments: the folders of `access` that stay, with commas, then the digests that do. */
const tidyScript = `
const fs = require('fs'), [access, ...digests] = process.argv.slice(1);
const tidy = (folder, stays) => {
  for (const name of fs.existsSync('/data/' + folder) ? fs.readdirSync('/data/' + folder) : [])
    if (!stays.includes(name)) fs.rmSync('/data/' + folder + '/' + name, { recursive: true, force: true });
};
tidy('models', digests);
tidy('background', digests.map(digest => digest + '.json'));
tidy('access', access.split(','));
`;
