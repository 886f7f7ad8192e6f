import { commands, window, type Disposable } from 'vscode';
import { BadInput } from '../../core/failure.ts';
import { commandDefinitions, commandIds, type CommandId } from '../contributions/commands.ts';
import { isCancelled, sentenceOf } from '../failures.ts';
import type { CommandContext, CommandHandler } from './command.ts';
import { compareVersions } from './compare.ts';
import { compareWithLive } from './compareWithLive.ts';
import { compareWithSelected, selectForCompare } from './compareWithSelected.ts';
import { copyDigest } from './copyDigest.ts';
import { createConfig } from './createConfig.ts';
import { deployCanary, deployVersion, dryRun } from './deploy.ts';
import { doctor } from './doctor.ts';
import { explainVersion } from './explain.ts';
import { exportReport } from './exportReport.ts';
import { forgetSecret } from './forgetSecret.ts';
import { openConfig } from './openConfig.ts';
import { openData } from './openData.ts';
import { openEndpoint } from './openEndpoint.ts';
import { openTarget } from './openTarget.ts';
import { openValidation } from './openValidation.ts';
import { openVersion } from './openVersion.ts';
import { pauseCanary } from './pauseCanary.ts';
import { previewPolicy } from './previewPolicy.ts';
import { promote } from './promote.ts';
import { removeFromTarget } from './removeFromTarget.ts';
import { reveal } from './reveal.ts';
import { reviewVersion } from './review.ts';
import { rollBack } from './rollBack.ts';
import { rollBackCanary } from './rollBackCanary.ts';
import { setSecret } from './setSecret.ts';
import { showMore } from './showMore.ts';
import { crossValidate, rankCandidates } from './trials.ts';
import { validateVersion } from './validate.ts';
import { watchCanary } from './watchCanary.ts';

const handlers: Readonly<Record<CommandId, CommandHandler>> = {
  'slipway.validate': validateVersion,
  'slipway.explain': explainVersion,
  'slipway.review': reviewVersion,
  'slipway.exportReport': exportReport,
  'slipway.deploy': deployVersion,
  'slipway.deployCanary': deployCanary,
  'slipway.dryRun': dryRun,
  'slipway.compare': compareVersions,
  'slipway.selectForCompare': selectForCompare,
  'slipway.compareWithSelected': compareWithSelected,
  'slipway.compareWithLive': compareWithLive,
  'slipway.crossValidate': crossValidate,
  'slipway.rank': rankCandidates,
  'slipway.openVersion': openVersion,
  'slipway.openValidation': openValidation,
  'slipway.previewPolicy': previewPolicy,
  'slipway.openTarget': openTarget,
  'slipway.openEndpoint': openEndpoint,
  'slipway.doctor': doctor,
  'slipway.rollBack': rollBack,
  'slipway.promote': promote,
  'slipway.pauseCanary': pauseCanary,
  'slipway.watchCanary': watchCanary,
  'slipway.rollBackCanary': rollBackCanary,
  'slipway.setSecret': setSecret,
  'slipway.forgetSecret': forgetSecret,
  'slipway.removeFromTarget': removeFromTarget,
  'slipway.openData': openData,
  'slipway.copyDigest': copyDigest,
  'slipway.reveal': reveal,
  'slipway.showMore': showMore,
  'slipway.createConfig': createConfig,
  'slipway.openConfig': openConfig,
  'slipway.refresh': ({ host }) => host.reload(),
  'slipway.showLog': ({ host }) => host.log.show(),
  'slipway.restartEngine': async ({ host }) => {
    (await host.services()).restartEngine();
  },
};

/** Registers every command; what goes wrong in one is said once, in a sentence. */
export function registerCommands(context: CommandContext): Disposable[] {
  return commandIds.map(id =>
    commands.registerCommand(id, async (argument: unknown, selection: unknown) => {
      const { host } = context;
      if (!host.trusted && commandDefinitions[id].untrusted !== true) {
        await sayUntrusted();
        return;
      }
      try {
        await handlers[id](context, argument, selection);
      } catch (error) {
        if (!isCancelled(error)) await sayFailure(context, id, error);
      }
    }),
  );
}

async function sayUntrusted(): Promise<void> {
  const manage = 'Manage Workspace Trust';
  const answer = await window.showWarningMessage(
    'Slipway runs nothing in a folder that is not trusted. Trust the folder first, if you know where its models come from.',
    manage,
  );
  if (answer === manage) await commands.executeCommand('workbench.trust.manage');
}

async function sayFailure({ host }: CommandContext, id: CommandId, error: unknown): Promise<void> {
  if (error instanceof BadInput) {
    host.log.warn(error.message);
    if (host.work.shows(error)) return;
    await window.showErrorMessage(error.message);
    return;
  }
  host.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (host.work.shows(error)) return;
  const show = 'Show Log';
  const title = commandDefinitions[id].title.replace('...', '');
  const answer = await window.showErrorMessage(`${title} stopped: ${sentenceOf(error)}`, show);
  if (answer === show) host.log.show();
}
