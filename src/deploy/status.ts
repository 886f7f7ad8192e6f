import type { TargetStatus } from '../protocol/results/status.ts';
import { driftOf } from './drift.ts';
import { currentOf, modelOf, storiesOf, unfinishedOf, type ReleaseStory } from './history.ts';
import { holderOf } from './holding.ts';
import type { Place } from './place.ts';
import { isActive, rolloutOf } from './rollout/state.ts';
import type { LiveVersion, Observed } from './types.ts';

/** Reads the target itself, and holds what it is against what was last asked of it. */
export async function statusOf(place: Place, signal: AbortSignal): Promise<TargetStatus> {
  const { entry, target } = place;
  const [observed, journal, busy] = await Promise.all([
    target.observe(signal),
    place.journal(),
    holderOf(place, signal),
  ]);
  const stories = storiesOf(journal.records);
  const cutOff = busy === null ? unfinishedOf(stories) : null;
  const current = currentOf(stories)?.release ?? null;
  const rollout = rolloutOf(journal.records)?.document ?? null;
  const known = observed.live.map(({ digest, weight }) => ({
    digest,
    weight,
    model: modelOf(stories, digest),
  }));
  return {
    target: entry.name,
    kind: entry.kind,
    healthy: observed.healthy,
    sentence: observed.sentence,
    endpoint: observed.endpoint,
    live: known.map(({ digest, weight, model }) => ({
      digest,
      weight,
      model: model?.name ?? null,
      version: model?.version ?? null,
    })),
    shadow: await shadowStatus(place, observed, stories, signal),
    since: observed.live.length === 0 ? null : (current?.at ?? null),
    cost: target.cost({ live: liveOf(known), keep: [], trafficFirst: false }),
    drift: busy === null && cutOff === null ? driftOf(entry.name, observed, stories) : null,
    interrupted:
      cutOff === null
        ? null
        : `${cutOff.begin.release} was cut off at ${cutOff.steps.at(-1)?.step ?? 'its start'}. The next deployment finishes or undoes it.`,
    overdue: overdueOf(stories),
    busy,
    current,
    rollout: rollout !== null && isActive(rollout) ? rollout : null,
  };
}

async function shadowStatus(
  { target }: Place,
  { shadow, reachable }: Observed,
  stories: readonly ReleaseStory[],
  signal: AbortSignal,
): Promise<TargetStatus['shadow']> {
  if (shadow == null) return null;
  const measured = reachable ? ((await target.measure?.(signal)) ?? null) : null;
  const counts = measured?.versions.find(({ digest }) => digest === shadow.digest)?.shadow ?? null;
  return { ...shadow, version: modelOf(stories, shadow.digest)?.version ?? null, counts };
}

function liveOf(
  live: readonly (Observed['live'][number] & { readonly model: LiveVersion['model'] | null })[],
): readonly LiveVersion[] {
  return live.map(({ digest, weight, model }) => ({
    model: model ?? { digest, name: null, version: null, path: '', size: 0 },
    weight,
  }));
}

/** What is live rests on an override whose time is over. */
function overdueOf(stories: readonly ReleaseStory[]): string | null {
  const release = currentOf(stories)?.release;
  const expires = release?.override?.expires;
  if (release === undefined || expires === undefined || Date.parse(expires) > Date.now()) return null;
  return `The override of ${release.release} (${release.override!.reason}) expired on ${expires.slice(0, 10)}: deploy a version that needs none, or roll back.`;
}
