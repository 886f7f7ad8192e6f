import type { CrossValidation } from '../../protocol/results/crossValidation.ts';
import type { RankingResult } from '../../protocol/results/ranking.ts';
import { number, percent, withInterval } from '../checks/words.ts';

/** A cross-validation as Markdown: the sentence, the metrics, the folds. */
export function crossValidationMarkdown(result: CrossValidation, title: string): string {
  const { metrics, folds, plan, kind, command, data } = result;
  const shown = metrics.slice(0, 4);
  return [
    `# ${title}`,
    result.sentence,
    grid(
      ['Metric', 'Mean', 'Interval', 'Between folds', 'Folds'],
      metrics.map(({ title: name, mean, interval, deviation, unit, folds: n }) => [
        name,
        `${number(mean)}${unit === null ? '' : ` ${unit}`}`,
        interval === null ? '' : `${number(interval.low)} to ${number(interval.high)}`,
        `± ${number(deviation)}`,
        number(n),
      ]),
    ),
    `${number(plan.folds)} folds of \`${data.path}\`, ${plan.scheme}${plan.repeats > 1 ? `, ${number(plan.repeats)} times` : ''}; seed ${plan.seed}. Intervals: ${metrics[0]?.interval?.method ?? 'none'}.`,
    ...(command === null ? [] : ['Trained by:', `\`\`\`\n${command.join(' ')}\n\`\`\``]),
    '## Folds',
    grid(
      [
        'Repeat',
        'Fold',
        ...(kind === 'fixed' ? [] : ['Trained on']),
        'Tested on',
        ...shown.map(one => one.title),
      ],
      folds.map(fold => [
        number(fold.repeat + 1),
        number(fold.fold + 1),
        ...(kind === 'fixed' ? [] : [number(fold.train)]),
        number(fold.test),
        ...shown.map(({ name }) => (fold.metrics[name] === undefined ? '' : number(fold.metrics[name]))),
      ]),
    ),
  ].join('\n\n');
}

/** A ranking as Markdown: the sentence, the candidates, what the best is worth. */
export function rankingMarkdown(result: RankingResult, title: string): string {
  const { candidates, corrected, metric, failed, n, data, resampled } = result;
  return [
    `# ${title}`,
    result.sentence,
    grid(
      ['', 'Candidate', metric.title, 'Behind the best', 'p', ''],
      candidates.map(({ rank, model, value, interval, behind, asGood }) => [
        number(rank),
        `\`${model.version ?? model.path}\``,
        value === null ? 'undefined' : withInterval(value, interval, metric.unit),
        behind === null ? '' : withInterval(behind.value, behind.interval),
        behind === null ? '' : number(behind.pValue),
        rank === 1 ? '' : asGood ? 'not told from the best' : 'worse',
      ]),
    ),
    ...(corrected === null
      ? []
      : [
          `The best was chosen by the rows it is measured on. On new rows expect **${number(corrected.value)}** (${number(corrected.interval.low)} to ${number(corrected.interval.high)}): the choice added ${number(corrected.optimism)}. ${corrected.interval.method}${resampled < n ? `, of ${percent(resampled / n)} of the rows` : ''}.`,
        ]),
    `${number(n)} labelled rows of \`${data.path}\`; seed ${result.seed}. Differences hold for all pairs of candidates together.`,
    ...(failed.length === 0
      ? []
      : ['## Not measured', failed.map(({ path, sentence }) => `- \`${path}\`: ${sentence}`).join('\n')]),
  ].join('\n\n');
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
