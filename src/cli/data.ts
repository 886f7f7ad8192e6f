import { Command } from 'commander';
import type { DataDescription } from '../protocol/results/data.ts';
import { toCount } from './options.ts';
import type { Run } from './outcome.ts';
import { number, table } from './print.ts';

interface Options {
  readonly reference?: string;
  readonly label?: string;
  readonly positive?: string;
  readonly seed?: number;
}

export function dataCommand(run: Run): Command {
  return new Command('data')
    .description(
      'What a data set holds: each column, outliers, relations, the label, and beside a reference.',
    )
    .argument('<file>', 'the data set: .csv, .parquet or .jsonl')
    .option('--reference <file>', 'a data set to hold it against')
    .option('--label <column>', 'the column with the true answer')
    .option('--positive <class>', 'the class whose share is looked at')
    .option('--seed <n>', 'seed of the sample behind relations (default: 1)', toCount)
    .action(async (path: string, options: Options) =>
      run(async session => {
        const { reference, label, positive, seed } = options;
        const result = await session.jobs.dataSets.describe(
          {
            data: session.path(path),
            reference: reference === undefined ? null : session.path(reference),
            label: label ?? null,
            positive: positive ?? null,
            seed: seed ?? 1,
          },
          session.jobOptions,
        );
        return { document: result, text: dataText(result), passed: true };
      }),
    );
}

export function dataText(result: DataDescription): string {
  const { columns, relations, findings, label, reference } = result;
  const parts = [
    result.sentence,
    findings.length === 0 ? null : findings.map(({ sentence }) => `- ${sentence}`).join('\n'),
    table(
      [
        'column',
        'type',
        'missing',
        'distinct',
        'middle half, or commonest',
        'outliers',
        ...(label === null ? [] : ['label']),
        ...(reference === null ? [] : ['PSI', '']),
      ],
      columns.map(column => [
        column.name,
        column.type,
        number(column.missing),
        number(column.distinct),
        middle(column),
        column.numbers === null ? '' : number(column.numbers.outliers[0]?.count),
        ...(label === null ? [] : [column.label === null ? '' : number(column.label.value)]),
        ...(reference === null
          ? []
          : [
              column.drift === null ? '' : number(column.drift.psi),
              column.drift?.drifted === true || column.missingDrift?.drifted === true ? 'DRIFTED' : '',
            ]),
      ]),
    ),
    relations.pairs.length === 0
      ? null
      : table(
          ['strongest pairs', '', 'measure', 'value', 'Pearson'],
          relations.pairs
            .slice(0, 8)
            .map(({ a, b, measure, value, pearson }) => [
              a,
              b,
              measure,
              number(value),
              pearson === null ? '' : number(pearson),
            ]),
        ),
  ];
  return parts.filter(part => part !== null).join('\n\n');
}

function middle({ numbers, levels, range }: DataDescription['columns'][number]): string {
  if (range !== null) return `${range[0]} to ${range[1]}`;
  if (numbers !== null) {
    const at = (share: number): number => numbers.quantiles.find(([own]) => own === share)?.[1] ?? NaN;
    return `${number(at(0.25))} to ${number(at(0.75))}, median ${number(at(0.5))}`;
  }
  const shown = (levels?.levels ?? [])
    .slice(0, 3)
    .map(({ name, count }) => `${short(name)} (${number(count)})`);
  return shown.join(', ');
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
