import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { FoldPlan } from '../protocol/trials.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import {
  addMeaning,
  given,
  meaningOverrides,
  requireModel,
  savedOption,
  scoresHelp,
  toPositive,
  type MeaningOptions,
} from './options.ts';
import type { Run } from './outcome.ts';
import { number, table, withInterval } from './print.ts';
import { requireTrain, sayingTrainer } from './trainer.ts';

interface Options extends MeaningOptions {
  readonly retrain?: boolean;
  readonly folds: number;
  readonly repeats?: number;
  readonly groups?: string;
  readonly time?: string;
  readonly foldColumn?: string;
  readonly predictions?: string;
  readonly scores?: readonly string[];
}

export function crossValidateCommand(run: Run): Command {
  return addMeaning(
    new Command('cross-validate')
      .description(
        'Measure a model on disjoint parts of the data; or train one for each fold with the command of slipway.yaml.',
      )
      .argument('[model]', 'name, name@version or path; may be left out with saved predictions'),
  )
    .option('--predictions <column>', 'measure this column of the data in place of the model')
    .option('--scores <columns...>', scoresHelp)
    .option('--retrain', 'run the training command of slipway.yaml for each fold')
    .option('--folds <n>', 'folds', toPositive, 5)
    .option(
      '--repeats <n>',
      'how often the rows are divided anew (default: 1; without --retrain: 10)',
      toPositive,
    )
    .option('--groups <column>', 'keep the groups of this column whole')
    .option('--time <column>', 'train on what came before, by this column')
    .option('--fold-column <column>', 'the column that names the fold of each row (-1: only trained on)')
    .action(async (ref: string | undefined, options: Options) =>
      run(async session => {
        const { folds, groups, time, foldColumn, seed, retrain } = options;
        const whole = groups !== undefined || time !== undefined || foldColumn !== undefined;
        if (whole && (options.repeats ?? 1) > 1)
          throw new BadInput('fold-plan', 'Only shuffled folds are repeated: leave `--repeats` out.');
        const plan: FoldPlan = {
          folds,
          repeats: whole ? 1 : (options.repeats ?? (retrain === true ? 1 : 10)),
          groups: groups ?? null,
          time: time ?? null,
          column: foldColumn ?? null,
          seed: seed ?? 1,
        };
        const overrides = {
          ...meaningOverrides(options),
          ...given({ data: options.data && session.path(options.data) }),
        };
        const { trials, jobOptions } = session;
        const saved = savedOption(options.predictions, options.scores);
        if (saved !== undefined && retrain === true)
          throw new BadInput(
            'saved-predictions',
            'Saved predictions cannot be trained again: leave `--retrain` out, or the columns.',
          );
        const model = async (): Promise<ResolvedModel> =>
          saved === undefined
            ? await session.model(requireModel(ref))
            : await session.saved(session.entry(ref), saved, options.data);
        const result =
          retrain === true
            ? await trials.retrain(
                session.entry(requireModel(ref)),
                requireTrain(session.entry(ref)),
                overrides,
                plan,
                sayingTrainer(session),
                jobOptions,
              )
            : await trials.fixedFolds(await model(), overrides, plan, jobOptions);
        return { document: result, text: crossValidationText(result), passed: true };
      }),
    );
}

export function crossValidationText(result: CrossValidation): string {
  const { plan, folds, metrics, kind } = result;
  const shown = metrics.slice(0, 4).map(({ name }) => name);
  return [
    result.sentence,
    table(
      ['metric', 'mean over folds', 'deviation', 'folds'],
      metrics.map(({ title, mean, interval, deviation, folds: count, unit }) => [
        title,
        `${withInterval(mean, interval)}${unit === null ? '' : ` ${unit}`}`,
        number(deviation),
        number(count),
      ]),
    ),
    kind === 'retrained' || folds.length <= 10
      ? table(
          ['repeat', 'fold', 'trained on', 'tested on', ...shown],
          folds.map(one => [
            number(one.repeat + 1),
            number(one.fold + 1),
            kind === 'fixed' ? '' : number(one.train),
            number(one.test),
            ...shown.map(name => number(one.metrics[name])),
          ]),
        )
      : null,
    `${number(plan.folds)} folds, ${plan.scheme}${plan.repeats > 1 ? `, ${number(plan.repeats)} times` : ''}. Intervals: ${metrics[0]?.interval?.method ?? 'none'}.`,
  ]
    .filter(part => part !== null)
    .join('\n\n');
}
