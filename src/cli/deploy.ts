import { Command } from 'commander';
import { consequenceOf } from '../core/policy/consequence.ts';
import type { DeployEvent, DeployOptions } from '../deploy/services.ts';
import { isApproved } from '../core/review/standing.ts';
import type { Release } from '../protocol/results/release.ts';
import { untilTime } from '../core/review/until.ts';
import { given } from './options.ts';
import { passed, type Outcome, type Run } from './outcome.ts';
import { shortDigest, table } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly override?: string;
  readonly overrideExpires: string;
  readonly revision?: string;
}

export function deployCommand(run: Run): Command {
  return new Command('deploy')
    .description(
      'Put a version on a target: plan, apply, verify. Refused when its policy fails or a review that it asks for is missing.',
    )
    .argument('<model>', 'name, name@version or path')
    .argument('<target>', 'a target of slipway.yaml')
    .option('--dry-run', 'show the plan and change nothing')
    .option(
      '--override <reason>',
      'deploy although the policy fails or a review is missing; the reason is recorded',
    )
    .option('--override-expires <when>', 'until when the override holds: a date, or days', '30d')
    .option('--revision <revision>', 'the protected git revision that reviews are checked against')
    .action(async (ref: string, target: string, { dryRun, override, overrideExpires, revision }: Options) =>
      run(async session => {
        const model = await session.model(ref);
        const reason =
          override === undefined
            ? undefined
            : { reason: override, expires: untilTime(overrideExpires, new Date()) };
        const options = { ...changeOptions(session, dryRun), ...given({ override: reason, revision }) };
        return releaseOutcome(await session.deployer.deploy(target, model, options));
      }),
    );
}

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

function overrideText({ by, reason, expires }: NonNullable<Release['override']>): string {
  return `Overridden by ${by}${expires === undefined ? '' : ` until ${expires.slice(0, 10)}`}: ${reason}`;
}

export function releaseText(release: Release): string {
  const { model, golden, endpoint, verdict, plan } = release;
  const name = `${model.name ?? model.path} ${model.version ?? shortDigest(model.digest)}`;
  const said: Readonly<Record<Release['state'], string>> = {
    planned: `Would ${release.action} ${name} on ${release.target}.`,
    live: `${release.release}: ${name} is live on ${release.target}${endpoint === null ? '' : `, ${endpoint}`}.`,
    failed: `${release.release}: could not ${release.action} ${name} on ${release.target}, nor undo all of it.`,
    undone: `${release.release}: could not ${release.action} ${name} on ${release.target}; all is as it was.`,
    removed: `${release.release}: ${release.target} is removed.`,
  };
  const parts = [
    said[release.state],
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
    golden === null
      ? null
      : `${golden.rows} golden rows answered by it; largest difference ${golden.maxDifference} (allowed ${golden.tolerance}).`,
  ];
  return parts.filter(part => part !== null).join('\n');
}
