import { ProgressLocation, window, type CancellationToken } from 'vscode';
import { consequenceOf } from '../../core/policy/consequence.ts';
import type { DeployEvent } from '../../deploy/services.ts';
import type { Release } from '../../protocol/results/release.ts';
import type { Host } from '../host.ts';

interface RunOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
}

/** Makes a plan under a progress bar and puts it on the target's page. */
export async function planned(
  host: Host,
  target: string,
  title: string,
  plan: (options: RunOptions) => Promise<Release>,
): Promise<Release> {
  const release = await underProgress(host, target, title, plan);
  host.deployments.plan(release);
  host.changed('targets');
  return release;
}

/** Asks with the plan in words; the button says what it does. */
export async function confirmPlan(host: Host, plan: Release, button: string): Promise<boolean> {
  const steps = plan.plan.map(({ sentence }, index) => `${index + 1}. ${sentence}`);
  const verdict = plan.action === 'deploy' ? [consequenceOf(plan.verdict)] : [];
  const review = plan.review === null ? [] : [`Review: ${plan.review.sentence}`];
  const cost = plan.cost === null ? [] : [`Cost: ${plan.cost}`];
  const detail = [...verdict, ...review, ...cost, ...steps].join('\n');
  const answer = await window.showInformationMessage(`${button}?`, { modal: true, detail }, button);
  if (answer === button) return true;
  host.deployments.forget(plan.target);
  host.changed('targets');
  return false;
}

/** Runs a release to its end; what failed on the target is said with its log one click away. */
export async function runRelease(
  host: Host,
  target: string,
  title: string,
  act: (options: RunOptions) => Promise<Release>,
): Promise<Release | null> {
  try {
    const release = await host.underWay.during(target, underProgress(host, target, title, act));
    host.deployments.event(target, { kind: 'release', release });
    if (release.state === 'failed' || release.state === 'undone') await sayFailed(host, release);
    return release;
  } finally {
    host.changed('targets');
  }
}

async function sayFailed(host: Host, release: Release): Promise<void> {
  const failed = release.plan.find(({ state }) => state === 'failed');
  const why = failed === undefined ? '' : ` ${failed.detail ?? failed.sentence}`;
  const undone = release.state === 'undone' ? 'What was made for it was undone.' : 'It was not finished.';
  const answer = await window.showErrorMessage(
    `${release.release} did not go live on ${release.target}. ${undone}${why}`,
    'Show Log',
  );
  if (answer !== undefined) host.log.show();
}

async function underProgress(
  host: Host,
  target: string,
  title: string,
  act: (options: RunOptions) => Promise<Release>,
): Promise<Release> {
  return await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token: CancellationToken) => {
      token.onCancellationRequested(() => host.work.cancel('deploy', target));
      return await host.work.run('deploy', target, title, async (signal, onProgress) => {
        const onEvent = (event: DeployEvent): void => {
          host.deployments.event(target, event);
          void host.underWay.event(target, event);
          if (event.kind === 'log') host.log.info(`${target}: ${event.line}`);
          if (event.kind !== 'release') return;
          const { plan } = event.release;
          const done = plan.filter(({ state }) => state === 'done').length;
          const what = plan.find(({ state }) => state === 'planned')?.sentence ?? 'verifying';
          progress.report({ message: what, increment: 100 / Math.max(1, plan.length) });
          onProgress({ done, total: plan.length, what });
        };
        return await act({ signal, onEvent });
      });
    },
  );
}
