import { window } from 'vscode';
import type { ModelEntry } from '../../workspace/types.ts';
import { taskTrainer } from '../trainerTask.ts';
import type { CommandHandler } from './command.ts';
import { fieldsOf, versionOf } from './subject.ts';
import { showMarkdown, withNotice } from './trial.ts';

/** More versions than this are ranked from a terminal. */
const mostVersions = 50;

/** Ranks the versions of a model on its holdout, or every model that its training command leaves. */
export const rankCandidates: CommandHandler = async ({ host, pages }, argument) => {
  const entry =
    (fieldsOf(argument).entry as ModelEntry | undefined) ??
    (await versionOf(host, pages, argument, 'Rank the candidates of'))?.entry;
  if (entry === undefined) return;
  const versions = { label: 'Its versions', detail: 'Every version, on the holdout', train: undefined };
  const command = entry.train;
  const picked =
    command === undefined
      ? versions
      : await window.showQuickPick(
          [
            versions,
            {
              label: 'What its training command leaves',
              detail: `Runs ${[command.command, ...command.args].join(' ')}`,
              train: command,
            },
          ],
          { title: `Rank candidates of ${entry.name}` },
        );
  if (picked === undefined) return;
  const { trials, train, trialWords, workspace } = await host.services();
  const title = `Candidates of ${entry.name}`;
  const result = await withNotice(host, 'rank', entry.name, title, async (signal, onProgress) => {
    const options = { signal, onProgress };
    if (picked.train !== undefined)
      return await trials().rankTrained(entry, picked.train, {}, null, taskTrainer(train), options);
    const listed = await workspace.versions(entry.name, { limit: mostVersions });
    const models = await Promise.all(
      listed.map(async ({ version }) => await workspace.resolve(`${entry.name}@${version}`)),
    );
    return await trials().rank(models, entry, {}, options);
  });
  await showMarkdown(trialWords.ranking(result, title));
};
