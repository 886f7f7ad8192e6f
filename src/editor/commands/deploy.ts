import { window } from 'vscode';
import { BadInput } from '../../core/failure.ts';
import { isApproved } from '../../core/review/standing.ts';
import { untilTime } from '../../core/review/until.ts';
import type { Release } from '../../protocol/results/release.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { leadOn } from '../canaries.ts';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import { nameOf } from '../tasks.ts';
import type { CommandContext, CommandHandler } from './command.ts';
import { requireConfig } from './createConfig.ts';
import { confirmPlan, planned, runRelease } from './release.ts';
import { pickTarget, referenceIn, targetIn, versionOf } from './subject.ts';

const noTarget =
  'slipway.yaml names no target for this model. Add one under `targets`: a server on this machine, or a folder.';

interface Choice {
  readonly model: ResolvedModel;
  readonly target: string;
}

/** Picks what is missing, shows the plan, asks, deploys. */
export const deployVersion: CommandHandler = (context, argument) => deploy(context, argument, false);

/** The same with a first share of the requests, which grows while the version does as well as what is live. */
export const deployCanary: CommandHandler = (context, argument) => deploy(context, argument, true);

async function deploy(context: CommandContext, argument: unknown, canary: boolean): Promise<void> {
  const choice = await choose(context, argument);
  if (choice === null) return;
  const { host, pages } = context;
  const { model, target } = choice;
  pages.open({ page: 'target', target });
  const plan = await planOf(host, choice, canary);
  const verdict = plan.verdict;
  const unreviewed = plan.review?.required === true && !isApproved(plan.review.status);
  const failing = verdict?.status === 'fail' && plan.override === null;
  let override: Override | null = null;
  if (failing || unreviewed) {
    override = await askOverride(
      failing ? `${nameOf(model)} does not meet its policy.` : `${nameOf(model)} is not approved.`,
      [failing ? verdict.sentence : null, unreviewed ? (plan.review?.sentence ?? null) : null]
        .filter(sentence => sentence !== null)
        .join(' '),
    );
    if (override === null) {
      host.deployments.forget(target);
      host.changed('targets');
      return;
    }
  }
  if (!(await confirmPlan(host, plan, `Deploy ${model.version.version} to ${target}${partOf(plan)}`))) return;
  const { deployer } = await host.services();
  const make = (given: Override | null): Promise<Release | null> =>
    runRelease(host, target, `Deploying ${nameOf(model)} to ${target}`, options =>
      deployer.deploy(target, model, {
        ...options,
        canary,
        ...(given === null ? {} : { override: given }),
      }),
    );
  let release: Release | null = null;
  try {
    release = await make(override);
  } catch (error) {
    if (!(error instanceof BadInput) || !givesWay.includes(error.code)) throw error;
    const later = await askOverride(`${target} was not deployed to.`, error.message);
    if (later !== null) release = await make(later);
  }
  if (canary && release?.state === 'live') leadOn(host, target);
}

/** " at 5 %" of a canary. */
function partOf({ model, traffic }: Release): string {
  const share = traffic.find(live => live.model.digest === model.digest)?.weight ?? 1;
  return share < 1 ? ` at ${Math.round(share * 100)} %` : '';
}

/** The plan and nothing else. */
export const dryRun: CommandHandler = async (context, argument) => {
  const choice = await choose(context, argument);
  if (choice === null) return;
  context.pages.open({ page: 'target', target: choice.target });
  await planOf(context.host, choice, false);
};

async function planOf(host: Host, { model, target }: Choice, canary: boolean): Promise<Release> {
  const { deployer } = await host.services();
  return await planned(host, target, `Planning ${nameOf(model)} on ${target}`, options =>
    deployer.plan(target, model, { ...options, canary, dryRun: true }),
  );
}

async function choose({ host, pages }: CommandContext, argument: unknown): Promise<Choice | null> {
  const named = targetIn(argument, pages);
  const serves = (await host.catalog.targets()).find(({ target }) => target.name === named)?.target.model;
  const reference = referenceIn(argument, pages);
  const model = await versionOf(host, pages, reference ?? { model: serves ?? undefined }, 'Deploy');
  if (model === null) return null;
  if (!model.entry.configured) {
    await requireConfig(host, model);
    return null;
  }
  const target =
    named ??
    (await pickTarget(
      host,
      `Deploy ${nameOf(model)} to`,
      ({ target: { model: only } }) => only === null || only === model.entry.name,
      noTarget,
    ));
  return target === null ? null : { model, target };
}

interface Override {
  readonly reason: string;
  /** ISO time. */
  readonly expires: string;
}

/** Refusals that give way to an override. */
const givesWay: readonly string[] = ['drift', 'policy-failed', 'not-approved'];

/** Why someone goes on although a rule says no, and until when; null when they do not. Both are recorded. */
async function askOverride(what: string, why: string): Promise<Override | null> {
  const override = 'Deploy Anyway...';
  const answer = await window.showWarningMessage(
    what,
    { modal: true, detail: `${why}\n\nDeploying anyway needs a reason, which is recorded with the release.` },
    override,
  );
  if (answer !== override) return null;
  const reason = await window.showInputBox({
    title: 'Deploy anyway',
    prompt: 'The reason, as the release will record it',
    ignoreFocusOut: true,
    validateInput: text => (text.trim().length < 3 ? 'Say in a few words why.' : null),
  });
  if (reason === undefined) return null;
  const expires = await window.showInputBox({
    title: 'Deploy anyway',
    prompt: 'Until when this holds: a date such as 2027-03-31, or days such as 30d',
    value: '30d',
    ignoreFocusOut: true,
    validateInput: text => {
      try {
        untilTime(text, new Date());
        return null;
      } catch (error) {
        return sentenceOf(error);
      }
    },
  });
  return expires === undefined ? null : { reason: reason.trim(), expires: untilTime(expires, new Date()) };
}
