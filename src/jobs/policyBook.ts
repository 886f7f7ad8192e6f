import { BadInput } from '../core/failure.ts';
import { previewPolicy, type PastResult } from '../core/policy/preview.ts';
import { rejudge } from '../core/policy/rejudge.ts';
import { verdictOf } from '../core/policy/verdict.ts';
import type { Policy } from '../protocol/engine.ts';
import type { PolicyPreview } from '../protocol/results/policyPreview.ts';
import type { Interval, Verdict } from '../protocol/results/shared.ts';
import type { CheckResult } from '../protocol/results/validation.ts';
import { checkConfig } from '../workspace/config/check.ts';
import { surroundingsOf } from '../workspace/config/load.ts';
import { policiesIn } from '../workspace/config/rules.ts';
import type { ModelEntry, ModelVersion } from '../workspace/types.ts';
import { knownVersion } from '../workspace/known.ts';
import { remembered } from '../workspace/remember.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Jobs } from './runner.ts';

/** A version with its last stored validation, as far as a policy looks at it. */
export interface PastVersion {
  readonly version: ModelVersion;
  readonly digest: string;
  /** What changed in its data since; a changed policy is no reason, since values are judged again. */
  readonly stale: string | null;
  readonly validation: PastResult['validation'];
}

/** The newest version with a stored validation, judged by the policy as saved. */
export interface Standing {
  readonly entry: ModelEntry;
  readonly version: ModelVersion;
  readonly stale: string | null;
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  /** The validated version before it: what changes are measured against. */
  readonly before: {
    readonly version: ModelVersion;
    readonly checks: readonly CheckResult[];
    /** Paired differences, where the two were compared; by metric name. */
    readonly deltas: Readonly<Record<string, Delta>>;
  } | null;
}

export interface Delta {
  readonly value: number;
  readonly interval: Interval | null;
}

/** Versions of a model whose results are looked at. */
const lookedAt = 50;

/** The policies of a folder over the results that are stored. Remembers what it read until told to forget. */
export class PolicyBook {
  readonly #workspace: Workspace;
  readonly #jobs: () => Jobs;
  readonly #past = new Map<string, Promise<readonly PastVersion[]>>();
  readonly #standings = new Map<string, Promise<Standing | null>>();

  constructor(workspace: Workspace, jobs: () => Jobs) {
    this.#workspace = workspace;
    this.#jobs = jobs;
  }

  /** Models, results, data or the saved policy changed. */
  forget(): void {
    this.#past.clear();
    this.#standings.clear();
  }

  /** Newest first: the versions that were validated. @throws BadInput `unknown-model` */
  async past(model: string): Promise<readonly PastVersion[]> {
    return await remembered(this.#past, model, () => this.#readPast(model));
  }

  /** null when no version of the model was validated. */
  async standing(model: string): Promise<Standing | null> {
    return await remembered(this.#standings, model, () => this.#readStanding(model));
  }

  /** The checks of each validated version by the policy as saved, newest first. */
  async judged(
    model: string,
  ): Promise<readonly { readonly version: ModelVersion; readonly checks: readonly CheckResult[] }[]> {
    const { policy } = this.#entry(model);
    return (await this.past(model)).map(({ version, validation }) => ({
      version,
      checks: rejudge(validation, policy).checks,
    }));
  }

  /** What another policy would have decided on the stored results of a model. */
  async preview(model: string, policy: Policy): Promise<PolicyPreview> {
    const entry = this.#entry(model);
    const past = (await this.past(model)).map(({ version, digest, stale, validation }): PastResult => ({
      version: version.version,
      digest,
      stale,
      validation,
    }));
    return previewPolicy(model, entry.policy, policy, past);
  }

  /**
   * A standing under the policies of another text of slipway.yaml, as it is typed: what holds, and how many rows
   * would decide what does not. The standing as saved where the text does not say.
   */
  async standingIn(text: string, model: string): Promise<Standing | null> {
    const [standing, [last]] = await Promise.all([this.standing(model), this.past(model)]);
    const policy = policiesIn(text, surroundingsOf(this.#workspace.root)).get(model);
    if (standing === null || last === undefined || policy === undefined) return standing;
    const { checks } = rejudge(last.validation, policy);
    return { ...standing, checks, verdict: verdictOf(checks) };
  }

  /** Previews of each model whose policy another text of slipway.yaml changes; none while it has mistakes. */
  async previewText(text: string): Promise<readonly PolicyPreview[]> {
    const surroundings = surroundingsOf(this.#workspace.root);
    if (checkConfig(text, surroundings).some(({ severity }) => severity === 'error')) return [];
    const policies = policiesIn(text, surroundings);
    const models = this.#workspace
      .models()
      .filter(({ name, configured }) => configured && policies.has(name));
    const previews = await Promise.all(models.map(({ name }) => this.preview(name, policies.get(name)!)));
    return previews.filter(({ changed }) => changed.length > 0);
  }

  /** @throws BadInput `unknown-model` */
  #entry(name: string): ModelEntry {
    const entry = this.#workspace.models().find(one => one.name === name);
    if (entry === undefined)
      throw new BadInput('unknown-model', `There is no model \`${name}\` in slipway.yaml.`);
    return entry;
  }

  async #readPast(model: string): Promise<readonly PastVersion[]> {
    const entry = this.#entry(model);
    const versions = await this.#workspace.versions(model, { limit: lookedAt });
    const found = await Promise.all(
      versions.map(async version => {
        // Bytes in git are hashed when a version is opened: until then nothing is known of it.
        if (version.digest === null) return [];
        const stored = await this.#jobs().latest.anyValidation(knownVersion(entry, version, version.digest));
        if (stored === null) return [];
        const { job, checks, metrics, slices } = stored.result;
        const validation = { job, checks, metrics, ...(slices === undefined ? {} : { slices }) };
        return [{ version, digest: version.digest, stale: stored.stale, validation }];
      }),
    );
    return found.flat();
  }

  async #readStanding(model: string): Promise<Standing | null> {
    const entry = this.#entry(model);
    const [last, earlier] = await this.past(model);
    if (last === undefined) return null;
    const { checks } = rejudge(last.validation, entry.policy);
    const { version, stale } = last;
    if (earlier === undefined)
      return { entry, version, stale, verdict: verdictOf(checks), checks, before: null };
    const comparison = await this.#jobs().latest.anyComparison(earlier.digest, last.digest);
    const deltas = Object.fromEntries(
      (comparison?.result.metrics ?? []).flatMap(({ name, delta, interval }) =>
        delta === null ? [] : [[name, { value: delta, interval }]],
      ),
    );
    const before = {
      version: earlier.version,
      checks: rejudge(earlier.validation, entry.policy).checks,
      deltas,
    };
    return { entry, version, stale, verdict: verdictOf(checks), checks, before };
  }
}
