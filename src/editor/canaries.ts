import { commands, window } from 'vscode';
import type { Rollout } from '../protocol/results/rollout.ts';
import type { CommandId } from './contributions/commands.ts';
import { isCancelled, sentenceOf } from './failures.ts';
import { shortDigest } from './format.ts';
import type { Host } from './host.ts';

/**
 * Leads a canary on in this window: its progress is on the page and in the status bar, a question comes only
 * where an answer is needed. Joins when this window leads it already.
 */
export async function leadCanary(host: Host, target: string): Promise<void> {
  const { deployer } = await host.services();
  const title = `Canary on ${target}`;
  try {
    const rollout = await host.underWay.during(
      target,
      host.work.run('canary', target, title, async (signal, onProgress) => {
        return await deployer.follow(target, {
          signal,
          onEvent: event => {
            host.deployments.event(target, event);
            void host.underWay.event(target, event);
            if (event.kind === 'log') host.log.info(`${target}: ${event.line}`);
            if (event.kind === 'rollout') {
              const { step, plan, sentence } = event.rollout;
              onProgress({ done: step, total: plan.steps.length, what: sentence });
              host.changed('targets');
            }
          },
        });
      }),
    );
    void sayEnd(host, rollout);
  } catch (error) {
    if (isCancelled(error)) return;
    host.log.error(sentenceOf(error));
    throw error;
  } finally {
    host.changed('targets');
  }
}

/** The same behind a command that has ended: no one waits for it, so that its failure is said here. */
export function leadOn(host: Host, target: string): void {
  void leadCanary(host, target).catch(async (error: unknown) => {
    const show = 'Open Log';
    const answer = await window.showErrorMessage(
      `The canary on ${target} is led no further: ${sentenceOf(error)}`,
      show,
    );
    if (answer === show) host.log.show();
  });
}

const actions: Readonly<Record<string, CommandId>> = {
  Promote: 'slipway.promote',
  'Roll Back': 'slipway.rollBackCanary',
  Open: 'slipway.openTarget',
  'Open Log': 'slipway.showLog',
};

async function sayEnd(host: Host, { state, target, canary, share, sentence }: Rollout): Promise<void> {
  const name = canary.version ?? shortDigest(canary.digest);
  const argument = { target };
  let answer: string | undefined;
  if (state === 'paused')
    answer = await window.showWarningMessage(
      `The canary ${name} on ${target} is paused at ${Math.round(share * 100)} %. ${sentence}`,
      ...['Promote', 'Roll Back', 'Open'],
    );
  else if (state === 'rolled-back')
    answer = await window.showErrorMessage(
      `${name} was taken off ${target}. ${sentence}`,
      'Open',
      'Open Log',
    );
  else if (state === 'promoted')
    answer = await window.showInformationMessage(`${name} has all requests of ${target}.`, 'Open');
  const command = answer === undefined ? undefined : actions[answer];
  if (command === undefined) return;
  host.log.info(`${target}: ${answer ?? ''} was chosen`);
  await commands.executeCommand(command, argument);
}
