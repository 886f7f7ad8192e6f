import type { ReleaseStory } from './history.ts';
import { currentOf, modelOf } from './history.ts';
import { versionLabel } from './golden.ts';
import type { Observed } from './types.ts';

/** A sentence when the target is not what the last release made it; null when it is, or cannot be told. */
export function driftOf(target: string, observed: Observed, stories: readonly ReleaseStory[]): string | null {
  const current = currentOf(stories);
  const goal = goalOf(current);
  if (same(goal, observed)) return null;
  const said = ({ live, shadow }: Served): string =>
    (live.map(({ digest, weight }) => `${named(digest, stories)} at ${percent(weight)}`).join(', ') ||
      'nothing') +
    (shadow == null ? '' : `; copies of ${percent(shadow.share)} to ${named(shadow.digest, stories)}`);
  const made =
    current === null ? 'no release of ours is on it' : `${current.begin.release} made it ${said(goal)}`;
  return `${target} was changed by something else: it serves ${said(observed)}, but ${made}.`;
}

type Served = Pick<Observed, 'live' | 'shadow'>;

function goalOf(current: ReleaseStory | null): Served {
  if (current === null) return { live: [], shadow: null };
  const { live, shadow } = current.begin.desired;
  return {
    live: live.map(({ model, weight }) => ({ digest: model.digest, weight })),
    shadow: shadow === undefined ? null : { digest: shadow.model.digest, share: shadow.share },
  };
}

/** A kind that has no shadows observes none. */
function same(a: Served, b: Served): boolean {
  return (
    a.live.length === b.live.length &&
    a.live.every(({ digest, weight }) =>
      b.live.some(other => other.digest === digest && alike(other.weight, weight)),
    ) &&
    (b.shadow === undefined ||
      (a.shadow?.digest === b.shadow?.digest && alike(a.shadow?.share ?? 0, b.shadow?.share ?? 0)))
  );
}

function alike(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function named(digest: string, stories: readonly ReleaseStory[]): string {
  return versionLabel({ digest, version: modelOf(stories, digest)?.version ?? null });
}
