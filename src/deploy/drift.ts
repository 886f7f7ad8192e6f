import type { ReleaseStory } from './history.ts';
import { currentOf, modelOf } from './history.ts';
import { versionLabel } from './golden.ts';
import type { Observed } from './types.ts';

/** A sentence when the target is not what the last release made it; null when it is, or cannot be told. */
export function driftOf(target: string, observed: Observed, stories: readonly ReleaseStory[]): string | null {
  const current = currentOf(stories);
  const goal = (current?.begin.desired.live ?? []).map(({ model, weight }) => ({
    digest: model.digest,
    weight,
  }));
  if (same(goal, observed.live)) return null;
  const said = (live: Observed['live']): string =>
    live
      .map(({ digest, weight }) => `${named(digest, stories)} at ${Math.round(weight * 100)} %`)
      .join(', ') || 'nothing';
  const made =
    current === null ? 'no release of ours is on it' : `${current.begin.release} made it ${said(goal)}`;
  return `${target} was changed by something else: it serves ${said(observed.live)}, but ${made}.`;
}

function same(a: Observed['live'], b: Observed['live']): boolean {
  return (
    a.length === b.length &&
    a.every(({ digest, weight }) =>
      b.some(other => other.digest === digest && Math.abs(other.weight - weight) < 1e-6),
    )
  );
}

function named(digest: string, stories: readonly ReleaseStory[]): string {
  return versionLabel({ digest, version: modelOf(stories, digest)?.version ?? null });
}
