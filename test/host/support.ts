import path from 'node:path';
import { extensions, Uri, workspace } from 'vscode';
import type { TestHandle } from '../../src/extension.ts';
import type { ModelNode } from '../../src/editor/tree/models.ts';

/** The running extension, as `activate` hands it to tests. */
export async function slipway(): Promise<TestHandle> {
  const extension = extensions.getExtension<TestHandle | undefined>('slipway.slipway');
  if (extension === undefined) throw new Error('The extension is not installed.');
  const handle = await extension.activate();
  if (handle === undefined) throw new Error('The extension does not run in test mode.');
  return handle;
}

/** A file of the open example. */
export function exampleFile(...names: readonly string[]): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('No folder is open.');
  return Uri.file(path.join(folder.uri.fsPath, ...names));
}

/** The version's line in the Models tree. */
export async function versionNode(name: string): Promise<ModelNode & { readonly kind: 'version' }> {
  const { models } = await slipway();
  for (const model of await models.getChildren()) {
    for (const node of await models.getChildren(model)) {
      if (node.kind === 'version' && node.version.version === name) return node;
    }
  }
  throw new Error(`The tree has no version ${name}.`);
}

/** Waits for what an event will bring; asks again until it holds. */
export async function until<T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
