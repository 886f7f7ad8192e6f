import { isAbsolute } from 'node:path';
import { commands, env, Uri, window } from 'vscode';
import type { CommandHandler } from './command.ts';
import { targetIn } from './subject.ts';

/** Shows where a target answers: its URL in the browser, its folder in the file manager, any other name to paste. */
export const openEndpoint: CommandHandler = async ({ host, pages }, argument) => {
  const name = targetIn(argument, pages);
  const listed = (await host.catalog.targets()).find(({ target }) => target.name === name);
  const endpoint = listed?.status?.endpoint ?? null;
  if (endpoint === null) {
    const sentence = listed?.status?.sentence;
    void window.showInformationMessage(
      sentence === undefined
        ? `Nothing is deployed to ${name ?? 'a target'} yet.`
        : `${name ?? 'The target'}: ${sentence}.`,
    );
  } else if (/^https?:/.test(endpoint)) {
    await env.openExternal(Uri.parse(`${endpoint.replace(/\/$/, '')}/v2`));
  } else if (isAbsolute(endpoint)) {
    await commands.executeCommand('revealFileInOS', Uri.file(endpoint));
  } else {
    await env.clipboard.writeText(endpoint);
    void window.showInformationMessage(`${endpoint} was copied.`);
  }
};
