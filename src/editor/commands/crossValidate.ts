import { window } from 'vscode';
import type { FoldPlan, TrainCommand } from '../../protocol/trials.ts';
import type { ModelEntry, ResolvedModel } from '../../workspace/types.ts';
import { nameOf } from '../tasks.ts';
import { taskTrainer } from '../trainerTask.ts';
import type { CommandHandler } from './command.ts';
import { fieldsOf, versionOf } from './subject.ts';
import { showMarkdown, withNotice } from './trial.ts';

const fixedRepeats = 10;

/** Measures a version on parts of its data, or trains a model for each fold: the user says which, and how many. */
export const crossValidate: CommandHandler = async ({ host, pages }, argument) => {
  const entry = fieldsOf(argument).entry as ModelEntry | undefined;
  const model =
    fieldsOf(argument).version === undefined && entry?.train !== undefined
      ? null
      : await versionOf(host, pages, argument, 'Cross-validate');
  const subject = model?.entry ?? entry;
  if (subject === undefined) return;
  const way = await pickWay(model, subject.train);
  if (way === undefined) return;
  const folds = await window.showInputBox({
    title: 'Cross-validate',
    prompt: 'Folds',
    value: '5',
    validateInput: text => (/^([2-9]|[1-9]\d+)$/.test(text) ? null : 'A whole number, 2 or more.'),
  });
  if (folds === undefined) return;
  const plan: FoldPlan = {
    folds: Number(folds),
    repeats: way === 'fixed' ? fixedRepeats : 1,
    groups: null,
    time: null,
    column: null,
    seed: 1,
  };
  const { trials, train, trialWords } = await host.services();
  const title = `Cross-validation of ${model === null ? subject.name : nameOf(model)}`;
  const result = await withNotice(host, 'crossValidate', subject.name, title, async (signal, onProgress) => {
    const options = { signal, onProgress };
    return way === 'fixed'
      ? await trials().fixedFolds(model!, {}, plan, options)
      : await trials().retrain(subject, way, {}, plan, taskTrainer(train), options);
  });
  await showMarkdown(trialWords.crossValidation(result, title));
};

async function pickWay(
  model: ResolvedModel | null,
  train: TrainCommand | undefined,
): Promise<TrainCommand | 'fixed' | undefined> {
  if (train === undefined) return 'fixed';
  const retrained = {
    label: 'Train a model for each fold',
    detail: `Runs ${[train.command, ...train.args].join(' ')}`,
    way: train,
  };
  const fixed = {
    label: 'Measure this version on parts of the data',
    detail: 'How it varies with the rows; it is not trained again',
    way: 'fixed' as const,
  };
  const picked = await window.showQuickPick([retrained, ...(model === null ? [] : [fixed])], {
    title: 'Cross-validate',
  });
  return picked?.way;
}
