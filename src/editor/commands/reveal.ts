import path from 'node:path';
import { commands, Uri } from 'vscode';
import type { CommandHandler } from './command.ts';
import { fieldsOf, textField } from './subject.ts';

/** Shows a version's file in the Explorer. */
export const reveal: CommandHandler = async ({ host }, argument) => {
  const file = textField(fieldsOf(argument).version, 'path');
  if (file === undefined || host.root === null) return;
  await commands.executeCommand('revealInExplorer', Uri.file(path.resolve(host.root, file)));
};
