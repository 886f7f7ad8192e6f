import { ProgressLocation, window } from 'vscode';
import type { CommandHandler } from './command.ts';
import { pickTarget, targetIn } from './subject.ts';

/** Whether a target can be deployed to; each finding with its mend. */
export const doctor: CommandHandler = async ({ host, pages }, argument) => {
  const target =
    targetIn(argument, pages) ??
    (await pickTarget(host, 'Check target', () => true, 'slipway.yaml names no target yet.'));
  if (target === null) return;
  const { deployer } = await host.services();
  const findings = await window.withProgress(
    { location: ProgressLocation.Notification, title: `Checking ${target}`, cancellable: true },
    async (_, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return await deployer.doctor(target, controller.signal);
    },
  );
  await window.showQuickPick(
    findings.map(({ ok, what, mend }) => ({
      label: `$(${ok ? 'pass' : 'error'}) ${what}`,
      detail: mend ?? '',
    })),
    { title: `${target}: what was found` },
  );
};
