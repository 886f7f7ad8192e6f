import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReviewStatement, reviewStatement } from '../protocol/results/review.ts';
import { createAtomic, writeAtomic } from '../workspace/atomic.ts';
import { canonical, sha256 } from './canonical.ts';

/** A record as it lies on disk. */
export interface StoredRecord {
  /** File name without `.json`: its number in the chain and the start of its digest. */
  readonly id: string;
  /** SHA-256 of its bytes as they are now. */
  readonly digest: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
  /** null when the file holds no record. */
  readonly statement: ReviewStatement | null;
  /** Whether the bytes are the canonical JSON of the statement, under the name that its digest gives. */
  readonly intact: boolean;
  /** Armoured; null when it is not signed. */
  readonly signature: string | null;
  /** SHA-256 of the report beside it; null when that is not there. */
  readonly report: string | null;
}

/**
 * `.slipway/reviews/<model>/<number>-<digest>.json` with `.sig` and `.html` beside it: the team's record, to be
 * committed. A record is never written over.
 */
export class ReviewRecords {
  readonly #root: string;

  /** @param root absolute workspace root */
  constructor(root: string) {
    this.#root = root;
  }

  /** The folder of a model's records, relative to the workspace, with `/`. */
  folder(model: string): string {
    return `.slipway/reviews/${encodeURIComponent(model)}`;
  }

  /** Oldest first. */
  async list(model: string): Promise<readonly StoredRecord[]> {
    const names = await readdir(join(this.#root, this.folder(model))).catch(() => []);
    const ids = names.filter(name => /^\d{4,}-[0-9a-f]{12}\.json$/.test(name)).map(name => name.slice(0, -5));
    ids.sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1));
    return await Promise.all(ids.map(id => this.#read(model, id)));
  }

  /** @param previous the record that this one follows @returns the record's digest and id */
  async add(
    model: string,
    statement: ReviewStatement,
    signature: string | null,
    report: string,
  ): Promise<{ readonly digest: string; readonly id: string }> {
    const text = canonical(statement);
    const digest = sha256(text);
    const last = (await this.list(model)).at(-1);
    const number = (last === undefined ? 0 : numberOf(last.id)) + 1;
    const id = `${String(number).padStart(4, '0')}-${digest.slice(0, 12)}`;
    const file = join(this.#root, this.folder(model), id);
    // The statement comes last: a kill before it leaves no record without its signature.
    await writeAtomic(`${file}.html`, report);
    if (signature !== null) await writeAtomic(`${file}.sig`, signature);
    await createAtomic(`${file}.json`, text);
    return { digest, id };
  }

  async #read(model: string, id: string): Promise<StoredRecord> {
    const path = `${this.folder(model)}/${id}.json`;
    const file = join(this.#root, this.folder(model), id);
    const text = await readFile(`${file}.json`, 'utf8');
    const digest = sha256(text);
    const statement = parse(text);
    return {
      id,
      digest,
      path,
      text,
      statement,
      intact: statement !== null && digest.startsWith(id.split('-')[1]!) && canonical(statement) === text,
      signature: await readFile(`${file}.sig`, 'utf8').catch(() => null),
      report: await readFile(`${file}.html`).then(sha256, () => null),
    };
  }
}

export function numberOf(id: string): number {
  return Number(id.split('-')[0]);
}

function parse(text: string): ReviewStatement | null {
  try {
    return reviewStatement.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
