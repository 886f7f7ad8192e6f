import { window } from 'vscode';
import { age, shortDigest } from '../format.ts';
import type { Host } from '../host.ts';
import type { CommandHandler } from './command.ts';
import { confirmPlan, planned, runRelease } from './release.ts';
import { fieldsOf, pickTarget, targetIn, textField } from './subject.ts';

/** Back to an earlier release: planned, asked, done by the same engine as a deployment. */
export const rollBack: CommandHandler = async ({ host, pages }, argument) => {
  const target =
    targetIn(argument, pages) ??
    (await pickTarget(
      host,
      'Roll back',
      ({ releases }) => releases.length > 1,
      'No target has an earlier release to go back to.',
    ));
  if (target === null) return;
  const to = releaseIn(argument) ?? (await pickRelease(host, target));
  if (to === null) return;
  pages.open({ page: 'target', target });
  const { deployer } = await host.services();
  const plan = await planned(host, target, `Planning to go back to ${to} on ${target}`, options =>
    deployer.rollback(target, { ...options, to, dryRun: true }),
  );
  const version = plan.model.version ?? shortDigest(plan.model.digest);
  if (!(await confirmPlan(host, plan, `Roll ${target} back to ${version}`))) return;
  await runRelease(host, target, `Rolling ${target} back to ${version}`, options =>
    deployer.rollback(target, { ...options, to }),
  );
};

function releaseIn(argument: unknown): string | undefined {
  const { release } = fieldsOf(argument);
  return typeof release === 'string' ? release : textField(release, 'release');
}

async function pickRelease(host: Host, target: string): Promise<string | null> {
  const listed = (await host.catalog.targets()).find(item => item.target.name === target);
  const current = listed?.status?.current;
  const now = new Date();
  const earlier = (listed?.releases ?? []).filter(
    ({ release, state, model, traffic }) =>
      state === 'live' &&
      traffic.length === 1 &&
      release !== current?.release &&
      model.digest !== current?.model.digest,
  );
  if (earlier.length === 0) {
    void window.showInformationMessage(`${target} has no earlier release to go back to.`);
    return null;
  }
  const picked = await window.showQuickPick(
    earlier.map(({ release, model, at, by }) => ({
      label: model.version ?? shortDigest(model.digest),
      description: `${release} · ${age(at, now)} · ${by}`,
      release,
    })),
    { title: `Roll ${target} back to` },
  );
  return picked?.release ?? null;
}
