import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { extract, pack } from 'tar-stream';
import * as z from 'zod';
import { copyModel, type ModelBytes } from '../../../serve/models.ts';
import { serving, servingFile, type Serving } from '../../../serve/serving.ts';
import type { AccessContents, AccessFile, AccessFolder } from '../access.ts';
import { waitFor } from '../waiting.ts';
import { asked, EngineRefusal, type Connection } from './connection.ts';
import { labels, user } from './labels.ts';

const owned = { uid: user, gid: user, mode: 0o644 } as const;
const ownedFolder = { ...owned, mode: 0o755, type: 'directory' } as const;

/** Names the versions in the volume that are whole. */
const heldFile = 'models.json';
const held = z.array(z.string());

/** The files of the volume, read and written through the container of its name, which need not run. */
export class ServerVolume {
  readonly #name: string;
  readonly #connection: Connection;

  constructor(name: string, connection: Connection) {
    this.#name = name;
    this.#connection = connection;
  }

  /** A file of a folder of `access`; null when it is not there. */
  async accessText({ id }: AccessFolder, file: AccessFile, signal: AbortSignal): Promise<string | null> {
    return await this.#read(`access/${id}/${file}`, signal);
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

  /** What a server is to know of who may ask; only its own user may read it. */
  async putAccess({ id }: AccessFolder, contents: AccessContents, signal: AbortSignal): Promise<void> {
    const archive = pack();
    for (const name of ['access/', `access/${id}/`]) archive.entry({ ...ownedFolder, mode: 0o700, name });
    for (const [name, text] of contents)
      archive.entry({ ...owned, mode: 0o400, name: `access/${id}/${name}` }, text);
    archive.finalize();
    await this.#put(Readable.from(archive), signal, 30_000);
  }

  /** Takes it away when it is of the target. */
  async remove(target: string, signal: AbortSignal): Promise<void> {
    const volume = this.#connection.docker.getVolume(this.#name);
    try {
      const found = await this.#ask('show the volume', signal, volume.inspect());
      const own = (found.Labels as Record<string, string> | null) ?? {};
      if (own[labels.target] === target) await this.#ask('remove the volume', signal, volume.remove());
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    }
  }

  /** Lets only these versions count as there. */
  async hold(digests: readonly string[], signal: AbortSignal): Promise<void> {
    const present = await this.present(signal);
    const kept = present.filter(digest => digests.includes(digest));
    // What a full disk cut off was never held: it is taken away without a write.
    if (kept.length < present.length) await this.write(heldFile, kept, signal);
  }

  /** A file of the volume; null when there is none. */
  async #read(name: string, signal: AbortSignal): Promise<string | null> {
    let archive: NodeJS.ReadableStream;
    try {
      const path = `/data/${name}`;
      archive = await this.#ask('read what it holds', signal, this.#container.getArchive({ path }));
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
    return await this.#ask('read what it holds', signal, firstFile(archive));
  }

  async #put(archive: NodeJS.ReadableStream, signal: AbortSignal, ms: number): Promise<void> {
    const put = this.#container.putArchive(archive, { path: '/data' });
    await asked(this.#connection, 'take the files', signal, put, ms);
  }

  get #container(): Docker.Container {
    return this.#connection.docker.getContainer(this.#name);
  }

  #ask<T>(what: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
    return asked(this.#connection, what, signal, work);
  }
}

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
