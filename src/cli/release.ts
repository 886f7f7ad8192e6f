import { consequenceOf } from '../core/policy/consequence.ts';
import { isApproved } from '../core/review/standing.ts';
import type { DeployEvent, DeployOptions } from '../deploy/services.ts';
import type { Release } from '../protocol/results/release.ts';
import { given } from './options.ts';
import { passed, type Outcome } from './outcome.ts';
import { shortDigest, table } from './print.ts';
import type { Session } from './session.ts';

/** Options of any change to a target: it can be stopped, and its steps are told. */
export function changeOptions(session: Session, dryRun: boolean | undefined): DeployOptions {
  const told = new Set<string>();
  const onEvent = (event: DeployEvent): void => {
    if (event.kind === 'log') session.log(event.line);
    if (event.kind !== 'release') return;
    for (const { name, sentence, state } of event.release.plan) {
      if (state === 'planned' || told.has(`${name} ${state}`)) continue;
      told.add(`${name} ${state}`);
      session.log(`${state}: ${sentence}`);
    }
  };
  return { signal: session.signal, onEvent, ...given({ dryRun }) };
}

export function releaseOutcome(release: Release): Outcome {
  const wentWell = release.state !== 'failed' && release.state !== 'undone';
  const unreviewed = release.review?.required === true && !isApproved(release.review.status);
  const refused =
    (!passed(release.verdict) || unreviewed) && release.override === null && release.action === 'deploy';
  return { document: release, text: releaseText(release), passed: wentWell && !refused };
}

const acts: Readonly<Record<Release['action'], string>> = {
  deploy: 'deploy',
  promote: 'promote',
  rollback: 'roll back to',
  remove: 'remove',
};

function liveNow({ before }: Release): string {
  return sharesText(before);
}

function liveThen({ traffic }: Release): string {
  return sharesText(traffic.map(({ model, weight }) => ({ ...model, weight })));
}

/** `; copies of 25 % to 2.0.0` */
function copiesText({ shadow }: Release): string {
  if (shadow === null) return '';
  const { model, share } = shadow;
  return `; copies of ${Math.round(share * 100)} % to ${model.version ?? shortDigest(model.digest)}`;
}

function sharesText(
  live: readonly { readonly digest: string; readonly version: string | null; readonly weight: number }[],
): string {
  const shares = live.map(
    ({ version, digest, weight }) => `${version ?? shortDigest(digest)} ${Math.round(weight * 100)} %`,
  );
  return shares.join(', ') || 'nothing';
}

/** What the target itself said when a step failed. */
function logText(plan: Release['plan']): string | null {
  const lines = plan.flatMap(({ name, log }) => log.map(line => `${name} | ${line}`));
  return lines.length === 0 ? null : ["The target's own log:", ...lines].join('\n');
}

function overrideText({ by, reason, expires }: NonNullable<Release['override']>): string {
  return `Overridden by ${by}${expires === undefined ? '' : ` until ${expires.slice(0, 10)}`}: ${reason}`;
}

export function releaseText(release: Release): string {
  const { model, golden, endpoint, verdict, plan } = release;
  const name = `${model.name ?? model.path} ${model.version ?? shortDigest(model.digest)}`;
  const share = release.traffic.find(live => live.model.digest === model.digest)?.weight ?? 1;
  const part = share < 1 ? ` at ${Math.round(share * 100)} %` : '';
  const said: Readonly<Record<Release['state'], string>> = {
    planned: `Would ${acts[release.action]} ${name} on ${release.target}${part}.`,
    live: `${release.release}: ${name} is live on ${release.target}${part}${endpoint === null ? '' : `, ${endpoint}`}.`,
    failed: `${release.release}: could not ${acts[release.action]} ${name} on ${release.target}, nor undo all of it.`,
    undone: `${release.release}: could not ${acts[release.action]} ${name} on ${release.target}; all is as it was.`,
    removed: `${release.release}: ${release.target} is removed.`,
  };
  const parts = [
    said[release.state],
    release.reason,
    release.state === 'planned'
      ? `Live now: ${liveNow(release)}. Then: ${liveThen(release)}${copiesText(release)}.`
      : null,
    release.state === 'planned' && release.cost !== null ? `Cost: ${release.cost}` : null,
    verdict === null
      ? null
      : `Policy: ${release.state === 'planned' ? consequenceOf(verdict) : verdict.sentence}`,
    release.review === null ? null : `Review: ${release.review.sentence}`,
    release.override === null ? null : overrideText(release.override),
    table(
      ['', 'step', 'undone by'],
      plan.map(({ state, sentence, undo, detail }) => [
        state,
        detail === null ? sentence : `${sentence} ${detail}`,
        undo,
      ]),
    ),
    logText(plan),
    golden === null
      ? null
      : `${golden.rows} golden rows answered by it; largest difference ${golden.maxDifference} (allowed ${golden.tolerance}).`,
  ];
  return parts.filter(part => part !== null).join('\n');
}
