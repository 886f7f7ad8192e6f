import { window, workspace } from 'vscode';
import { changeOf } from '../../core/policy/changes.ts';
import { configFile, isConfig } from '../config/document.ts';
import { verdictIcons } from '../tree/items.ts';
import type { CommandHandler } from './command.ts';
import { textField } from './subject.ts';
import { validationOf } from './openValidation.ts';

/** What the unsaved policy would have decided on each stored validation; a choice opens that validation. */
export const previewPolicy: CommandHandler = async (context, argument) => {
  const { host } = context;
  const document = workspace.textDocuments.find(one => isConfig(host, one) && one.isDirty);
  if (document === undefined) {
    void window.showInformationMessage(
      `Change a rule in ${configFile} and leave it unsaved: the preview says what it would have decided.`,
    );
    return;
  }
  const { policy } = await host.services();
  const model = textField(argument, 'name');
  const previews = (await policy.book.previewText(document.getText())).filter(
    preview => model === undefined || preview.model === model,
  );
  if (previews.length === 0) {
    void window.showInformationMessage(`The policy in ${configFile} is as it was saved.`);
    return;
  }
  const picked = await window.showQuickPick(
    previews.flatMap(preview =>
      preview.versions.map(one => ({
        label: `$(${verdictIcons[one.after.status].id}) ${preview.model} ${changeOf(one)}`,
        description: one.stale ?? '',
        detail: one.after.sentence,
        reference: `${preview.model}@${one.version}`,
      })),
    ),
    {
      title: previews.map(({ sentence, notes }) => [sentence, ...notes].join(' ')).join(' '),
      placeHolder: 'Versions with a stored validation, judged by the policy that is not saved yet',
    },
  );
  if (picked !== undefined) await validationOf(context, picked.reference);
};
