import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { BadInput } from '../core/failure.ts';
import type { DataSource } from '../protocol/engine.ts';
import { jobIdentity, type DataDigests, type Job } from '../protocol/job.ts';
import type { DataRef, ModelRef } from '../protocol/results/shared.ts';
import { slipwayVersion } from '../protocol/version.ts';
import type { Current, ResultKind, ResultOf, ResultStore } from '../workspace/store.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { EngineCallOptions } from './engineClient.ts';
import { callOptions, type JobOptions } from './options.ts';

/** Jobs whose results are stored under their own digest. */
export class StoredJobs {
  readonly #workspace: Workspace;
  readonly #store: ResultStore;

  constructor(workspace: Workspace, store: ResultStore) {
    this.#workspace = workspace;
    this.#store = store;
  }

  async run<K extends ResultKind>(
    kind: K,
    job: Job,
    models: readonly ModelRef[],
    options: JobOptions,
    call: (options: EngineCallOptions) => Promise<ResultOf<K>>,
  ): Promise<ResultOf<K>> {
    const digests = models.map(({ digest }) => digest);
    const { digest, data } = await this.identity(job);
    if (options.fresh !== true) {
      const stored = await this.#store.get(kind, digests, digest);
      if (stored !== null) return stored.result;
    }
    const result = { ...(await call(callOptions(options))), job: digest };
    await this.requireUnchanged(job, data);
    await this.#store.put(kind, digests, result);
    return result;
  }

  /**
   * What was read in part before a change and in part after it is a result of neither. A folder of samples grows while
   * it is read: what is there is read.
   * @param before digests of the job's data when it began
   * @throws BadInput `data-changed`
   */
  async requireUnchanged(job: Job, before: DataDigests): Promise<void> {
    const { data: after } = await this.identity(job);
    const sources = sourcesOf(job);
    for (const role of dataRoles) {
      const source = sources[role];
      if (source === null || after[role] === before[role]) continue;
      const found = await stat(source.file).catch(() => null);
      if (found?.isDirectory() === true) continue;
      throw new BadInput(
        'data-changed',
        `\`${source.path}\` changed while it was being read, so nothing is kept of this run. ` +
          'Run it again when the file is written.',
      );
    }
  }

  /** The digest of a job as it would run now, and the digests of its data. */
  async identity(job: Job): Promise<{ readonly digest: string; readonly data: DataDigests }> {
    const digestOf = async (data: DataSource | null): Promise<string | null> =>
      data === null ? null : await this.#workspace.fileDigest(data.file).catch(() => null);
    const sources = sourcesOf(job);
    const [holdout, reference, background, data] = await Promise.all([
      digestOf(sources.holdout),
      digestOf(sources.reference),
      digestOf(sources.background),
      digestOf(sources.data),
    ]);
    const digests = { holdout, reference, background, data };
    const identity = jobIdentity(job, digests, slipwayVersion);
    return { digest: createHash('sha256').update(identity).digest('hex'), data: digests };
  }

  async current(job: Job): Promise<Current> {
    const { digest, data } = await this.identity(job);
    const sources = sourcesOf(job);
    return {
      job: digest,
      data: dataRoles.flatMap(role => {
        const source = sources[role];
        return source === null ? [] : [{ role, path: source.path, digest: data[role] }];
      }),
    };
  }
}

const dataRoles = ['holdout', 'reference', 'background', 'data'] as const;

/** The data that a job reads, by what it is to it. */
function sourcesOf(job: Job): Readonly<Record<DataRef['role'], DataSource | null>> {
  return {
    holdout: 'holdout' in job ? job.holdout : null,
    reference: 'reference' in job ? job.reference : null,
    background: 'background' in job ? job.background : null,
    data: 'data' in job ? job.data : null,
  };
}
