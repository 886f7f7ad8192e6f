import { Command } from 'commander';
import type { CheckResult, Validation } from '../protocol/results/validation.ts';
import type { SavedAnswers } from '../protocol/engine.ts';
import type { Session } from './session.ts';
import {
  addMeaning,
  given,
  meaningOverrides,
  requireModel,
  savedOption,
  scoresHelp,
  toCount,
  type MeaningOptions,
} from './options.ts';
import { passed, type Run } from './outcome.ts';
import { asGiven } from '../core/words.ts';
import { metricsTable, statusWord, table, withInterval } from './print.ts';

interface Options extends MeaningOptions {
  readonly reference?: string;
  readonly resamples?: number;
  readonly predictions?: string;
  readonly scores?: readonly string[];
  readonly baseline?: string;
  readonly baselinePredictions?: string;
  readonly baselineScores?: readonly string[];
  readonly original?: string;
  readonly originalPredictions?: string;
  readonly originalScores?: readonly string[];
}

export function validateCommand(run: Run): Command {
  return addMeaning(
    new Command('validate')
      .description('Check a model and measure it on labelled data, against the policy.')
      .argument('[model]', 'name, name@version or path; may be left out with saved predictions'),
  )
    .option('--predictions <column>', 'judge this column of the data in place of the model')
    .option('--scores <columns...>', scoresHelp)
    .option('--baseline <version>', 'the version it must not be worse than: a version, name or path')
    .option('--baseline-predictions <column>', 'the predictions of the baseline, saved in the data')
    .option('--baseline-scores <columns...>', 'the probabilities of the baseline, saved in the data')
    .option('--original <version>', 'the model before its export or quantisation: answers must be the same')
    .option('--original-predictions <column>', 'the predictions of the original, saved in the data')
    .option('--original-scores <columns...>', 'the probabilities of the original, saved in the data')
    .option('--reference <file>', 'the data it was trained on')
    .option('--resamples <n>', 'bootstrap resamples behind each interval (default: 1000)', toCount)
    .action(async (ref: string | undefined, options: Options) =>
      run(async session => {
        const predictions = savedOption(options.predictions, options.scores);
        const overrides = {
          ...meaningOverrides(options),
          ...given({
            data: options.data && session.path(options.data),
            reference: options.reference && session.path(options.reference),
            resamples: options.resamples,
            baseline: rival(session, options.baseline, options.baselinePredictions, options.baselineScores),
            original: rival(session, options.original, options.originalPredictions, options.originalScores),
          }),
        };
        const result =
          predictions === undefined
            ? await session.jobs.validate(
                await session.model(requireModel(ref)),
                overrides,
                session.jobOptions,
              )
            : await session.jobs.validateSaved(
                session.entry(ref),
                predictions,
                overrides,
                session.jobOptions,
              );
        return { document: result, text: validationText(result), passed: passed(result.verdict) };
      }),
    );
}

/** A path as the user gave it stands from where they are; a version or a name is left to the model. */
function rival(
  session: Session,
  ref: string | undefined,
  prediction: string | undefined,
  scores: readonly string[] | undefined,
): string | SavedAnswers | undefined {
  if (ref === undefined) return savedOption(prediction, scores);
  return ref.endsWith('.onnx') ? session.path(ref) : ref;
}

/** Verdict first, then the metrics, then what does not pass. */
export function validationText(result: Validation): string {
  const open = result.checks.filter(({ status }) => status !== 'pass' && status !== 'not-run');
  const count = (status: CheckResult['status']): number =>
    result.checks.filter(check => check.status === status).length;
  const counts = `${count('pass')} checks pass, ${count('warn')} warn, ${count('fail')} fail, ${count('inconclusive')} inconclusive, ${count('not-run')} not run.`;
  const parts = [
    result.verdict.sentence,
    result.metrics.length === 0 ? null : metricsTable(result.metrics),
    open.length === 0
      ? null
      : table(
          ['', 'check', 'value', 'wanted', 'finding'],
          open.map(({ id, status, value, interval, threshold, finding, unit }) => [
            statusWord[status],
            id,
            `${typeof value === 'string' ? value : withInterval(value, interval)}${unit === null ? '' : ` ${unit}`}`,
            threshold === null ? '' : `${threshold.op} ${asGiven(threshold.value)}`,
            finding,
          ]),
        ),
    counts,
  ];
  return parts.filter(part => part !== null).join('\n\n');
}
