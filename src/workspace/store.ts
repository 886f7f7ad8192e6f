import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import type { Stored } from '../protocol/pages.ts';
import { ab } from '../protocol/results/ab.ts';
import { comparison } from '../protocol/results/comparison.ts';
import { counterfactuals } from '../protocol/results/counterfactuals.ts';
import { crossValidation } from '../protocol/results/crossValidation.ts';
import { data } from '../protocol/results/data.ts';
import { drift } from '../protocol/results/drift.ts';
import { effects } from '../protocol/results/effects.ts';
import { explanationComparison } from '../protocol/results/explanationComparison.ts';
import { explanation } from '../protocol/results/explanation.ts';
import { importance } from '../protocol/results/importance.ts';
import { prototypes } from '../protocol/results/prototypes.ts';
import { ranking } from '../protocol/results/ranking.ts';
import { surrogate } from '../protocol/results/surrogate.ts';
import { heatmap } from '../protocol/results/heatmap.ts';
import { type DataRef } from '../protocol/results/shared.ts';
import { tokens } from '../protocol/results/tokens.ts';
import { validation } from '../protocol/results/validation.ts';
import { createAtomic, writeAtomic } from './atomic.ts';

const schemas = {
  validate: validation,
  explain: explanation,
  effects,
  importance,
  compare: comparison,
  compareExplanations: explanationComparison,
  counterfactuals,
  prototypes,
  surrogate,
  heatmap,
  tokens,
  crossValidate: crossValidation,
  rank: ranking,
  ab,
  describe: data,
  drift,
};

export type ResultKind = keyof typeof schemas;
export type ResultOf<K extends ResultKind> = z.infer<(typeof schemas)[K]>;

/** What a result would rest on if the job ran now. */
export interface Current {
  /** Digest of the job as it would run now; null when any settings will do. */
  readonly job: string | null;
  /** Data sets by role as configured now; digest null when the file is gone. */
  readonly data: readonly {
    readonly role: DataRef['role'];
    readonly path: string;
    readonly digest: string | null;
  }[];
}

/**
 * Results under `<root>/.slipway/results/<kind>/<subject>/<job digest>.json`. The subject is the digests of the
 * models, or what stands for a data set or for many candidates (`jobs/kept.ts`). The folder names are the index, so
 * a kill between two files can't leave it wrong.
 */
export class ResultStore {
  readonly #folder: string;

  /** @param root absolute workspace root */
  constructor(root: string) {
    this.#folder = join(root, '.slipway', 'results');
  }

  /** null when the job was not done, or its file is damaged. */
  async get<K extends ResultKind>(
    kind: K,
    models: readonly string[],
    job: string,
  ): Promise<Stored<ResultOf<K>> | null> {
    return await this.#read(kind, join(this.#place(kind, models), `${job}.json`), null);
  }

  /** Git ignores what lies here: it can be made again. @throws BadInput `cannot-write` (disk full ...); nothing half-written is left */
  async put<K extends ResultKind>(kind: K, models: readonly string[], result: ResultOf<K>): Promise<void> {
    const file = join(this.#place(kind, models), `${result.job}.json`);
    await createAtomic(join(this.#folder, '.gitignore'), '*\n');
    await writeAtomic(file, `${JSON.stringify(result)}\n`);
  }

  /**
   * The result of the job as it would run now, else the newest one marked stale with what changed.
   * @param models the digest of the model; of A, then B, for a comparison
   * @param wanted leaves out results of another sort, such as of another method
   */
  async latest<K extends ResultKind>(
    kind: K,
    models: readonly string[],
    current: Current,
    wanted: (result: ResultOf<K>) => boolean = () => true,
  ): Promise<Stored<ResultOf<K>> | null> {
    if (current.job !== null) {
      const same = await this.get(kind, models, current.job);
      if (same !== null) return same;
    }
    for (const file of await newestFirst(this.#place(kind, models))) {
      const stored = await this.#read(kind, file, current);
      if (stored !== null && wanted(stored.result)) return stored;
    }
    return null;
  }

  /** All results of a subject, newest first. @param current what each would rest on now */
  async list<K extends ResultKind>(
    kind: K,
    subject: string,
    current: (result: ResultOf<K>) => Promise<Current>,
  ): Promise<Stored<ResultOf<K>>[]> {
    const found: Stored<ResultOf<K>>[] = [];
    for (const file of await newestFirst(this.#place(kind, [subject]))) {
      const stored = await this.#read(kind, file, null);
      if (stored === null) continue;
      found.push({ ...stored, stale: whyStale(stored.result, await current(stored.result)) });
    }
    return found;
  }

  #place(kind: ResultKind, models: readonly string[]): string {
    return join(this.#folder, kind, models.join('-'));
  }

  async #read<K extends ResultKind>(
    kind: K,
    file: string,
    current: Current | null,
  ): Promise<Stored<ResultOf<K>> | null> {
    try {
      const [text, { mtime }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      const result = schemas[kind].parse(JSON.parse(text)) as ResultOf<K>;
      return {
        result,
        storedAt: mtime.toISOString(),
        stale: current === null ? null : whyStale(result, current),
      };
    } catch {
      // The store is a cache: what can't be read is made again.
      return null;
    }
  }
}

async function newestFirst(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter(name => name.endsWith('.json') && !name.startsWith('.'))
      .map(async name => ({ file: join(folder, name), time: (await stat(join(folder, name))).mtimeMs })),
  );
  return files.sort((a, b) => b.time - a.time).map(({ file }) => file);
}

/** The data sets that a result rests on. */
export function dataOf(result: ResultOf<ResultKind>): readonly DataRef[] {
  if ('before' in result) return [result.before, result.now];
  if ('relations' in result)
    return result.reference === null ? [result.data] : [result.data, result.reference];
  return Array.isArray(result.data) ? result.data : [result.data];
}

/** What changed since a result was made, in a sentence; null when nothing did. */
export function whyStale(result: ResultOf<ResultKind>, current: Current): string | null {
  if (result.job === current.job) return null;
  const data = dataOf(result);
  for (const now of current.data) {
    const what = `${now.role === 'data' ? '' : `${now.role} `}data`;
    const then =
      data.find(({ role, path }) => role === now.role && path === now.path) ??
      data.find(({ role }) => role === now.role);
    if (then === undefined) return `The ${what} \`${now.path}\` is new since.`;
    if (then.digest === now.digest) continue;
    if (now.digest === null) return `The ${what} \`${now.path}\` is gone.`;
    if (then.path === now.path) return `The ${what} \`${now.path}\` has changed since.`;
    return `The ${what} is now \`${now.path}\`; it was \`${then.path}\`.`;
  }
  const gone = data.find(then => !current.data.some(({ role }) => role === then.role));
  if (gone !== undefined && gone.role !== 'data') return `The ${gone.role} data is no longer configured.`;
  return current.job === null ? null : 'The policy or the settings have changed since.';
}
