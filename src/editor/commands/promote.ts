import { window } from 'vscode';
import { leadOn } from '../canaries.ts';
import type { Host } from '../host.ts';
import type { CommandHandler } from './command.ts';
import { confirmPlan, planned, runRelease } from './release.ts';
import { fieldsOf, pickTarget, targetIn } from './subject.ts';

/** Gives a canary its next share, or all requests, whatever was measured: planned and asked like any change. */
export const promote: CommandHandler = async ({ host, pages }, argument) => {
  const target = targetIn(argument, pages) ?? (await pickCanary(host, 'Promote the canary of'));
  if (target === null) return;
  const { deployer } = await host.services();
  const rollout = await deployer.rollout(target);
  const next = rollout?.plan.steps[rollout.step + 1] ?? 1;
  const full = next >= 1 || fieldsOf(argument).full === true ? true : await askFull(target, next);
  if (full === null) return;
  // The canary may move on while one is asked.
  const decided = { full, ...(rollout === null ? {} : { from: rollout.step }) };
  pages.open({ page: 'target', target });
  const plan = await planned(host, target, `Planning more requests for the canary on ${target}`, options =>
    deployer.promote(target, { ...options, ...decided, dryRun: true }),
  );
  const share = full ? 'all requests' : `${Math.round(next * 100)} % of the requests`;
  if (!(await confirmPlan(host, plan, `Give the canary ${share} of ${target}`))) return;
  const release = await runRelease(host, target, `Promoting the canary on ${target}`, options =>
    deployer.promote(target, { ...options, ...decided }),
  );
  if (release?.state === 'live' && release.traffic.length > 1) leadOn(host, target);
};

/** A target with a canary under way; null when none is picked, or there is none. */
export async function pickCanary(host: Host, title: string): Promise<string | null> {
  return await pickTarget(host, title, ({ status }) => status?.rollout != null, 'No canary is under way.');
}

async function askFull(target: string, next: number): Promise<boolean | null> {
  const choices = [
    { label: `${Math.round(next * 100)} % of the requests`, description: 'the next share', full: false },
    { label: 'All requests', description: 'at once', full: true },
  ];
  const picked = await window.showQuickPick(choices, { title: `Promote the canary on ${target} to` });
  return picked?.full ?? null;
}
