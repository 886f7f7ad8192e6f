import { Command, Option } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import { compareExplanations } from './compareExplanations.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { compareTable } from './compareTable.ts';
import { addMeaning, given, meaningOverrides, toCount, toPositive, type MeaningOptions } from './options.ts';
import { passed, type Run } from './outcome.ts';
import { bytes, number, statusWord, table, withInterval } from './print.ts';

interface Options extends MeaningOptions {
  readonly reference?: string;
  readonly resamples?: number;
  readonly explanations?: boolean;
  readonly where?: string;
  readonly rows?: number;
  readonly output?: string;
  readonly background?: string;
  readonly space?: 'probability' | 'raw' | 'value';
}

export function compareCommand(run: Run): Command {
  return addMeaning(
    new Command('compare')
      .description('Put two versions side by side on the same rows.')
      .argument('<a>', 'the version to compare with: name@version or path')
      .argument('<b>', 'the new version')
      .argument('[more...]', 'further versions: a table of each against the first'),
  )
    .option('--reference <file>', 'the data they were trained on')
    .option('--resamples <n>', 'bootstrap resamples behind each interval (default: 1000)', toCount)
    .option('--explanations', 'compare what they rest on: attributions of the same rows')
    .option('--where <condition>', 'explanations: only rows that meet it, such as "age > 40" (DuckDB)')
    .option('--rows <n>', 'explanations: a seeded sample of so many rows (default: 200)', toPositive)
    .option('--background <file>', 'explanations: rows to compare with (default: the background)')
    .option('--output <class>', 'explanations: the class or output to explain')
    .addOption(
      new Option('--space <space>', 'explanations: units of the attributions').choices([
        'probability',
        'raw',
        'value',
      ]),
    )
    .action(async (first: string, second: string, more: string[], options: Options) =>
      run(async session => {
        const models = await Promise.all([first, second, ...more].map(name => session.model(name)));
        const [a, b] = models as [ResolvedModel, ResolvedModel];
        const overrides = {
          ...meaningOverrides(options),
          ...given({
            data: options.data && session.path(options.data),
            reference: options.reference && session.path(options.reference),
            resamples: options.resamples,
          }),
        };
        if (more.length > 0) {
          if (options.explanations === true)
            throw new BadInput('two-versions', '`--explanations` takes two versions. Name two.');
          return await compareTable(session, models, overrides);
        }
        if (options.explanations === true) {
          const { where, rows, output, space, background } = options;
          return await compareExplanations(session, [a, b], {
            ...overrides,
            ...given({ where, rows, output, space, background: background && session.path(background) }),
          });
        }
        const result = await session.jobs.compare(a, b, overrides, session.jobOptions);
        return { document: result, text: comparisonText(result), passed: passed(result.verdict) };
      }),
    );
}

export function comparisonText(result: Comparison): string {
  const { flips, slices, structure, speed, size, churn } = result;
  const worse = slices.filter(({ status }) => status === 'fail' || status === 'warn');
  const parts = [
    result.sentence,
    result.verdict.sentence,
    table(
      ['metric', 'A', 'B', 'B - A', 'p (Holm)', 'margin', ''],
      result.metrics.map(({ name, a, b, delta, interval, adjusted, margin, status }) => [
        name,
        number(a),
        number(b),
        withInterval(delta, interval),
        adjusted == null ? '' : number(adjusted),
        margin === null ? '' : number(margin),
        status === 'not-run' ? '' : statusWord[status],
      ]),
    ),
    flips === null
      ? null
      : `Both right ${number(flips.bothRight)}, only A ${number(flips.onlyA)}, only B ${number(flips.onlyB)}, both wrong ${number(flips.bothWrong)} (${flips.test}, p = ${number(flips.pValue)}).${churnWords(churn)}`,
    worse.length === 0
      ? null
      : table(
          ['slice', 'n', 'metric', 'A', 'B', 'B - A', ''],
          worse.map(({ slice, n, metric, a, b, delta, interval, status }) => [
            slice,
            number(n),
            metric,
            number(a),
            number(b),
            withInterval(delta, interval),
            statusWord[status],
          ]),
        ),
    structure.length === 0 ? null : structure.map(({ sentence }) => sentence).join('\n'),
    `Size ${bytes(size.a)} and ${bytes(size.b)}.${speed === null ? '' : ` Median latency ${number(speed.a.p50)} and ${number(speed.b.p50)} ms (ratio ${number(speed.ratio)}, measured here).`}`,
  ];
  return parts.filter(part => part !== null && part !== '').join('\n\n');
}

function churnWords(churn: Comparison['churn']): string {
  return churn == null ? '' : ` ${number(churn.rows)} of ${number(churn.n)} answers differ.`;
}
