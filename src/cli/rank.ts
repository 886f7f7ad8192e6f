import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import { takesVersions } from '../jobs/candidates.ts';
import { addMeaning, given, meaningOverrides, toCount, type MeaningOptions } from './options.ts';
import type { Run } from './outcome.ts';
import { pValueWords } from '../core/words.ts';
import { number, table, withInterval } from './print.ts';
import { savedAnswers } from '../workspace/savedAnswers.ts';
import { requireTrain, sayingTrainer } from './trainer.ts';

interface Options extends MeaningOptions {
  readonly train?: boolean;
  readonly keep?: string | false;
  readonly metric?: string;
  readonly resamples?: number;
  readonly model?: string;
  readonly predictions?: readonly string[];
  readonly scores?: readonly string[];
}

export function rankCommand(run: Run): Command {
  return addMeaning(
    new Command('rank')
      .description(
        'Rank candidates on the holdout: versions, files, or every .onnx that the training command leaves; corrected for how many were tried.',
      )
      .argument('[candidates...]', 'a name (all its versions), name@version, or paths'),
  )
    .option('--predictions <columns...>', 'columns of saved predictions, a candidate each')
    .option(
      '--scores <columns...>',
      'columns of saved probabilities of the positive class, a candidate each, as column or class=column',
    )
    .option('--train', 'run the training command of the one model named, and rank what it leaves')
    .option(
      '--keep <folder>',
      'with --train: an empty folder where the candidates stay (default: they become versions)',
    )
    .option('--no-keep', 'with --train: nothing stays')
    .option('--model <name>', 'whose label, task and holdout hold for files')
    .option('--metric <name>', "ranked by this metric (default: the task's headline)")
    .option('--resamples <n>', 'bootstrap resamples (default: 1000)', toCount)
    .action(async (refs: readonly string[], options: Options) =>
      run(async session => {
        const { trials, jobOptions } = session;
        const overrides = {
          ...meaningOverrides(options),
          ...given({
            data: options.data && session.path(options.data),
            metric: options.metric,
            resamples: options.resamples,
          }),
        };
        if (options.train === true) {
          const [name, more] = refs;
          if (name === undefined || more !== undefined)
            throw new BadInput('no-model', 'Name the one model whose training command is run.');
          const entry = session.entry(name);
          const keep =
            typeof options.keep === 'string'
              ? { folder: session.path(options.keep) }
              : options.keep === false
                ? 'nothing'
                : 'versions';
          if (keep === 'versions' && !takesVersions(entry))
            session.log(
              `What is trained is ranked and thrown away: the \`path\` of \`${entry.name}\` has no single wildcard. With one, such as \`models/*.onnx\`, it becomes versions; or name a folder (\`--keep F\`).`,
            );
          const result = await trials.rankTrained(
            entry,
            requireTrain(entry),
            overrides,
            keep,
            sayingTrainer(session),
            jobOptions,
          );
          return {
            document: result,
            text: [rankingText(result), keptText(result)].filter(part => part !== null).join('\n\n'),
            passed: true,
          };
        }
        const models = await session.candidates(refs);
        const named = options.model ?? models.find(({ entry }) => entry.configured)?.entry.name;
        const entry = session.entry(named);
        const columns = [
          ...(options.predictions ?? []).map(column => savedAnswers(column)),
          ...(options.scores ?? []).map(column => savedAnswers(undefined, [column])),
        ];
        const saved = await Promise.all(columns.map(one => session.saved(entry, one, options.data)));
        const result = await trials.rank([...models, ...saved], entry, overrides, jobOptions);
        return { document: result, text: rankingText(result), passed: true };
      }),
    );
}

/** Which versions the candidates became. */
function keptText({ candidates }: RankingResult): string | null {
  const versions = candidates.flatMap(({ model }) => model.version ?? []);
  const apart = candidates.filter(({ model }) => model.version === null);
  if (versions.length === 0) return null;
  const others = apart.map(
    ({ model }) =>
      `\nNot kept: ${model.path}: its weights lie in other files. Keep it in a folder (\`--keep F\`).`,
  );
  return `Kept as versions: ${versions.join(', ')}.${others.join('')}`;
}

export function rankingText(result: RankingResult): string {
  const { candidates, corrected, metric, n, resampled, failed } = result;
  const parts = [
    result.sentence,
    table(
      ['', 'candidate', metric.title, 'behind the best', 'p', ''],
      candidates.map(({ rank, model, value, interval, behind, asGood }) => [
        number(rank),
        model.version ?? model.name ?? model.path,
        withInterval(value, interval),
        behind === null ? '' : withInterval(behind.value, behind.interval),
        behind === null ? '' : pValueWords(behind.pValue),
        rank === 1 ? '' : asGood ? 'may be as good' : 'worse',
      ]),
    ),
    corrected === null
      ? null
      : `On new rows expect ${number(corrected.value)} (${number(corrected.interval.low)} to ${number(corrected.interval.high)}): choosing among ${candidates.length} on these ${number(n)} rows added ${number(corrected.optimism)} (${corrected.interval.method}${resampled < n ? `, of ${number(resampled)} rows` : ''}).`,
    failed.length === 0
      ? null
      : failed.map(({ path, sentence }) => `Not measured: ${path}: ${sentence}`).join('\n'),
  ];
  return parts.filter(part => part !== null).join('\n\n');
}
