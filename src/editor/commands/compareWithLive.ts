import { window } from 'vscode';
import type { CommandHandler } from './command.ts';
import { openComparison } from './compare.ts';
import { versionOf } from './subject.ts';

/** Compares a version with what a target serves now. */
export const compareWithLive: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Compare with live');
  if (model === null) return;
  const live = (await host.catalog.targets()).flatMap(({ target, status }) =>
    (status?.live ?? [])
      .filter(
        ({ digest, model: name }) =>
          digest !== model.ref.digest && (name ?? model.entry.name) === model.entry.name,
      )
      .map(({ digest, version }) => ({ label: version ?? digest, description: target.name, digest })),
  );
  if (live.length === 0) {
    void window.showInformationMessage(`No other version of ${model.entry.name} is live on a target.`);
    return;
  }
  const picked =
    live.length === 1 ? live[0] : await window.showQuickPick(live, { title: 'Compare with live' });
  if (picked === undefined) return;
  const { workspace } = await host.services();
  await openComparison(host, pages, await workspace.resolve(`${model.entry.name}@${picked.digest}`), model);
};
