import { commands, window } from 'vscode';
import { contextKeys } from '../contributions/names.ts';
import type { CommandHandler } from './command.ts';
import { openComparison } from './compare.ts';
import { referenceIn } from './subject.ts';

const selectedKey = 'selectedForCompare';

/** Remembers a version until "Compare with Selected". */
export const selectForCompare: CommandHandler = async ({ host, pages }, argument) => {
  const reference = referenceIn(argument, pages);
  await host.context.workspaceState.update(selectedKey, reference);
  await commands.executeCommand('setContext', contextKeys.selected, reference !== undefined);
};

export const compareWithSelected: CommandHandler = async ({ host, pages }, argument) => {
  const a = host.context.workspaceState.get<string>(selectedKey);
  const b = referenceIn(argument, pages);
  if (a === undefined || b === undefined) return;
  if (a === b) {
    void window.showInformationMessage('That is the selected version itself. Choose another one.');
    return;
  }
  const { workspace } = await host.services();
  await openComparison(host, pages, await workspace.resolve(a), await workspace.resolve(b));
};
