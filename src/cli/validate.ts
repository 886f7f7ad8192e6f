import { Command } from 'commander';
import type { CheckResult, Validation } from '../protocol/results/validation.ts';
import { addMeaning, given, meaningOverrides, toCount, type MeaningOptions } from './options.ts';
import { passed, type Run } from './outcome.ts';
import { metricsTable, number, statusWord, table, withInterval } from './print.ts';

interface Options extends MeaningOptions {
  readonly reference?: string;
  readonly resamples?: number;
}

export function validateCommand(run: Run): Command {
  return addMeaning(
    new Command('validate')
      .description('Check a model and measure it on labelled data, against the policy.')
      .argument('<model>', 'name, name@version or path'),
  )
    .option('--reference <file>', 'the data it was trained on')
    .option('--resamples <n>', 'bootstrap resamples behind each interval (default: 1000)', toCount)
    .action(async (ref: string, options: Options) =>
      run(async session => {
        const model = await session.model(ref);
        const overrides = {
          ...meaningOverrides(options),
          ...given({
            data: options.data && session.path(options.data),
            reference: options.reference && session.path(options.reference),
            resamples: options.resamples,
          }),
        };
        const result = await session.jobs.validate(model, overrides, session.jobOptions);
        return { document: result, text: validationText(result), passed: passed(result.verdict) };
      }),
    );
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
            threshold === null ? '' : `${threshold.op} ${number(threshold.value)}`,
            finding,
          ]),
        ),
    counts,
  ];
  return parts.filter(part => part !== null).join('\n\n');
}
