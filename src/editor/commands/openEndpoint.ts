import { commands, env, Uri, window } from 'vscode';
import type { CommandHandler } from './command.ts';
import { targetIn } from './subject.ts';

/** Shows where a target answers: its URL in the browser, its folder in the file manager. */
export const openEndpoint: CommandHandler = async ({ host, pages }, argument) => {
  const name = targetIn(argument, pages);
  const listed = (await host.catalog.targets()).find(({ target }) => target.name === name);
  const endpoint = listed?.status?.endpoint ?? null;
  if (endpoint === null) {
    void window.showInformationMessage(`Nothing is deployed to ${name ?? 'a target'} yet.`);
  } else if (/^https?:/.test(endpoint)) {
    await env.openExternal(Uri.parse(`${endpoint.replace(/\/$/, '')}/v2`));
  } else {
    await commands.executeCommand('revealFileInOS', Uri.file(endpoint));
  }
};
