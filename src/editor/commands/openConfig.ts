import { commands, Uri, window } from 'vscode';
import type { CommandHandler } from './command.ts';
import type { CommandId } from '../contributions/commands.ts';

export const openConfig: CommandHandler = async ({ host }) => {
  const { workspace } = await host.services();
  if (workspace.configFile !== null) {
    await window.showTextDocument(Uri.file(workspace.configFile));
    return;
  }
  const create = 'Create slipway.yaml';
  const answer = await window.showInformationMessage('This folder has no slipway.yaml yet.', create);
  if (answer === create) await commands.executeCommand('slipway.createConfig' satisfies CommandId);
};
