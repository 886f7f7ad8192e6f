import { window } from 'vscode';
import type { Host } from '../host.ts';
import type { CommandHandler } from './command.ts';
import { textField } from './subject.ts';

/** Settings of targets that name a secret. */
const naming = ['token', 'credentials', 'password', 'passphrase'];

/** Keeps a secret in the keychain under the name that slipway.yaml gives it. */
export const setSecret: CommandHandler = async ({ host }, argument) => {
  const name = textField(argument, 'name') ?? (await askName(host));
  if (name === undefined) return;
  const value = await window.showInputBox({
    title: `Secret ${name}`,
    prompt:
      'It is kept in the keychain of this machine, and given only to the targets and registries that name it.',
    password: true,
    ignoreFocusOut: true,
    validateInput: text => (text === '' ? 'Type or paste the secret.' : null),
  });
  if (value === undefined) return;
  await host.secrets.set(name, value);
  host.changed('targets');
  void window.showInformationMessage(`The secret ${name} is set.`);
};

async function askName(host: Host): Promise<string | undefined> {
  const [targets, models] = await Promise.all([host.catalog.targets(), host.catalog.models()]);
  const named = [
    ...targets.flatMap(({ target: { name, settings } }) =>
      naming.map(key => [settings[key], `${key} of ${name}`] as const),
    ),
    ...models.map(({ name, registry }) => [registry?.token, `token of the registry of ${name}`] as const),
  ];
  const wanted = named.flatMap(([label, description]) =>
    typeof label === 'string' ? [{ label, description }] : [],
  );
  const other = { label: 'Another name...', description: '' };
  const picked =
    wanted.length === 0 ? other : await window.showQuickPick([...wanted, other], { title: 'Which secret' });
  if (picked !== other) return picked?.label;
  return await window.showInputBox({
    title: 'Name of the secret',
    prompt: 'As slipway.yaml names it, such as REGISTRY_TOKEN',
    validateInput: text =>
      /^[A-Za-z_]\w*$/.test(text) ? null : 'Letters, digits and `_`, not a digit first.',
  });
}
