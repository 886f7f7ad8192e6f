import { Command } from 'commander';
import type { Drift } from '../protocol/results/drift.ts';
import { toCount } from './options.ts';
import { passed, type Run } from './outcome.ts';
import { percent, pValueWords } from '../core/words.ts';
import { number, table } from './print.ts';

export function driftCommand(run: Run): Command {
  return new Command('drift')
    .description('How far one data set has moved from another, column by column and together.')
    .argument('<before>', 'the data set to compare with: .csv, .parquet or .jsonl')
    .argument('<now>', 'the data set that may have moved')
    .option('--seed <n>', 'seed of the samples and folds (default: 1)', toCount)
    .action(async (before: string, now: string, options: { readonly seed?: number }) =>
      run(async session => {
        const result = await session.jobs.dataSets.drift(
          session.path(before),
          session.path(now),
          options.seed ?? 1,
          session.jobOptions,
        );
        return { document: result, text: driftText(result), passed: passed(result.verdict) };
      }),
    );
}

export function driftText(result: Drift): string {
  const { classifier, columns, missing, onlyBefore, onlyNow } = result;
  const parts = [
    result.verdict.sentence,
    table(
      ['column', '', 'PSI', 'test', 'p', 'Wasserstein', 'Jensen-Shannon'],
      columns.map(one => [
        one.name,
        one.drifted ? 'DRIFTED' : '',
        number(one.psi),
        one.test,
        pValueWords(one.pValue),
        one.wasserstein === null ? '' : number(one.wasserstein),
        number(one.jensenShannon),
      ]),
    ),
    columns[0] === undefined
      ? null
      : `Decided by: ${columns[0].decidedBy}. PSI over ten bins of equal share in ${result.before.path}, or its 20 commonest words.`,
    ...columns.flatMap(({ name, range }) =>
      range === undefined
        ? []
        : [`\`${name}\`: ${range.before.join(' to ')} before, ${range.now.join(' to ')} now.`],
    ),
    missing[0] === undefined
      ? null
      : table(
          ['missing values', '', 'before', 'now', 'p', 'Jensen-Shannon'],
          missing.map(one => [
            one.name,
            one.drifted ? 'DRIFTED' : '',
            ...one.missing.map(percent),
            pValueWords(one.pValue),
            number(one.jensenShannon),
          ]),
        ),
    missing[0] === undefined ? null : `Decided by: ${missing[0].decidedBy}.`,
    classifier === null
      ? null
      : `A classifier tells the two apart with an out-of-fold ROC AUC of ${number(classifier.auc)} (${number(classifier.interval.low)} to ${number(classifier.interval.high)}; 0.5: not at all).`,
    onlyBefore.length === 0 ? null : `Only in ${result.before.path}: ${onlyBefore.join(', ')}.`,
    onlyNow.length === 0 ? null : `Only in ${result.now.path}: ${onlyNow.join(', ')}.`,
  ];
  return parts.filter(part => part !== null).join('\n\n');
}
