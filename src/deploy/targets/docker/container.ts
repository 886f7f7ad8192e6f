import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { copyModel, type ModelBytes } from '../../../serve/models.ts';
import { serving, servingFile, type Serving } from '../../../serve/serving.ts';
import {
  accessArgs,
  accessFolder,
  accessFolderOf,
  type AccessContents,
  type AccessFile,
  type AccessFolder,
} from '../access.ts';
import { asked, EngineRefusal, type Connection } from './connection.ts';
import { labels, user } from './labels.ts';
import type { DockerSettings } from './settings.ts';
import { waitFor } from '../waiting.ts';

const stopSeconds = 12;
/** By which the health check of the image finds the server. */
const portWord = 'SLIPWAY_PORT=';
const tlsWord = 'SLIPWAY_TLS=1';

/** What is known of a container of ours. */
export interface FoundContainer {
  readonly running: boolean;
  readonly shape: string | null;
  readonly instance: string | null;
  /** The target it was made for; null: it is not ours. */
  readonly target: string | null;
  /** Of the host, that it is asked on; null: it is not ours. */
  readonly port: number | null;
  /** What its server knows of who may ask; null: anyone. */
  readonly access: AccessFolder | null;
  /** ISO time. */
  readonly since: string;
}

/**
 * The container that serves, and the volume with what it serves. Only its image and its shape ever need a new
 * container; versions come and go in the volume, and its server follows them.
 */
export class ServerContainer {
  readonly name: string;
  readonly #target: string;
  readonly #settings: DockerSettings;
  readonly #connection: Connection;

  constructor(target: string, settings: DockerSettings, connection: Connection) {
    this.name = containerName(target, settings);
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
    return createHash('sha256')
      .update(JSON.stringify(this.#options(image, access)))
      .digest('hex')
      .slice(0, 16);
  }

  /** The folder for these contents: that of the container that is there when it holds them. */
  async accessFolder(
    contents: AccessContents,
    found: FoundContainer | null,
    signal: AbortSignal,
  ): Promise<AccessFolder | null> {
    return await accessFolderOf(contents, found?.access ?? null, (folder, file) =>
      this.accessText(folder, file, signal),
    );
  }

  /** A file of such a folder; null when it is not there. */
  async accessText({ id }: AccessFolder, file: AccessFile, signal: AbortSignal): Promise<string | null> {
    return await this.#read(`access/${id}/${file}`, signal);
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
    if (access !== null) await this.#putAccess(access, contents, signal);
    if ((await this.serving(signal)) === null) await this.putServing(empty, signal);
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
    if (before === null) await this.#removeVolume(signal);
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

  /** What serving.json says, also of a container that does not run; null when there is none. */
  async serving(signal: AbortSignal): Promise<Serving | null> {
    const text = await this.#read(servingFile, signal);
    return text === null ? null : serving.parse(JSON.parse(text));
  }

  /** A server that meets half a file leaves it aside and looks again: it is never JSON. */
  async putServing(value: Serving, signal: AbortSignal): Promise<void> {
    await this.write(servingFile, value, signal);
  }

  /** JSON, in a file of the volume. */
  async write(path: string, value: unknown, signal: AbortSignal): Promise<void> {
    const archive = pack();
    const folder = posix.dirname(path);
    if (folder !== '.') archive.entry({ ...ownedFolder, name: `${folder}/` });
    archive.entry({ ...owned, name: path }, `${JSON.stringify(value, null, 2)}\n`);
    archive.finalize();
    await this.#put(Readable.from(archive), signal, 30_000);
  }

  /** Digests of the versions whose bytes are in the volume. */
  async present(signal: AbortSignal): Promise<readonly string[]> {
    const text = await this.#read(heldFile, signal);
    return text === null ? [] : held.parse(JSON.parse(text));
  }

  /** Copies a version into the volume; it counts as there once it is whole. @returns false when it was there */
  async copy(model: ModelBytes, size: number, signal: AbortSignal): Promise<boolean> {
    const present = await this.present(signal);
    if (present.includes(model.digest)) return false;
    const dir = await mkdtemp(join(tmpdir(), 'slipway-copy-'));
    try {
      await copyModel(dir, model);
      const [from, to] = [join(dir, 'models', model.digest), `models/${model.digest}`];
      try {
        await this.#put(packFolder(from, to), signal, waitFor(size));
      } catch (error) {
        // On a full disk an engine runs no command that could take the rest away: its bytes go first.
        await this.#put(packFolder(from, to, true), signal, 30_000).catch(() => undefined);
        throw error;
      }
      await this.write(heldFile, [...present, model.digest].sort(), signal);
      return true;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /**
   * Takes all versions but these away, with what copies that were cut off left, and what servers before those
   * that are there knew of who may ask. The container must run.
   */
  async keepModels(digests: readonly string[], signal: AbortSignal): Promise<void> {
    const [found, aside] = [await this.find(signal), await this.#inspect(this.#aside, signal)];
    const access = [found, aside].flatMap(container => container?.access?.id ?? []);
    const present = await this.present(signal);
    const kept = present.filter(digest => digests.includes(digest));
    // What a full disk cut off was never held: it is taken away without a write.
    if (kept.length < present.length) await this.write(heldFile, kept, signal);
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
    await this.#removeVolume(signal);
  }

  #options(image: string, access: AccessFolder | null): Docker.ContainerCreateOptions {
    const { port, address, network, workers, allowedHosts, memory, cpus, ulimits } = this.#settings;
    const host = network === 'host';
    const inside = host ? port : 8700;
    return {
      Image: image,
      Cmd: [
        ...['--host', host ? address : '0.0.0.0', '--port', String(inside), '--workers', String(workers)],
        ...(allowedHosts.length === 0 ? [] : ['--allowed-hosts', allowedHosts.join(',')]),
        ...(access === null ? [] : accessArgs(access.files, `/data/access/${access.id}`)),
      ],
      Env: [`${portWord}${inside}`, ...(access?.files.includes('cert.pem') === true ? [tlsWord] : [])],
      ExposedPorts: { [`${inside}/tcp`]: {} },
      HostConfig: {
        NetworkMode: network,
        ...(host ? {} : { PortBindings: { '8700/tcp': [{ HostIp: address, HostPort: String(port) }] } }),
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' },
        Mounts: [{ Type: 'volume', Source: this.name, Target: '/data' }],
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        RestartPolicy: { Name: 'unless-stopped' },
        ...(memory === undefined ? {} : { Memory: memory * 1024 * 1024 }),
        ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
        ...(ulimits === undefined
          ? {}
          : {
              Ulimits: Object.entries(ulimits).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit })),
            }),
      },
    };
  }

  async #create(
    image: string,
    access: AccessFolder | null,
    shape: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { docker } = this.#connection;
    const own = { [labels.target]: this.#target };
    const options = this.#options(image, access);
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
      const { State, Config, HostConfig } = await this.#ask(
        'show the container',
        signal,
        this.#get(name).inspect(),
      );
      // Typed as always there, which Podman does not hold to.
      const own = (Config.Labels as Record<string, string> | null) ?? {};
      const words = (Config.Env as string[] | null) ?? [];
      const inside = words.find(word => word.startsWith(portWord))?.slice(portWord.length);
      const bound = (HostConfig.PortBindings as Partial<Docker.PortMap> | null)?.['8700/tcp']?.[0]?.HostPort;
      const port = bound ?? inside;
      return {
        running: State.Running,
        shape: own[labels.shape] ?? null,
        instance: own[labels.instance] ?? null,
        target: own[labels.target] ?? null,
        port: port === undefined ? null : Number(port),
        access: own[labels.access] === undefined ? null : accessFolder.parse(JSON.parse(own[labels.access]!)),
        since: State.StartedAt,
      };
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

  async #removeVolume(signal: AbortSignal): Promise<void> {
    const volume = this.#connection.docker.getVolume(this.name);
    try {
      const found = await this.#ask('show the volume', signal, volume.inspect());
      const own = (found.Labels as Record<string, string> | null) ?? {};
      if (own[labels.target] === this.#target) await this.#ask('remove the volume', signal, volume.remove());
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    }
  }

  /** A file of the volume; null when there is none. */
  async #read(name: string, signal: AbortSignal): Promise<string | null> {
    let archive: NodeJS.ReadableStream;
    try {
      const path = `/data/${name}`;
      archive = await this.#ask('read what it holds', signal, this.#get(this.name).getArchive({ path }));
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
    return await this.#ask('read what it holds', signal, firstFile(archive));
  }

  /** Only the server's own user may read them. */
  async #putAccess({ id }: AccessFolder, contents: AccessContents, signal: AbortSignal): Promise<void> {
    const archive = pack();
    for (const name of ['access/', `access/${id}/`]) archive.entry({ ...ownedFolder, mode: 0o700, name });
    for (const [name, text] of contents)
      archive.entry({ ...owned, mode: 0o400, name: `access/${id}/${name}` }, text);
    archive.finalize();
    await this.#put(Readable.from(archive), signal, 30_000);
  }

  async #put(archive: NodeJS.ReadableStream, signal: AbortSignal, ms: number): Promise<void> {
    const put = this.#get(this.name).putArchive(archive, { path: '/data' });
    await asked(this.#connection, 'take the files', signal, put, ms);
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

/** Of the container and of its volume. */
export function containerName(target: string, { container }: DockerSettings): string {
  return container ?? `slipway-${target}`;
}

const owned = { uid: user, gid: user, mode: 0o644 } as const;
const ownedFolder = { ...owned, mode: 0o755, type: 'directory' } as const;

/** Names the versions in the volume that are whole. */
const heldFile = 'models.json';
const held = z.array(z.string());

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

/** @param hollow its files without their bytes */
function packFolder(folder: string, to: string, hollow = false): NodeJS.ReadableStream {
  const archive = pack();
  const write = async (): Promise<void> => {
    archive.entry({ ...ownedFolder, name: 'models/' });
    archive.entry({ ...ownedFolder, name: `${to}/` });
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const name = `${to}/${relative(folder, path).split(sep).join('/')}`;
      if (entry.isDirectory()) archive.entry({ ...ownedFolder, name: `${name}/` });
      else if (hollow) archive.entry({ ...owned, name }, '');
      else {
        const { size } = await stat(path);
        await pipeline(createReadStream(path), archive.entry({ ...owned, name, size }));
      }
    }
    archive.finalize();
  };
  write().catch((error: unknown) => archive.destroy(error as Error));
  return Readable.from(archive);
}

/** The text of the only file of an archive. */
async function firstFile(archive: NodeJS.ReadableStream): Promise<string> {
  for await (const entry of archive.pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
  return '';
}

/** Output of a container without a terminal comes in frames: stream, three zeros, length, bytes. */
function demultiplexed(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString();
}
