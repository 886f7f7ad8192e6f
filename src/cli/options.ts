import { InvalidArgumentError, Option, type Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { MeaningOverrides } from '../jobs/build.ts';
import type { SavedAnswers } from '../protocol/engine.ts';
import { savedAnswers } from '../workspace/savedAnswers.ts';

/** Options that more than one command has. */
export interface MeaningOptions {
  readonly data?: string;
  readonly label?: string;
  readonly positive?: string;
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly threshold?: number;
  readonly seed?: number;
}

export function addMeaning(command: Command): Command {
  return command
    .option('--data <file>', 'data with labels: .csv, .parquet or .jsonl (default: the holdout)')
    .option('--label <column>', 'the column with the true answer')
    .addOption(
      new Option('--task <task>', 'what the model predicts').choices(['binary', 'multiclass', 'regression']),
    )
    .option('--positive <class>', 'the positive class of a binary task')
    .option('--threshold <p>', 'probability from which the positive class is predicted', toNumber)
    .option('--seed <n>', 'seed of resamples and samples', toCount);
}

/** Columns of saved predictions; undefined: none were named. */
export function savedOption(
  prediction: string | undefined,
  scores: readonly string[] | undefined,
): SavedAnswers | undefined {
  return prediction === undefined && scores === undefined ? undefined : savedAnswers(prediction, scores);
}

/** @throws BadInput `no-model` */
export function requireModel(ref: string | undefined): string {
  if (ref !== undefined) return ref;
  throw new BadInput(
    'no-model',
    'Name a model, or columns of saved predictions (`--predictions COLUMN`, `--scores COLUMN...`).',
  );
}

export const scoresHelp =
  'columns of saved probabilities: one of the positive class, or one a class, as column or class=column';

/** Only what was given, so that slipway.yaml holds elsewhere. */
export function meaningOverrides(options: MeaningOptions): MeaningOverrides {
  const { label, positive, task, threshold, seed } = options;
  return given({ label, positive, task, threshold, seed });
}

/** Leaves out what is undefined. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export const toCount = wholeNumber(0);
export const toPositive = wholeNumber(1);
export const toPort = wholeNumber(0, 65_535);

function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = high === Number.MAX_SAFE_INTEGER ? `, ${low} or more` : ` from ${low} to ${high}`;
  return text => {
    const value = toNumber(text);
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`It must be a whole number${range}.`);
    return value;
  };
}
