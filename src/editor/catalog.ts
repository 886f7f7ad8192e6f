import { BadInput } from '../core/failure.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type { Interactions, Stored, VersionRow } from '../protocol/pages.ts';
import type { Ab } from '../protocol/results/ab.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { DataDescription } from '../protocol/results/data.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import type { Review } from '../protocol/results/review.ts';
import { standingWords } from '../core/review/standing.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { TargetStatus } from '../protocol/results/status.ts';
import { knownVersion } from '../workspace/known.ts';
import { remembered } from '../workspace/remember.ts';
import type { ModelEntry, ModelVersion, ResolvedModel, TargetEntry } from '../workspace/types.ts';
import { sentenceOf } from './failures.ts';
import { referenceOf, versionRow } from './row.ts';
import type { Services } from './services.ts';
import { setting } from './settings.ts';

/** A target that does not answer must not keep the lists waiting. */
const statusDeadlineMs = 5000;

/** A version with what is known of it. */
export interface ListedVersion {
  readonly entry: ModelEntry;
  readonly version: ModelVersion;
  readonly reference: string;
  readonly row: VersionRow;
}

/** Newest first. */
export interface KeptTrials {
  readonly crossValidations: readonly Stored<CrossValidation>[];
  readonly rankings: readonly Stored<RankingResult>[];
}

export interface ListedTarget {
  readonly target: TargetEntry;
  /** null in an untrusted folder, or when the target could not be asked. */
  readonly status: TargetStatus | null;
  /** Newest first. */
  readonly releases: readonly Release[];
}

/**
 * What trees and pages show, remembered until it is told that something changed. Reads the workspace, the
 * store and the targets; computes nothing.
 */
export class Catalog {
  readonly #services: () => Promise<Services>;
  readonly #trusted: () => boolean;
  readonly #resolved = new Map<string, Promise<ResolvedModel | null>>();
  readonly #validations = new Map<string, Promise<Stored<Validation> | null>>();
  readonly #explanations = new Map<string, Promise<Stored<Explanation> | null>>();
  readonly #interactions = new Map<string, Promise<Stored<Interactions> | null>>();
  readonly #importances = new Map<string, Promise<Stored<Importance> | null>>();
  readonly #reviews = new Map<string, Promise<Review>>();
  readonly #reviewed = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #trials = new Map<string, Promise<KeptTrials>>();
  readonly #descriptions = new Map<string, Promise<Stored<DataDescription> | null>>();
  readonly #experiments = new Map<string, Promise<Stored<Ab> | null>>();
  readonly #comparisons = new Map<string, Promise<Stored<Comparison> | null>>();
  readonly #facts = new Map<string, Promise<ModelFacts | { readonly failure: string }>>();
  #targets: Promise<readonly ListedTarget[]> | null = null;

  constructor(services: () => Promise<Services>, trusted: () => boolean) {
    this.#services = services;
    this.#trusted = trusted;
  }

  /** Files, git or slipway.yaml changed. */
  forgetAll(): void {
    this.#resolved.clear();
    this.forgetResults();
    this.#targets = null;
  }

  forgetResults(): void {
    this.#validations.clear();
    this.#explanations.clear();
    this.#interactions.clear();
    this.#importances.clear();
    this.#comparisons.clear();
    this.#trials.clear();
    this.#descriptions.clear();
    this.#experiments.clear();
    this.#reviews.clear();
    this.#reviewed.clear();
  }

  forgetTargets(): void {
    this.#targets = null;
  }

  async models(): Promise<readonly ModelEntry[]> {
    return (await this.#services()).workspace.models();
  }

  /** Newest first. `more` says that there are further versions after these. */
  async versions(
    entry: ModelEntry,
    limit: number,
  ): Promise<{ readonly versions: readonly ListedVersion[]; readonly more: boolean }> {
    const { workspace } = await this.#services();
    const found = await workspace.versions(entry.name, { limit: limit + 1 });
    const versions = await Promise.all(found.slice(0, limit).map(version => this.list(entry, version)));
    return { versions, more: found.length > limit };
  }

  async list(entry: ModelEntry, version: ModelVersion): Promise<ListedVersion> {
    const reference = referenceOf(entry, version);
    const { digest } = version;
    // Bytes in git are hashed when the version is opened: until then nothing is known of it.
    const [stored, liveOn] =
      digest === null
        ? [null, []]
        : await Promise.all([this.validation(knownVersion(entry, version, digest)), this.#liveOn(digest)]);
    const review = await this.#reviewRow(entry, version, reference);
    return { entry, version, reference, row: versionRow(version, digest, stored, liveOn, review) };
  }

  /** null when its bytes are not at hand; commands resolve again and say why. */
  async resolve(reference: string): Promise<ResolvedModel | null> {
    return await remembered(this.#resolved, reference, async () => {
      const { workspace } = await this.#services();
      return await workspace.resolve(reference).catch(() => null);
    });
  }

  async validation(model: ResolvedModel): Promise<Stored<Validation> | null> {
    return await remembered(this.#validations, `${model.entry.name}@${model.ref.digest}`, async () => {
      const { jobs } = await this.#services();
      return await jobs()
        .latest.validation(model, { resamples: setting('slipway.validate.resamples') })
        .catch(() => null);
    });
  }

  async explanation(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    return await remembered(this.#explanations, `${model.entry.name}@${model.ref.digest}`, async () => {
      const { jobs } = await this.#services();
      return await jobs()
        .latest.explanation(model)
        .catch(() => null);
    });
  }

  async interactions(model: ResolvedModel): Promise<Stored<Interactions> | null> {
    return await remembered(this.#interactions, `${model.entry.name}@${model.ref.digest}`, async () => {
      const { jobs } = await this.#services();
      const stored = await jobs()
        .latest.interactions(model)
        .catch(() => null);
      return stored === null ? null : { ...stored, result: { ...stored.result, rows: [] } };
    });
  }

  async importance(model: ResolvedModel, method: Importance['method']): Promise<Stored<Importance> | null> {
    const key = `${method} ${model.entry.name}@${model.ref.digest}`;
    return await remembered(this.#importances, key, async () => {
      const { jobs } = await this.#services();
      return await jobs()
        .latest.importance(model, method)
        .catch(() => null);
    });
  }

  async comparison(a: ResolvedModel, b: ResolvedModel): Promise<Stored<Comparison> | null> {
    return await remembered(
      this.#comparisons,
      `${a.entry.name}@${a.ref.digest} ${b.ref.digest}`,
      async () => {
        const { jobs } = await this.#services();
        return await jobs()
          .latest.comparison(a, b, { resamples: setting('slipway.validate.resamples') })
          .catch(() => null);
      },
    );
  }

  /** What was found of a model's training, its versions on parts of the data, and its candidates. */
  async trials(entry: ModelEntry): Promise<KeptTrials> {
    return await remembered(this.#trials, entry.name, async () => {
      const { trials } = await this.#services();
      const [crossValidations, rankings] = await Promise.all([
        trials().keptOf('crossValidate', entry),
        trials().keptOf('rank', entry),
      ]);
      return { crossValidations, rankings };
    });
  }

  /** The newest description of a data set. @param file absolute path */
  async description(file: string): Promise<Stored<DataDescription> | null> {
    return await remembered(this.#descriptions, file, async () => {
      const { jobs } = await this.#services();
      return (await jobs().dataSets.keptOf('describe', file))[0] ?? null;
    });
  }

  /** The newest experiment whose log a data set is. @param file absolute path */
  async experiment(file: string): Promise<Stored<Ab> | null> {
    return await remembered(this.#experiments, file, async () => {
      const { jobs } = await this.#services();
      return (await jobs().dataSets.keptOf('ab', file))[0] ?? null;
    });
  }

  /** Where a version stands with its reviewers, each record checked. */
  async review(model: ResolvedModel): Promise<Review> {
    return await remembered(this.#reviews, `${model.entry.name}@${model.ref.digest}`, async () => {
      const { reviews } = await this.#services();
      return await reviews.state(model);
    });
  }

  /** For lists: signatures are checked only where a record speaks of the version. */
  async #reviewRow(
    entry: ModelEntry,
    version: ModelVersion,
    reference: string,
  ): Promise<VersionRow['review']> {
    if (!this.#trusted()) return null;
    const reviewed = await remembered(this.#reviewed, entry.name, async () => {
      const { reviews } = await this.#services();
      return await reviews.reviewed(entry.name);
    });
    const names = [version.digest, version.version, version.path];
    const known = names.some(name => name !== null && reviewed.has(name));
    const model = known ? await this.resolve(reference) : null;
    if (model === null) {
      return entry.review === null
        ? null
        : {
            status: 'none',
            words: standingWords({ status: 'none', approvals: [] }),
            sentence: 'Not reviewed.',
          };
    }
    const standing = await this.review(model).then(
      review => review.standing,
      () => null,
    );
    if (standing === null) return null;
    return { status: standing.status, words: standingWords(standing), sentence: standing.sentence };
  }

  /** What the engine says of the file; a digest's facts never change. */
  async facts(model: ResolvedModel): Promise<ModelFacts | { readonly failure: string }> {
    return await remembered(this.#facts, model.ref.digest, async () => {
      const { jobs } = await this.#services();
      try {
        return await jobs().inspect(model);
      } catch (error) {
        if (!(error instanceof BadInput)) this.#facts.delete(model.ref.digest);
        return { failure: sentenceOf(error) };
      }
    });
  }

  /** Releases are read from the journal; a target itself is asked only in a trusted folder. */
  async targets(): Promise<readonly ListedTarget[]> {
    this.#targets ??= this.#readTargets();
    return await this.#targets;
  }

  async #readTargets(): Promise<readonly ListedTarget[]> {
    const { deployer } = await this.#services();
    return await Promise.all(
      deployer.targets().map(async target => ({
        target,
        status: this.#trusted()
          ? await deployer.status(target.name, AbortSignal.timeout(statusDeadlineMs)).catch(() => null)
          : null,
        releases: await deployer.history(target.name).catch(() => []),
      })),
    );
  }

  async #liveOn(digest: string): Promise<readonly string[]> {
    const targets = await this.targets();
    return targets
      .filter(({ status }) => status?.live.some(live => live.digest === digest))
      .map(({ target }) => target.name);
  }
}
