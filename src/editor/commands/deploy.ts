import { window } from 'vscode';
import type { Release } from '../../protocol/results/release.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { isBadInput } from '../failures.ts';
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
export const deployVersion: CommandHandler = async (context, argument) => {
  const choice = await choose(context, argument);
  if (choice === null) return;
  const { host, pages } = context;
  const { model, target } = choice;
  pages.open({ page: 'target', target });
  const plan = await planOf(host, choice);
  const verdict = plan.verdict;
  let reason: string | null = null;
  if (verdict?.status === 'fail') {
    reason = await overrideReason(`${nameOf(model)} does not meet its policy.`, verdict.sentence);
    if (reason === null) {
      host.deployments.forget(target);
      host.changed('targets');
      return;
    }
  }
  if (!(await confirmPlan(host, plan, `Deploy ${model.version.version} to ${target}`))) return;
  const { deployer } = await host.services();
  const deploy = (override: string | null): Promise<Release | null> =>
    runRelease(host, target, `Deploying ${nameOf(model)} to ${target}`, options =>
      deployer.deploy(target, model, {
        ...options,
        ...(override === null ? {} : { override: { reason: override } }),
      }),
    );
  try {
    await deploy(reason);
  } catch (error) {
    if (!isBadInput(error) || (error.code !== 'drift' && error.code !== 'policy-failed')) throw error;
    const override = await overrideReason(`${target} was not deployed to.`, error.message);
    if (override !== null) await deploy(override);
  }
};

/** The plan and nothing else. */
export const dryRun: CommandHandler = async (context, argument) => {
  const choice = await choose(context, argument);
  if (choice === null) return;
  context.pages.open({ page: 'target', target: choice.target });
  await planOf(context.host, choice);
};

async function planOf(host: Host, { model, target }: Choice): Promise<Release> {
  const { deployer } = await host.services();
  return await planned(host, target, `Planning ${nameOf(model)} on ${target}`, options =>
    deployer.plan(target, model, { ...options, dryRun: true }),
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

/** Why someone goes on although a rule says no; null when they do not. The reason is recorded. */
async function overrideReason(what: string, why: string): Promise<string | null> {
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
  return reason?.trim() ?? null;
}
