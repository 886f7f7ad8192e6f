import { BadInput } from '../core/failure.ts';
import type { Release } from '../protocol/results/release.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import { currentOf, isWhole, modelOf, rollbackStack, type ReleaseStory } from './history.ts';
import type { BeginRecord } from './record.ts';
import { isActive, type RolloutState } from './rollout/state.ts';
import type { LiveVersion, Observed } from './types.ts';

/** A change someone, or a canary by itself, wants of a target. */
export interface Change {
  readonly action: Release['action'];
  readonly model: ModelRef;
  /** What shall be live; empty: nothing. */
  readonly live: readonly LiveVersion[];
  readonly verdict: Release['verdict'];
  readonly review: Release['review'];
  /** That the reviewers gave for what fails; null when there is none. */
  readonly override: Release['override'];
  readonly reason: string | null;
  /** Of a step of a canary; `began` null: this step begins it. */
  readonly rollout: (Omit<Rollout, 'began'> & { readonly began: string | null }) | null;
}
type Rollout = NonNullable<BeginRecord['rollout']>;

const plain = { verdict: null, review: null, override: null, reason: null, rollout: null } as const;

/** The first share of a canary beside what is live. @throws BadInput `no-stable` */
export function canaryLive(
  target: string,
  model: ModelRef,
  share: number,
  observed: Observed,
  stories: readonly ReleaseStory[],
): { readonly live: readonly LiveVersion[]; readonly stable: ModelRef } {
  const [only, ...others] = observed.live;
  if (only === undefined || others.length > 0 || only.digest === model.digest)
    throw new BadInput(
      'no-stable',
      only === undefined
        ? `Nothing is live on ${target} that a canary could be compared with. Deploy without a canary first.`
        : others.length > 0
          ? `Several versions share the requests of ${target}. Deploy or roll back to one of them first.`
          : `${model.version ?? model.path} has all requests of ${target} already.`,
    );
  const stable = modelOf(stories, only.digest) ?? unnamed(only.digest, model);
  return { live: shares(stable, model, share), stable };
}

/** The next share of a canary, or all requests. @throws BadInput `no-canary` */
export function promotion(
  target: string,
  stories: readonly ReleaseStory[],
  state: RolloutState | null,
  full: boolean,
): Change {
  const { document } = requireCanary(state, target);
  const { plan, canary, stable, began, step } = document;
  const next = full ? plan.steps.length : step + 1;
  const share = plan.steps[next] ?? 1;
  // What allowed the first share allows the others.
  const first = stories.find(({ release }) => release.release === began)?.release;
  return {
    ...plain,
    verdict: first?.verdict ?? null,
    review: first?.review ?? null,
    override: first?.override ?? null,
    action: 'promote',
    model: canary,
    live: shares(stable, canary, share),
    rollout: { began, step: Math.min(next, plan.steps.length), plan, stable },
  };
}

/**
 * Back to an earlier release: the one named, else from a canary to what it was to replace, else to the one
 * before the current. @throws BadInput `no-earlier-release`, `unknown-release`
 */
export function goingBack(target: string, { stories, state, to, reason }: Back): Change {
  const found = to === undefined && state !== null && isActive(state.document) ? state.document.stable : null;
  const release = found === null ? earlier(target, stories, to) : null;
  const model = found ?? release!.model;
  return {
    ...plain,
    action: 'rollback',
    model,
    live: [{ model, weight: 1 }],
    verdict: release?.verdict ?? null,
    reason,
  };
}

interface Back {
  readonly stories: readonly ReleaseStory[];
  readonly state: RolloutState | null;
  /** A release, such as `r-0003`. */
  readonly to: string | undefined;
  readonly reason: string | null;
}

/** Everything off the target. @throws BadInput `nothing-deployed` */
export function removal(target: string, stories: readonly ReleaseStory[]): Change {
  const last = stories.at(-1);
  if (last === undefined || last.release.state === 'removed')
    throw new BadInput('nothing-deployed', `Nothing is deployed on ${target}.`);
  return { ...plain, action: 'remove', model: (currentOf(stories) ?? last).release.model, live: [] };
}

/** @throws BadInput `no-canary` */
export function requireCanary(state: RolloutState | null, target: string): RolloutState {
  if (state === null || !isActive(state.document))
    throw new BadInput(
      'no-canary',
      `No canary is under way on ${target}. Begin one with \`slipway deploy MODEL ${target} --canary\`.`,
    );
  return state;
}

/** That a canary still has the share at which someone decided. @throws BadInput `moved-on` */
export function requireStep({ document: { target, canary, step, share } }: RolloutState, from: number): void {
  if (step === from) return;
  throw new BadInput(
    'moved-on',
    `${canary.version ?? canary.path} has ${Math.round(share * 100)} % of the requests of ${target} meanwhile. Look at it, and decide anew.`,
  );
}

/** @throws BadInput `canary-under-way` */
export function requireNoCanary(state: RolloutState | null, target: string): void {
  if (state === null || !isActive(state.document)) return;
  const { canary, share } = state.document;
  throw new BadInput(
    'canary-under-way',
    `${canary.version ?? canary.path} has ${Math.round(share * 100)} % of the requests of ${target} as a canary. Promote it or roll back first.`,
  );
}

function shares(stable: ModelRef, canary: ModelRef, share: number): readonly LiveVersion[] {
  if (share >= 1) return [{ model: canary, weight: 1 }];
  return [
    { model: stable, weight: Number((1 - share).toFixed(9)) },
    { model: canary, weight: share },
  ];
}

function unnamed(digest: string, { name, path }: ModelRef): ModelRef {
  return { digest, name, version: null, path, size: 0 };
}

function earlier(target: string, stories: readonly ReleaseStory[], to: string | undefined): Release {
  if (to === undefined) {
    const found = rollbackStack(stories).at(-2);
    if (found === undefined)
      throw new BadInput('no-earlier-release', `${target} has no earlier release to go back to.`);
    return found;
  }
  const live = stories.map(({ release }) => release).filter(isWhole);
  const found = live.find(({ release }) => release === to);
  if (found === undefined)
    throw new BadInput(
      'unknown-release',
      `${target} has no release ${to} that was live; it has ${live.map(({ release }) => release).join(', ') || 'none'}.`,
    );
  return found;
}
