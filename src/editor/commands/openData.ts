import { existsSync } from 'node:fs';
import path from 'node:path';
import { Uri, commands, window } from 'vscode';
import type { ModelEntry } from '../../workspace/types.ts';
import type { CommandContext, CommandHandler } from './command.ts';
import { fieldsOf, targetIn, versionOf } from './subject.ts';

/** Opens the page of a data set: of a file, also the one that is edited, or of one that slipway.yaml names. */
export const openData: CommandHandler = async (context, argument) => {
  const { host, pages } = context;
  if (argument instanceof Uri) {
    await open(context, argument.fsPath);
    return;
  }
  const edited = argument === undefined ? window.activeTextEditor?.document.uri : undefined;
  if (edited?.scheme === 'file' && /\.(csv|tsv|jsonl|ndjson)$/.test(edited.fsPath)) {
    await open(context, edited.fsPath);
    return;
  }
  const target = targetIn(argument, pages);
  if (target !== undefined) {
    await openSamples(context, target);
    return;
  }
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
  if (picked !== undefined) await open(context, picked.file);
};

/** What the server of a target wrote down: a data set, and the log of an experiment. */
async function openSamples(context: CommandContext, target: string): Promise<void> {
  const folder = path.join(context.host.root ?? '', '.slipway', 'targets', target, 'samples');
  if (existsSync(folder)) await open(context, folder);
  else
    void window.showInformationMessage(
      `\`${target}\` wrote no samples here. Add \`samples: { share: 1 }\` to a local target in slipway.yaml, deploy, and ask it.`,
    );
}

/** In a folder that is not trusted nothing is read by us: the editor's own viewer opens the file. */
async function open({ host, pages }: CommandContext, file: string): Promise<void> {
  host.adopt(file);
  if (host.trusted) pages.open({ page: 'data', file });
  else await commands.executeCommand('vscode.open', Uri.file(file));
}
