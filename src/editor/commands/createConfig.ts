import { Uri, window, workspace as editor } from 'vscode';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import type { CommandHandler } from './command.ts';
import { versionOf } from './subject.ts';

const offeredKey = 'configOffered';

/** Writes a slipway.yaml for a model, from what its file says, and opens it. */
export const createConfig: CommandHandler = async ({ host, pages }, argument) => {
  const { workspace } = await host.services();
  if (workspace.configFile !== null) {
    await window.showTextDocument(Uri.file(workspace.configFile));
    return;
  }
  const model = await versionOf(host, pages, argument, 'Create slipway.yaml for');
  if (model !== null) await write(host, model);
};

/** Asks once in a folder, after something was done without a slipway.yaml. */
export async function offerConfig(host: Host, model: ResolvedModel): Promise<void> {
  if (host.context.workspaceState.get<boolean>(offeredKey) === true) return;
  await host.context.workspaceState.update(offeredKey, true);
  await ask(
    host,
    model,
    'The task and the classes were inferred. A slipway.yaml keeps them, with the data, the policy and the targets.',
  );
}

/** Asks whenever something cannot be done without a slipway.yaml. */
export async function requireConfig(host: Host, model: ResolvedModel): Promise<void> {
  await ask(
    host,
    model,
    'A deployment needs a target, and targets are named in slipway.yaml. It is proposed with a server on this machine; deploy again once it is there.',
  );
}

async function ask(host: Host, model: ResolvedModel, why: string): Promise<void> {
  const create = 'Create slipway.yaml';
  const answer = await window.showInformationMessage(why, create, 'Not Now');
  if (answer === create) await write(host, model);
}

async function write(host: Host, model: ResolvedModel): Promise<void> {
  const { workspace, config } = await host.services();
  const facts = await host.catalog.facts(model);
  if ('failure' in facts) throw new Error(facts.failure);
  await workspace.writeConfig(config.propose({ name: model.entry.name, path: model.version.path, facts }));
  await host.reload();
  if (workspace.configFile !== null) {
    await window.showTextDocument(await editor.openTextDocument(Uri.file(workspace.configFile)));
  }
}
