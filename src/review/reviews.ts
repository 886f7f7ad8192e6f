import { resolve } from 'node:path';
import { mustOpen, type Evidence } from '../core/review/mustOpen.ts';
import type { ReportInput } from '../core/report/input.ts';
import { reviewedContent } from '../core/review/content.ts';
import { standingOf } from '../core/review/standing.ts';
import { BadInput } from '../core/failure.ts';
import type { Stored } from '../protocol/pages.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import {
  reviewPredicateType,
  statementType,
  type MustOpenItem,
  type Review,
  type ReviewedResult,
  type ReviewRecord,
  type ReviewStatement,
} from '../protocol/results/review.ts';
import { comparison as comparisonSchema } from '../protocol/results/comparison.ts';
import { explanation as explanationSchema } from '../protocol/results/explanation.ts';
import { validation as validationSchema, type Validation } from '../protocol/results/validation.ts';
import { ResultStore } from '../workspace/store.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { Repository } from '../workspace/versions/repository.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { machine, subjectOf } from './artefacts.ts';
import { canonical, digestOf, sha256 } from './canonical.ts';
import { chainProblems } from './chain.ts';
import { requireSound, type Draft } from './draft.ts';
import { factsOf, type Now, type ReadableRecord } from './facts.ts';
import { readProtection, type Protection } from './protection.ts';
import { ReviewRecords, type StoredRecord } from './records.ts';
import { publicKeyOf } from './signingKey.ts';
import { sign } from './sshKeygen.ts';
import { Thread } from './thread.ts';

/** What reviews ask of the jobs. */
export interface ReviewJobs {
  validate(model: ResolvedModel, options: { readonly signal?: AbortSignal }): Promise<Validation>;
  latestExplanation(model: ResolvedModel): Promise<Stored<Explanation> | null>;
  latestComparison(a: ResolvedModel, b: ResolvedModel): Promise<Stored<Comparison> | null>;
}

export interface ReviewsOptions {
  readonly workspace: Workspace;
  readonly jobs: ReviewJobs;
  /** The report that a record is bound to: one self-contained HTML text. */
  readonly report: (input: ReportInput) => string;
  readonly now?: () => Date;
}

export interface StateOptions {
  /** null: any. */
  readonly target?: string | null;
  /** In place of the protected revision that slipway.yaml names. */
  readonly revision?: string | null;
}

/** Reviews of the versions of a workspace: who decided what about which digests, and whether it still holds. */
export class Reviews {
  readonly #options: ReviewsOptions;
  readonly #records: ReviewRecords;
  readonly #store: ResultStore;

  constructor(options: ReviewsOptions) {
    this.#options = options;
    this.#records = new ReviewRecords(options.workspace.root);
    this.#store = new ResultStore(options.workspace.root);
  }

  /** Where the version stands, with the five facts about each record of it or of its name. Changes nothing. */
  async state(model: ResolvedModel, options: StateOptions = {}): Promise<Review> {
    const { workspace } = this.#options;
    const repository = await Repository.find(workspace.root);
    const protection = await this.#protection(model, repository, options.revision ?? null);
    const all = await this.#records.list(model.entry.name);
    const own = all.filter(record => concerns(record, model)).reverse();
    const time = this.#now();
    const records: ReviewRecord[] = [];
    for (const record of own) {
      const facts = await factsOf(record, await this.#todayOf(record, model, time), protection);
      const { digest, path, statement } = record;
      records.push({ digest, path, statement, facts: [...facts] });
    }
    const folder = this.#records.folder(model.entry.name);
    const problems = await chainProblems(all, folder, repository, protection.revision);
    const thread = await this.#thread(model);
    const target = options.target ?? null;
    return {
      schema: 'slipway/review@1',
      model: model.ref,
      target,
      rule: protection.rule,
      revision: protection.revision,
      standing: standingOf({
        records,
        rule: protection.rule,
        roles: protection.roles,
        target,
        author: (await repository?.authorOf(model.version.commit, model.ref.path)) ?? null,
        problems,
      }),
      records,
      problems: [...problems],
      thread: [...thread.entries],
    };
  }

  /** As `state`, but null when nothing asks for a review and there is none. */
  async gate(
    model: ResolvedModel,
    options: { readonly target: string; readonly revision: string | null },
  ): Promise<Review | null> {
    const { workspace } = this.#options;
    const named = options.revision ?? workspace.review?.revision ?? null;
    if (named === null && model.entry.review === null) return null;
    const review = await this.state(model, options);
    return review.rule === null && review.records.length === 0 ? null : review;
  }

  /** Digests and names of versions that records speak of: cheap, without git or ssh-keygen. */
  async reviewed(model: string): Promise<ReadonlySet<string>> {
    const about = (await this.#records.list(model)).map(({ statement }) => statement?.predicate.model);
    return new Set(about.flatMap(ref => (ref === undefined ? [] : [ref.digest, ref.version ?? ref.path])));
  }

  /** What a decision would rest on now. @param live what it is compared with; null: nothing is live */
  async evidence(model: ResolvedModel, live: ResolvedModel | null, signal?: AbortSignal): Promise<Evidence> {
    const { jobs } = this.#options;
    const compared = live !== null && live.ref.digest !== model.ref.digest;
    const [validation, explanation, comparison] = [
      await jobs.validate(model, signal === undefined ? {} : { signal }),
      await jobs.latestExplanation(model),
      compared ? await jobs.latestComparison(live, model) : null,
    ];
    return {
      validation,
      explanation: explanation?.stale === null ? explanation.result : null,
      comparison: comparison?.stale === null ? comparison.result : null,
    };
  }

  toOpen(evidence: Evidence): readonly MustOpenItem[] {
    return mustOpen(evidence);
  }

  async challenge(model: ResolvedModel, by: string, text: string): Promise<void> {
    await (await this.#thread(model)).challenge(by, text, this.#now());
  }

  /** @param to the challenge's number; null: the oldest that is open */
  async answer(model: ResolvedModel, by: string, text: string, to: number | null): Promise<void> {
    await (await this.#thread(model)).answer(by, text, to, this.#now());
  }

  /**
   * Signs a decision and puts it on record. Nothing is written unless the signature counts at once.
   * @throws BadInput for a decision that cannot stand, a key that is not allowed, or a refusal to sign
   */
  async decide(
    model: ResolvedModel,
    draft: Draft,
    evidence: Evidence,
    options: StateOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Review> {
    const { workspace, report } = this.#options;
    const repository = await Repository.find(workspace.root);
    const protection = await this.#protection(model, repository, options.revision ?? null);
    const author = (await repository?.authorOf(model.version.commit, model.ref.path)) ?? null;
    const thread = await this.#thread(model);
    const now = this.#now();
    requireSound(draft, {
      rule: protection.rule,
      verdict: evidence.validation.verdict,
      mustOpen: mustOpen(evidence),
      thread: thread.entries,
      targets: workspace.targets().map(({ name }) => name),
      author,
      now,
    });
    const key = draft.key === null ? null : await publicKeyOf(draft.key);
    const name = model.entry.name;
    const html = report({ ...evidence, review: null, policy: this.#policy(model).content, rows: false });
    const commit = (await repository?.commit('HEAD')) ?? null;
    const statement: ReviewStatement = {
      _type: statementType,
      subject: await subjectOf(model),
      predicateType: reviewPredicateType,
      predicate: {
        model: model.ref,
        commit: model.version.commit,
        tags: [...model.version.tags],
        at: now.toISOString(),
        reviewer: { principal: draft.principal, key: key?.fingerprint ?? null },
        author,
        decision: draft.decision,
        comment: draft.comment,
        conditions: [...draft.conditions],
        scope: draft.scope === null ? null : [...draft.scope],
        expires: draft.expires,
        verdict: evidence.validation.verdict,
        overrides: [...draft.overrides],
        opened: [...draft.opened],
        thread: [...thread.entries],
        data: dataOf(evidence),
        policy: this.#policy(model),
        code: commit === null ? null : { commit, modified: (await repository?.isModified()) ?? false },
        environment: { ...machine(), engine: evidence.validation.engine },
        results: resultsOf(model.ref.digest, evidence),
        report: { digest: sha256(html), size: Buffer.byteLength(html) },
        previous: (await this.#records.list(name)).at(-1)?.digest ?? null,
      },
    };
    const text = canonical(statement);
    const signature = draft.key === null ? null : await sign(text, draft.key, undefined, options.signal);
    const record: ReadableRecord = {
      id: '',
      digest: sha256(text),
      path: '',
      text,
      statement,
      intact: true,
      signature,
      report: null,
    };
    const facts = await factsOf(record, await this.#todayOf(record, model, now), protection);
    const bad = facts.find(({ holds }) => !holds);
    if (bad !== undefined)
      throw new BadInput(
        bad.code,
        `${bad.sentence}${bad.fact === 'signer' && key !== null ? ` The line for \`${workspace.review?.signers ?? '.slipway/allowed_signers'}\`: ${draft.principal} namespaces="slipway-review" ${key.line}` : ''}`,
      );
    await this.#records.add(name, statement, signature, html);
    return await this.state(model, options);
  }

  async #todayOf(record: StoredRecord, model: ResolvedModel, time: Date): Promise<Now> {
    const { workspace } = this.#options;
    const predicate = record.statement!.predicate;
    const data = new Map<string, string | null>();
    for (const { path } of predicate.data)
      data.set(path, await workspace.fileDigest(resolve(workspace.root, path)).catch(() => null));
    return {
      time,
      digest: model.ref.digest,
      subject: await subjectOf(model),
      commit: model.version.commit,
      tags: model.version.tags,
      data,
      policy: this.#policy(model),
      results: await this.#resultsNow(predicate),
    };
  }

  /** Numbers of another processor may differ in their last digits, so they are not held against the record. */
  async #resultsNow({ environment, results }: ReviewStatement['predicate']): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const { system, processor } = machine();
    if (environment.system !== system || environment.processor !== processor) return found;
    for (const { kind, models, job } of results) {
      const stored = await this.#store.get(kind, models, job);
      if (stored !== null) found.set(job, digestOf(reviewedContent(stored.result)));
    }
    return found;
  }

  async #protection(
    model: ResolvedModel,
    repository: Repository | null,
    revision: string | null,
  ): Promise<Protection> {
    const { workspace } = this.#options;
    return await readProtection(workspace.root, model.entry, workspace.review, repository, revision);
  }

  async #thread(model: ResolvedModel): Promise<Thread> {
    const { root } = this.#options.workspace;
    return await Thread.open(root, this.#records, model.entry.name, model.ref.digest);
  }

  #policy({ entry }: ResolvedModel): ReviewStatement['predicate']['policy'] {
    const content = JSON.parse(canonical({ policy: entry.policy, meaning: entry.meaning })) as Record<
      string,
      never
    >;
    return { digest: digestOf(content), content };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

function concerns(record: StoredRecord, model: ResolvedModel): record is ReadableRecord {
  const about = record.statement?.predicate.model;
  if (about === undefined) return false;
  return (
    about.digest === model.ref.digest ||
    (about.version !== null && about.version === model.ref.version) ||
    (about.version === null && about.path === model.ref.path)
  );
}

function dataOf({ validation, explanation, comparison }: Evidence): Validation['data'] {
  const all = [...validation.data, ...(explanation?.data ?? []), ...(comparison?.data ?? [])];
  const first = new Map(all.toReversed().map(ref => [`${ref.role} ${ref.path}`, ref]));
  return [...first.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Read through their schemas, as the store gives them back, so that both digests are over the same keys. */
function resultsOf(about: string, { validation, explanation, comparison }: Evidence): ReviewedResult[] {
  const digest = (result: Validation | Explanation | Comparison): string => digestOf(reviewedContent(result));
  return [
    {
      kind: 'validate',
      models: [about],
      job: validation.job,
      digest: digest(validationSchema.parse(validation)),
    },
    ...(explanation === null
      ? []
      : [
          {
            kind: 'explain' as const,
            models: [about],
            job: explanation.job,
            digest: digest(explanationSchema.parse(explanation)),
          },
        ]),
    ...(comparison === null
      ? []
      : [
          {
            kind: 'compare' as const,
            models: [comparison.a.digest, comparison.b.digest],
            job: comparison.job,
            digest: digest(comparisonSchema.parse(comparison)),
          },
        ]),
  ];
}
