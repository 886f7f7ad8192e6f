import type { Release } from '../protocol/results/release.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import type { BeginRecord, ReleaseRecord, StepRecord } from './record.ts';
import type { Desired } from './types.ts';

/** A release as the journal tells it. */
export interface ReleaseStory {
  readonly begin: BeginRecord;
  readonly steps: readonly StepRecord[];
  /** False when it was cut off (or is still going on). */
  readonly ended: boolean;
  readonly release: Release;
}

/** Oldest first. */
export function storiesOf(records: readonly ReleaseRecord[]): readonly ReleaseStory[] {
  const begins = records.filter(record => record.type === 'begin');
  const names = versionNames(begins);
  return begins.map(begin => {
    const own = records.filter(record => record.release === begin.release);
    const steps = own.filter(record => record.type === 'step');
    const end = own.find(record => record.type === 'end');
    return {
      begin,
      steps,
      ended: end !== undefined,
      release: {
        ...planned(begin, names),
        dryRun: false,
        plan: begin.plan.map(({ name, sentence, undo }) => {
          const last = steps.findLast(step => step.step === name);
          const failed = steps.find(step => step.step === name && step.phase === 'failed');
          return {
            name,
            sentence,
            undo,
            state: stateOf(last),
            // Why it failed says more than that it was undone.
            detail: (failed ?? last)?.detail ?? null,
            log: failed?.log ?? [],
          };
        }),
        state: end?.state ?? 'planned',
        endpoint: end?.endpoint ?? null,
        golden: steps.findLast(step => step.golden !== null)?.golden ?? null,
      },
    };
  });
}

function stateOf(last: StepRecord | undefined): Release['plan'][number]['state'] {
  const phase = last?.phase ?? 'intent';
  return phase === 'intent' || phase === 'remembered' ? 'planned' : phase;
}

/** The release document of a plan: nothing was done yet. */
export function planned(begin: BeginRecord, names: ReadonlyMap<string, string | null>): Release {
  return {
    schema: 'slipway/release@1',
    release: begin.release,
    target: begin.target,
    kind: begin.kind,
    action: begin.action,
    dryRun: true,
    model: begin.model,
    previous: begin.previous,
    traffic: begin.desired.live,
    shadow: begin.desired.shadow ?? null,
    before: begin.observed.live.map(live => ({ ...live, version: names.get(live.digest) ?? null })),
    cost: begin.cost ?? null,
    reason: begin.reason ?? null,
    rollout:
      begin.rollout === undefined
        ? null
        : { began: begin.rollout.began, step: begin.rollout.step, steps: begin.rollout.plan.steps },
    at: begin.at,
    by: begin.by,
    verdict: begin.verdict,
    review: begin.review ?? null,
    override: begin.override,
    plan: begin.plan.map(({ name, sentence, undo }) => ({
      name,
      sentence,
      undo,
      state: 'planned',
      detail: null,
      log: [],
    })),
    state: 'planned',
    endpoint: null,
    golden: null,
  };
}

/** What the journal calls each digest. */
export function versionNames(begins: readonly BeginRecord[]): ReadonlyMap<string, string | null> {
  const models = begins.flatMap(({ model, desired }) => [model, ...heldModels(desired)]);
  return new Map(models.map(({ digest, version }) => [digest, version]));
}

/** The versions that a target shall hold ready: what is live, and its shadow. */
export function heldModels({ live, shadow }: Pick<Desired, 'live' | 'shadow'>): readonly ModelRef[] {
  return [...live.map(({ model }) => model), ...(shadow === undefined ? [] : [shadow.model])];
}

/** `r-0001`, `r-0002` ...: one more than the last. */
export function nextRelease(stories: readonly ReleaseStory[]): string {
  const last = stories.at(-1)?.begin.release ?? 'r-0000';
  return `r-${String(Number(last.slice(2)) + 1).padStart(4, '0')}`;
}

/** The release whose state the target should be in; null before the first and after a removal. */
export function currentOf(stories: readonly ReleaseStory[]): ReleaseStory | null {
  const last = stories.findLast(({ release }) => release.state === 'live' || release.state === 'removed');
  return last?.release.state === 'live' ? last : null;
}

/** Whether it made its version live for all requests: the steps of a canary did not. */
export function isWhole({ state, traffic }: Release): boolean {
  return state === 'live' && traffic.length === 1;
}

/**
 * Releases one can go back to, the current on top (last). A deployment is put on top, or takes the place of one of
 * the same version that is there; a rollback takes off what lies above the release it went back to, so that the next
 * rollback goes further back, not forth again.
 */
export function rollbackStack(stories: readonly ReleaseStory[]): readonly Release[] {
  let stack: Release[] = [];
  for (const { release } of stories) {
    if (release.state === 'removed') stack = [];
    if (!isWhole(release)) continue;
    const at = stack.findLastIndex(({ model }) => model.digest === release.model.digest);
    const replaced = at >= 0 && (release.action === 'rollback' || at === stack.length - 1);
    stack = [...(replaced ? stack.slice(0, at) : stack), release];
  }
  return stack;
}

/** Digests that were live before, newest first, each once, without `digest`. */
export function earlierDigests(stories: readonly ReleaseStory[], digest: string): readonly string[] {
  const live = stories.filter(({ release }) => isWhole(release)).map(({ release }) => release.model.digest);
  return [...new Set(live.reverse())].filter(other => other !== digest);
}

/** What the journal knows of a digest: its name and version. */
export function modelOf(stories: readonly ReleaseStory[], digest: string): ModelRef | null {
  const models = stories.flatMap(({ begin }) => [...heldModels(begin.desired), begin.model]);
  return models.findLast(model => model.digest === digest) ?? null;
}

/** The last release when it was cut off, or is still going on. */
export function unfinishedOf(stories: readonly ReleaseStory[]): ReleaseStory | null {
  const last = stories.at(-1);
  return last === undefined || last.ended ? null : last;
}
