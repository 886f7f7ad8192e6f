import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Golden } from '../protocol/engine.ts';
import { writeAtomic } from '../workspace/atomic.ts';

/** Golden inputs and answers of the digests that were deployed, so that a rollback needs no engine. */
export class GoldenStore {
  readonly #dir: string;

  /** @param dir the target's state folder */
  constructor(dir: string) {
    this.#dir = join(dir, 'golden');
  }

  async read(digest: string): Promise<Golden | null> {
    try {
      return JSON.parse(await readFile(this.#file(digest), 'utf8')) as Golden;
    } catch {
      return null;
    }
  }

  async write(digest: string, golden: Golden): Promise<void> {
    await writeAtomic(this.#file(digest), JSON.stringify(golden));
  }

  #file(digest: string): string {
    return join(this.#dir, `${digest}.json`);
  }
}
