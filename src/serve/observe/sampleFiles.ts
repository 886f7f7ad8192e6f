import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleSettings } from '../serving.ts';
import { closeLeftSamples, openEnding, sampleName } from './leftSamples.ts';
import type { Log } from './log.ts';

const flushMs = 1000;
/** Characters that wait for the disk at most. */
const most = 4_000_000;

/**
 * JSON lines in files of a bounded size, `<time>-<host>-<pid>-<place>.jsonl`. The one being written ends in
 * `.part`; closed ones beyond those to keep are deleted. Only the owner may read them.
 */
export class SampleFiles {
  readonly #dir: string;
  readonly #place: string;
  readonly #log: Log;
  #waiting: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | null = null;
  #settings: SampleSettings | null = null;
  #file: { readonly handle: FileHandle; readonly path: string; bytes: number } | null = null;
  #work: Promise<void>;
  #said = false;

  /** @param place tells the files of several processes of one server apart */
  constructor(dir: string, place: string, log: Log) {
    this.#dir = dir;
    this.#place = place;
    this.#log = log;
    this.#work = closeLeftSamples(dir, place, log);
  }

  /** Takes lines to be written soon. @returns false when too much waits for the disk already */
  write(lines: string, settings: SampleSettings): boolean {
    if (this.#characters + lines.length > most) return false;
    this.#settings = settings;
    this.#waiting.push(lines);
    this.#characters += lines.length;
    this.#timer ??= setTimeout(() => this.#flush(), flushMs).unref();
    return true;
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    this.#flush();
    this.#work = this.#work.then(() => this.#finish());
    await this.#work;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#work = this.#work.then(async () => {
      const text = this.#waiting.join('');
      this.#waiting = [];
      this.#characters = 0;
      try {
        if (text !== '') await this.#append(Buffer.from(text));
        this.#said = false;
      } catch (error) {
        // A full disk must not fill the log too.
        if (!this.#said) this.#log(`samples are lost: ${(error as Error).message}`);
        this.#said = true;
      }
    });
  }

  async #append(bytes: Buffer): Promise<void> {
    this.#file ??= await this.#begin();
    await this.#file.handle.appendFile(bytes);
    this.#file.bytes += bytes.length;
    if (this.#file.bytes >= this.#settings!.megabytes * 1e6) await this.#finish();
  }

  async #begin(): Promise<{ handle: FileHandle; path: string; bytes: number }> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await this.#dropOld();
    const path = join(this.#dir, `${sampleName(new Date(), this.#place)}${openEnding}`);
    return { handle: await open(path, 'a', 0o600), path, bytes: 0 };
  }

  async #finish(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    this.#file = null;
    await file.handle.close();
    await rename(file.path, file.path.slice(0, -openEnding.length));
    await this.#dropOld();
  }

  /** Also those that killed processes left: they are of this place since. */
  async #dropOld(): Promise<void> {
    const mine = (await readdir(this.#dir)).filter(name => name.endsWith(`-${this.#place}.jsonl`)).sort();
    for (const name of mine.slice(0, Math.max(0, mine.length - this.#settings!.keep)))
      await rm(join(this.#dir, name), { force: true });
  }
}
