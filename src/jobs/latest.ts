import type { ImportanceJob } from '../protocol/engine.ts';
import type { Job } from '../protocol/job.ts';
import type { Stored } from '../protocol/pages.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { ResultOf, ResultStore } from '../workspace/store.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import {
  compareJob,
  explainJob,
  importanceJob,
  validateJob,
  type CompareOverrides,
  type ValidateOverrides,
} from './build.ts';
import { resolveRivals } from './rivals.ts';
import type { StoredJobs } from './storedJobs.ts';

/** The newest stored results of versions, and whether they still hold. */
export class LatestResults {
  readonly #workspace: Workspace;
  readonly #store: ResultStore;
  readonly #jobs: StoredJobs;

  constructor(workspace: Workspace, store: ResultStore, jobs: StoredJobs) {
    this.#workspace = workspace;
    this.#store = store;
    this.#jobs = jobs;
  }

  /**
   * The last stored result for this digest, marked stale when data, policy or settings changed since.
   * @param overrides what a validation would run with now
   */
  async validation(
    model: ResolvedModel,
    overrides: ValidateOverrides = {},
  ): Promise<Stored<Validation> | null> {
    const rivals = await resolveRivals(this.#workspace, model.entry, model.ref.digest, overrides).catch(
      () => ({ baseline: null, original: null }),
    );
    const job = validateJob(this.#workspace.root, model, rivals, overrides);
    return await this.#store.latest('validate', [model.ref.digest], await this.#jobs.current(job));
  }

  /** As `validation`, whatever policy and settings it was made with: only other data makes it stale. */
  async anyValidation(model: ResolvedModel): Promise<Stored<Validation> | null> {
    const none = { baseline: null, original: null };
    const current = await this.#jobs.current(validateJob(this.#workspace.root, model, none, {}));
    return await this.#store.latest('validate', [model.ref.digest], { ...current, job: null });
  }

  /** As `validation`; other settings of an explanation don't make it stale, other data does. */
  async explanation(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    const plain = await this.#latestOf('explain', model, explainJob, result => result.interactions === null);
    return plain ?? (await this.interactions(model));
  }

  /** The newest explanation that has interaction values; its attributions are raw scores, as they are. */
  async interactions(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    return await this.#latestOf('explain', model, explainJob, result => result.interactions !== null);
  }

  /** As `explanation`. */
  async importance(
    model: ResolvedModel,
    method: ImportanceJob['method'],
  ): Promise<Stored<Importance> | null> {
    return await this.#latestOf('importance', model, importanceJob, result => result.method === method);
  }

  async comparison(
    a: ResolvedModel,
    b: ResolvedModel,
    overrides: CompareOverrides = {},
  ): Promise<Stored<Comparison> | null> {
    const models = [a.ref.digest, b.ref.digest];
    if (a.entry.holdout === null && b.entry.holdout === null)
      return await this.#store.latest('compare', models, { job: null, data: [] });
    const job = compareJob(this.#workspace.root, a, b, overrides);
    return await this.#store.latest('compare', models, await this.#jobs.current(job));
  }

  /** The last stored comparison of two digests, whatever it was made with. */
  async anyComparison(a: string, b: string): Promise<Stored<Comparison> | null> {
    return await this.#store.latest('compare', [a, b], { job: null, data: [] });
  }

  async #latestOf<K extends 'explain' | 'importance'>(
    kind: K,
    model: ResolvedModel,
    build: (root: string, model: ResolvedModel, overrides: object) => Job,
    wanted?: (result: ResultOf<K>) => boolean,
  ): Promise<Stored<ResultOf<K>> | null> {
    const current =
      model.entry.holdout === null
        ? { data: [] }
        : await this.#jobs.current(build(this.#workspace.root, model, {}));
    return await this.#store.latest(kind, [model.ref.digest], { ...current, job: null }, wanted);
  }
}
