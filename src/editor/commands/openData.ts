import { commands, Uri, window } from 'vscode';
import type { ModelEntry } from '../../workspace/types.ts';
import type { CommandHandler } from './command.ts';
import { fieldsOf, versionOf } from './subject.ts';

/** Opens a data set of a model with the editor's own viewer of that kind of file. */
export const openData: CommandHandler = async ({ host, pages }, argument) => {
  const entry =
    (fieldsOf(argument).entry as ModelEntry | undefined) ??
    (await versionOf(host, pages, argument, 'Open data of'))?.entry;
  if (entry === undefined) return;
  const sets = (['holdout', 'reference', 'background'] as const).flatMap(role => {
    const data = entry[role];
    return data === null ? [] : [{ label: role, description: data.path, file: data.file }];
  });
  if (sets.length === 0) {
    void window.showInformationMessage(
      `slipway.yaml names no data for ${entry.name}. Add \`data: { holdout: ... }\` to the model.`,
    );
    return;
  }
  const picked = sets.length === 1 ? sets[0] : await window.showQuickPick(sets, { title: 'Open data' });
  if (picked !== undefined) await commands.executeCommand('vscode.open', Uri.file(picked.file));
};
