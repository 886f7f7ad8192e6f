import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { syncFolder, writeFailure } from './atomic.ts';

/** What the first line carries in place of the hash of a line before it. */
const genesis = '0'.repeat(64);

interface Content<T> {
  readonly records: T[];
  /** Hash of the last whole line. */
  readonly head: string;
  /** Bytes of whole lines. */
  readonly length: number;
  /** What is left of a line that was cut off while it was written; empty: none. */
  readonly torn: number;
}

/**
 * An append-only record: JSON lines, each with `prev`, the SHA-256 (hex) of the line before it without its
 * newline. A line that was cut off by a kill is not a record: it is said in `repaired` and taken off by the
 * next append, so that a reader never changes the file under a writer.
 */
export class Journal<T extends object> {
  readonly file: string;
  #content: Content<T>;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(file: string, content: Content<T>) {
    this.file = file;
    this.#content = content;
  }

  /**
   * @param file absolute path of the .jsonl; a missing file is an empty journal
   * @throws BadInput `journal-broken` naming the line where the chain of hashes breaks
   */
  static async open<T extends object>(file: string): Promise<Journal<T>> {
    return new Journal(file, await read<T>(file));
  }

  /** Oldest first, without `prev`. */
  get records(): readonly T[] {
    return this.#content.records;
  }

  /** A sentence when the last line was cut off; null when the file is whole. */
  get repaired(): string | null {
    const { torn, records } = this.#content;
    if (torn === 0) return null;
    return `\`${this.file}\` ended in a half-written line (${torn} bytes after record ${records.length}), which is left out.`;
  }

  /** Resolves once the line is on disk. Appends of one journal follow each other in the order of calling. */
  append(record: T): Promise<void> {
    const next = this.#queue.then(() => this.#append(record));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #append(record: T): Promise<void> {
    try {
      await mkdir(dirname(this.file), { recursive: true });
      const handle = await open(this.file, 'a+');
      try {
        const { size } = await handle.stat();
        // Another process may have written since this one read.
        if (size !== this.#content.length + this.#content.torn) this.#content = await read<T>(this.file);
        if (this.#content.torn > 0) await handle.truncate(this.#content.length);
        const line = JSON.stringify({ ...record, prev: this.#content.head });
        const bytes = Buffer.from(`${line}\n`);
        try {
          await handle.appendFile(bytes);
          await handle.sync();
        } catch (error) {
          await handle.truncate(this.#content.length);
          throw error;
        }
        this.#content = {
          records: [...this.#content.records, JSON.parse(JSON.stringify(record)) as T],
          head: hash(line),
          length: this.#content.length + bytes.length,
          torn: 0,
        };
      } finally {
        await handle.close();
      }
      if (this.#content.records.length === 1) await syncFolder(dirname(this.file));
    } catch (error) {
      throw writeFailure(error, this.file);
    }
  }
}

async function read<T extends object>(file: string): Promise<Content<T>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { records: [], head: genesis, length: 0, torn: 0 };
  }
  const length = bytes.lastIndexOf(0x0a) + 1;
  const records: T[] = [];
  let head = genesis;
  const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (parsed?.prev !== head) throw broken(file, index + 1, parsed === null);
    records.push(Object.fromEntries(Object.entries(parsed).filter(([key]) => key !== 'prev')) as T);
    head = hash(line);
  }
  return { records, head, length, torn: bytes.length - length };
}

function parseLine(line: string): { prev?: unknown } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function broken(file: string, line: number, unreadable: boolean): BadInput {
  const what = unreadable ? 'is no record' : 'does not follow from the line before it';
  return new BadInput(
    'journal-broken',
    `\`${file}\` line ${line} ${what}: the journal was changed by hand or merged. Restore it from git, or move it away to start a new one.`,
  );
}

function hash(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
