import path from 'node:path';
import type { TrialsTab } from '../../protocol/trialPages.ts';
import type { ModelEntry, ResolvedModel } from '../../workspace/types.ts';
import type { CommandContext, CommandHandler } from './command.ts';
import { fieldsOf, versionOf } from './subject.ts';

/** Opens the page of a model's trials: at the folds of its training, or at the version that was chosen. */
export const crossValidate: CommandHandler = async (context, argument) => {
  const entry = entryOf(argument);
  if (entry !== undefined) open(context, entry.name, entry.train === undefined ? 'fixed' : 'retrained');
  else await openOf(context, argument, 'Cross-validate', 'fixed');
};

/** Opens the page of a model's trials at its candidates. */
export const rankCandidates: CommandHandler = async (context, argument) => {
  const entry = entryOf(argument);
  if (entry !== undefined) open(context, entry.name, 'ranked');
  else await openOf(context, argument, 'Rank the candidates of', 'ranked');
};

/** The model of a tree node that is no version. */
function entryOf(argument: unknown): ModelEntry | undefined {
  const { entry, version } = fieldsOf(argument);
  return version === undefined ? (entry as ModelEntry | undefined) : undefined;
}

async function openOf(
  context: CommandContext,
  argument: unknown,
  title: string,
  tab: TrialsTab,
): Promise<void> {
  const model = await versionOf(context.host, context.pages, argument, title);
  if (model !== null) open(context, await subjectOf(context, model), tab, model.version.version);
}

/** The model's name; of a file that no name stands for, its path. */
async function subjectOf({ host }: CommandContext, { entry, source }: ResolvedModel): Promise<string> {
  const { workspace } = await host.services();
  const named = workspace.models().some(({ name }) => name === entry.name);
  return named ? entry.name : path.resolve(workspace.root, source.file);
}

function open({ pages }: CommandContext, model: string, tab: TrialsTab, version?: string): void {
  pages.open({ page: 'trials', model }).show(tab, version);
}
