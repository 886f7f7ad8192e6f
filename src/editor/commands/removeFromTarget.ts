import type { CommandHandler } from './command.ts';
import { confirmPlan, planned, runRelease } from './release.ts';
import { pickTarget, targetIn } from './subject.ts';

/** Takes everything of ours off a target. */
export const removeFromTarget: CommandHandler = async ({ host, pages }, argument) => {
  const target =
    targetIn(argument, pages) ??
    (await pickTarget(
      host,
      'Remove from target',
      ({ releases }) => releases.length > 0,
      'Nothing was deployed to a target yet.',
    ));
  if (target === null) return;
  pages.open({ page: 'target', target });
  const { deployer } = await host.services();
  const plan = await planned(host, target, `Planning to remove what is on ${target}`, options =>
    deployer.remove(target, { ...options, dryRun: true }),
  );
  if (!(await confirmPlan(host, plan, `Remove everything from ${target}`))) return;
  await runRelease(host, target, `Removing what is on ${target}`, options =>
    deployer.remove(target, options),
  );
};
