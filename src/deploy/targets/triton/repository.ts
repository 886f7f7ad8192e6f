import { BadInput } from '../../../core/failure.ts';
import type { Packed } from '../../../protocol/pack.ts';
import type { ObjectStore } from '../../objectStore/objectStore.ts';
import type { PulledFile } from '../answerHere.ts';
import { sha256, versionMark, type VersionMark } from './contents.ts';

const markFile = 'slipway.json';

/** One model in a repository: its config, and its versions by number. */
export class ModelRepository {
  readonly store: ObjectStore;
  readonly #model: string;

  /** @param model its name in the repository */
  constructor(store: ObjectStore, model: string) {
    this.store = store;
    this.#model = model;
  }

  /** Numbers of all versions that are there, and the marks of those that are ours and complete. */
  async versions(
    signal: AbortSignal,
  ): Promise<{ readonly numbers: readonly number[]; readonly marks: ReadonlyMap<number, VersionMark> }> {
    const objects = await this.store.list(`${this.#model}/`, signal);
    const paths = objects.map(({ key }) => key.slice(this.#model.length + 1));
    // Triton passes over folders that are no number or start with 0.
    const numbers = [...new Set(paths.map(path => /^([1-9]\d*)\//.exec(path)?.[1]))].filter(
      word => word !== undefined,
    );
    const marked = paths.flatMap(path => /^([1-9]\d*)\/slipway\.json$/.exec(path)?.[1] ?? []).map(Number);
    const marks = new Map<number, VersionMark>();
    for (const number of marked) {
      const mark = await this.mark(number, signal);
      if (mark?.files.every(({ path }) => paths.includes(`${number}/${path}`)) === true)
        marks.set(number, mark);
    }
    return { numbers: numbers.map(Number), marks };
  }

  /** @returns null when the version is not ours, or was cut off while it was put there */
  async mark(number: number, signal: AbortSignal): Promise<VersionMark | null> {
    const bytes = await this.store.get(this.#key(number, markFile), signal);
    if (bytes === null) return null;
    try {
      return versionMark.parse(JSON.parse(text(bytes)));
    } catch {
      return null;
    }
  }

  async config(signal: AbortSignal): Promise<string | null> {
    const bytes = await this.store.get(`${this.#model}/config.pbtxt`, signal);
    return bytes === null ? null : text(bytes);
  }

  /** @param config null takes it away */
  async configure(config: string | null, signal: AbortSignal): Promise<void> {
    const key = `${this.#model}/config.pbtxt`;
    if (config === null) await this.store.delete(key, signal);
    else await this.store.put(key, Buffer.from(config), signal);
  }

  /** Whether a version is there, whole. @throws BadInput when somebody else has taken the number */
  async holds(number: number, digest: string, signal: AbortSignal): Promise<boolean> {
    const there = await this.mark(number, signal);
    if (there !== null && there.digest !== digest)
      throw new BadInput(
        'version-taken',
        `Version ${number} of ${this.#model} in ${this.store.label} was taken by another deployment. Try again.`,
      );
    return there !== null;
  }

  /** Puts the files of a version there, external data first; its mark says that they are complete. */
  async upload(number: number, { files }: Packed, mark: VersionMark, signal: AbortSignal): Promise<void> {
    for (const file of files) await this.store.put(this.#key(number, file.path), file, signal);
    await this.store.put(
      this.#key(number, markFile),
      Buffer.from(`${JSON.stringify(mark, null, 2)}\n`),
      signal,
    );
  }

  /** The files of a version, as they are there. @throws BadInput when they are not what was put there */
  async pull(number: number, signal: AbortSignal): Promise<readonly PulledFile[]> {
    const mark = await this.mark(number, signal);
    const pulled: PulledFile[] = [];
    for (const { path, sha256: expected } of mark?.files ?? []) {
      const bytes = await this.store.get(this.#key(number, path), signal);
      if (bytes === null || sha256(bytes) !== expected)
        throw new BadInput(
          'not-verified',
          `${this.#key(number, path)} in ${this.store.label} is not what was put there. Deploy the version again.`,
        );
      pulled.push({ path, bytes });
    }
    return pulled;
  }

  /** Takes a version of ours away, also one that was cut off; the mark goes first, so that no part passes for whole. */
  async delete(number: number, digest: string, signal: AbortSignal): Promise<void> {
    const mark = await this.mark(number, signal);
    if (mark !== null && mark.digest !== digest) return;
    await this.store.delete(this.#key(number, markFile), signal);
    for (const { key } of await this.store.list(this.#key(number, ''), signal))
      await this.store.delete(key, signal);
  }

  #key(number: number, path: string): string {
    return `${this.#model}/${number}/${path}`;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
