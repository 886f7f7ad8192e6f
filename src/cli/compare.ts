import { Command, Option } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import { compareExplanations } from './compareExplanations.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { SavedAnswers } from '../protocol/engine.ts';
import { compareTable } from './compareTable.ts';
import {
  addMeaning,
  given,
  meaningOverrides,
  savedOption,
  toCount,
  toPositive,
  type MeaningOptions,
} from './options.ts';
import { passed, type Run } from './outcome.ts';
import type { Session } from './session.ts';
import { asGiven, pValueWords, pWords } from '../core/words.ts';
import { bytes, number, statusWord, table, withInterval } from './print.ts';

interface Options extends MeaningOptions {
  readonly predictions?: string;
  readonly scores?: readonly string[];
  readonly baselinePredictions?: string;
  readonly baselineScores?: readonly string[];
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
      .argument(
        '[versions...]',
        'the version to compare with, the new one: name@version or path; further ones: a table of each against the first',
      ),
  )
    .option(
      '--predictions <column>',
      'the predictions of the new one, saved in the data, in place of a version',
    )
    .option('--scores <columns...>', 'the probabilities of the new one, saved in the data')
    .option(
      '--baseline-predictions <column>',
      'the predictions of the one to compare with, saved in the data',
    )
    .option(
      '--baseline-scores <columns...>',
      'the probabilities of the one to compare with, saved in the data',
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
    .action(async (refs: string[], options: Options) =>
      run(async session => {
        const models = await compared(session, refs, options);
        const [a, b] = models as [ResolvedModel, ResolvedModel];
        const overrides = {
          ...meaningOverrides(options),
          ...given({
            data: options.data && session.path(options.data),
            reference: options.reference && session.path(options.reference),
            resamples: options.resamples,
          }),
        };
        if (models.length > 2) {
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

/** At least two: the versions named, with saved predictions in the place that their option says. */
async function compared(
  session: Session,
  refs: readonly string[],
  options: Options,
): Promise<readonly ResolvedModel[]> {
  const before = savedOption(options.baselinePredictions, options.baselineScores);
  const now = savedOption(options.predictions, options.scores);
  const wanted = [before, now].filter(saved => saved === undefined).length;
  // With both saved, a name only says whose label, policy and data hold.
  const both = wanted === 0 && refs.length === 1;
  if (wanted === 2 ? refs.length < 2 : refs.length !== wanted && !both)
    throw new BadInput(
      'two-versions',
      wanted === 2
        ? 'Name two versions, or columns of saved predictions (`--predictions COLUMN`, `--baseline-predictions COLUMN`).'
        : `Saved predictions stand in place of a version: name ${wanted === 1 ? 'one' : 'none, or the one model whose label and data hold'}.`,
    );
  if (wanted === 2) return await Promise.all(refs.map(ref => session.model(ref)));
  if (options.explanations === true)
    throw new BadInput(
      'saved-predictions',
      'Saved predictions have no explanations: there is no model to ask.',
    );
  const named = both || refs[0] === undefined ? null : await session.model(refs[0]);
  const entry = named?.entry ?? session.entry(refs[0]);
  const side = async (saved: SavedAnswers | undefined): Promise<ResolvedModel> =>
    saved === undefined ? named! : await session.saved(entry, saved, options.data);
  return [await side(before), await side(now)];
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
        adjusted == null ? '' : pValueWords(adjusted),
        margin === null ? '' : asGiven(Number(margin.toPrecision(3))),
        status === 'not-run' ? '' : statusWord[status],
      ]),
    ),
    flips === null
      ? null
      : `Both right ${number(flips.bothRight)}, only A ${number(flips.onlyA)}, only B ${number(flips.onlyB)}, both wrong ${number(flips.bothWrong)} (${flips.test}${flips.pValue === null ? '' : `, ${pWords(flips.pValue)}`}).${churnWords(churn)}`,
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
    result.notRun === undefined ? null : result.notRun.map(({ sentence }) => sentence).join('\n'),
    size.a === null || size.b === null
      ? null
      : `Size ${bytes(size.a)} and ${bytes(size.b)}.${speed === null ? '' : ` Median latency ${number(speed.a.p50)} and ${number(speed.b.p50)} ms (ratio ${number(speed.ratio)}, measured here).`}`,
  ];
  return parts.filter(part => part !== null && part !== '').join('\n\n');
}

function churnWords(churn: Comparison['churn']): string {
  return churn == null ? '' : ` ${number(churn.rows)} of ${number(churn.n)} answers differ.`;
}
