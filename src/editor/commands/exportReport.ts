import { Uri, window, workspace } from 'vscode';
import type { CommandHandler } from './command.ts';
import { versionOf } from './subject.ts';

/** Asks for a format and a place, and writes the report of a version. */
export const exportReport: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Export a report');
  if (model === null) return;
  const { formats, report } = await host.services();
  const picked = await window.showQuickPick(
    formats.map(({ format, title, extension }) => ({ label: format, description: title, format, extension })),
    { title: 'Export a report', placeHolder: 'Format' },
  );
  if (picked === undefined) return;
  const name = `${model.entry.name}-${model.version.version}.${picked.extension}`.replaceAll('/', '-');
  const folder = host.root === null ? undefined : Uri.joinPath(Uri.file(host.root), name);
  const file = await window.showSaveDialog(folder === undefined ? {} : { defaultUri: folder });
  if (file === undefined) return;
  const text = await report(model, picked.format);
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
};
