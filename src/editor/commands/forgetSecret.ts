import { window } from 'vscode';
import type { CommandHandler } from './command.ts';

/** Takes a secret out of the keychain. */
export const forgetSecret: CommandHandler = async ({ host }) => {
  const names = host.secrets.names();
  if (names.length === 0) {
    void window.showInformationMessage('No secret is set.');
    return;
  }
  const name = await window.showQuickPick(names, { title: 'Forget which secret' });
  if (name === undefined) return;
  await host.secrets.forget(name);
  host.changed('targets');
};
