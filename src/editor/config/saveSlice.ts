import { Range, Uri, workspace as editor, WorkspaceEdit } from 'vscode';
import { BadInput } from '../../core/failure.ts';
import type { Host } from '../host.ts';

/** Puts a slice into the policy of a model, in the editor's own text of slipway.yaml, and saves it. */
export async function saveSlice(host: Host, model: string, name: string, where: string): Promise<void> {
  const { workspace, config } = await host.services();
  if (workspace.configFile === null)
    throw new BadInput('config', 'A slice is kept in slipway.yaml, and there is none. Create it first.');
  const document = await editor.openTextDocument(Uri.file(workspace.configFile));
  const text = document.getText();
  const edit = new WorkspaceEdit();
  const all = new Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(document.uri, all, config.withSlice(text, model, name, where));
  await editor.applyEdit(edit);
  await document.save();
}
