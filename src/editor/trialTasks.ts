import { BadInput } from '../core/failure.ts';
import type { PageRequests } from '../protocol/pages.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import type { FoldPlan, TrainCommand } from '../protocol/trials.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';
import type { Host } from './host.ts';
import { nameOf, tracked } from './tasks.ts';
import { taskTrainer } from './trainerTask.ts';

/** More versions than this are ranked from a terminal. */
export const mostVersions = 50;

/** Trains a model for each fold, each as a task of the editor. @throws BadInput `no-training-command` */
export async function retrain(host: Host, entry: ModelEntry, plan: FoldPlan): Promise<CrossValidation> {
  const command = commandOf(entry);
  const { trials, train } = await host.services();
  return await tracked(
    host,
    'retrain',
    entry.name,
    `Cross-validating ${entry.name}`,
    async (signal, onProgress) =>
      await trials().retrain(entry, command, {}, plan, taskTrainer(train), { signal, onProgress }),
  );
}

/** Measures a version on parts of the holdout. */
export async function fixedFolds(host: Host, model: ResolvedModel, plan: FoldPlan): Promise<CrossValidation> {
  const { trials } = await host.services();
  return await tracked(
    host,
    'fixedFolds',
    model.entry.name,
    `Measuring ${nameOf(model)} on parts of the data`,
    async (signal, onProgress) => await trials().fixedFolds(model, {}, plan, { signal, onProgress }),
  );
}

/** Ranks the newest versions, or what the training command leaves. @throws BadInput `no-training-command` */
export async function rank(
  host: Host,
  entry: ModelEntry,
  { of, metric }: PageRequests['rank'][0],
): Promise<RankingResult> {
  const { trials, train, workspace } = await host.services();
  const command = of === 'command' ? commandOf(entry) : null;
  const overrides = metric === null ? {} : { metric };
  return await tracked(
    host,
    'rank',
    entry.name,
    `Ranking the candidates of ${entry.name}`,
    async (signal, onProgress) => {
      const options = { signal, onProgress };
      if (command !== null)
        return await trials().rankTrained(entry, command, overrides, 'versions', taskTrainer(train), options);
      const listed = await workspace.versions(entry.name, { limit: mostVersions });
      const models = await Promise.all(
        listed.map(async ({ version }) => await workspace.resolve(`${entry.name}@${version}`)),
      );
      return await trials().rank(models, entry, overrides, options);
    },
  );
}

function commandOf({ name, train }: ModelEntry): TrainCommand {
  if (train !== undefined) return train;
  throw new BadInput(
    'no-training-command',
    `slipway.yaml names no training command for \`${name}\`. Add \`train: { command: python, args: [train.py] }\` to the model.`,
  );
}
