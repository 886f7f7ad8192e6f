import type { DeployEvent, DeployOptions } from '../deploy/services.ts';
import type { Release } from '../protocol/results/release.ts';
import type { ArmFigures, Condition, Rollout } from '../protocol/results/rollout.ts';
import { changeOptions, releaseOutcome } from './release.ts';
import type { Outcome } from './outcome.ts';
import { closePercent } from '../core/words.ts';
import { number, shortDigest, table } from './print.ts';
import type { Session } from './session.ts';

/** Follows the canary that a release began or led on, unless it is the end or not to be waited for. */
export async function followed(
  session: Session,
  target: string,
  release: Release,
  wait: boolean,
): Promise<Outcome> {
  const shares = release.state === 'live' && release.traffic.length > 1;
  if (!shares || !wait || release.dryRun) return releaseOutcome(release);
  return await followOutcome(session, target);
}

/** Leads the canary to its end; a stop leaves it as it is. */
export async function followOutcome(session: Session, target: string): Promise<Outcome> {
  try {
    return rolloutOutcome(await session.deployer.follow(target, followOptions(session)));
  } catch (error) {
    if (session.signal.aborted)
      session.log(
        `The canary keeps its share. \`slipway watch ${target}\` leads it on, \`slipway rollback ${target}\` ends it.`,
      );
    throw error;
  }
}

export function rolloutOutcome(rollout: Rollout): Outcome {
  return { document: rollout, text: rolloutText(rollout), passed: rollout.state === 'promoted' };
}

function followOptions(session: Session): DeployOptions {
  const options = changeOptions(session, undefined);
  let told = '';
  const onEvent = (event: DeployEvent): void => {
    options.onEvent?.(event);
    if (event.kind !== 'rollout') return;
    const { share, state, sentence } = event.rollout;
    const line = `canary at ${closePercent(share)}, ${stateWords[state]}: ${sentence}`;
    if (line !== told) session.log(line);
    told = line;
  };
  return { ...options, onEvent };
}

const stateWords: Readonly<Record<Rollout['state'], string>> = {
  shifting: 'moving requests',
  observing: 'watched',
  passed: 'passed',
  failed: 'failed',
  paused: 'paused',
  promoted: 'promoted',
  'rolled-back': 'rolled back',
};

export function rolloutText(rollout: Rollout): string {
  const { target, canary, stable, state, sentence, share, judgements, began } = rollout;
  const [name, other] = [canary, stable].map(({ version, digest }) => version ?? shortDigest(digest));
  const last = judgements.at(-1);
  const said: Readonly<Record<Rollout['state'], string>> = {
    shifting: `${began}: requests are being moved between ${other} and ${name} on ${target}.`,
    observing: `${began}: ${name} has ${closePercent(share)} of the requests of ${target}, beside ${other}.`,
    passed: `${began}: ${name} has passed at ${closePercent(share)} of the requests of ${target}.`,
    failed: `${began}: ${name} has failed at ${closePercent(share)} of the requests of ${target}.`,
    paused: `${began}: ${name} is paused at ${closePercent(share)} of the requests of ${target}, beside ${other}. \`slipway promote ${target}\` gives it more, \`slipway watch ${target}\` compares again, \`slipway rollback ${target}\` ends it.`,
    promoted: `${began}: ${name} has all requests of ${target}.`,
    'rolled-back': `${began}: ${other} has all requests of ${target} again.`,
  };
  const parts = [
    said[state],
    sentence,
    last?.canary == null || last.stable === null
      ? null
      : table(
          ['', 'requests', 'failed', 'answered', `time at ${last.canary.latency?.quantile ?? '-'}`],
          [armRow(`canary ${name}`, last.canary), armRow(`stable ${other}`, last.stable)],
        ),
    last === undefined || last.conditions.length === 0
      ? null
      : table(['condition', 'outcome', ''], last.conditions.map(conditionRow)),
  ];
  return parts.filter(part => part !== null).join('\n');
}

function armRow(title: string, { requests, failures, success, latency }: ArmFigures): string[] {
  const ms = (seconds: number | null): string => (seconds === null ? 'more' : number(seconds * 1000));
  return [
    title,
    number(requests),
    number(failures),
    success === null
      ? '-'
      : `${closePercent(success.value)} (${closePercent(success.low)} to ${closePercent(success.high)})`,
    latency === null ? '-' : `${ms(latency.low)} to ${ms(latency.high)} ms`,
  ];
}

function conditionRow({ name, outcome, sentence }: Condition): string[] {
  return [name, outcome, sentence];
}
