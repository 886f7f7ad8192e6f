import type { CommandHandler } from './command.ts';
import { confirmPlan, planned, runRelease } from './release.ts';
import { pickCanary } from './promote.ts';
import { targetIn } from './subject.ts';

/** Gives all requests back to the version that a canary was to replace. */
export const rollBackCanary: CommandHandler = async ({ host, pages }, argument) => {
  const target = targetIn(argument, pages) ?? (await pickCanary(host, 'Roll back the canary of'));
  if (target === null) return;
  const { deployer } = await host.services();
  const plan = await planned(host, target, `Planning to take the canary off ${target}`, options =>
    deployer.rollback(target, { ...options, dryRun: true }),
  );
  const version = plan.model.version ?? plan.model.digest.slice(0, 7);
  if (!(await confirmPlan(host, plan, `Give all requests of ${target} back to ${version}`))) return;
  await runRelease(host, target, `Taking the canary off ${target}`, options =>
    deployer.rollback(target, options),
  );
};
