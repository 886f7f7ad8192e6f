import { Option, type Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Cell } from '../core/data/table.ts';
import type { RowOverrides } from '../jobs/buildLocal.ts';
import { given, meaningOverrides, toCount, toNumber, toPositive, type MeaningOptions } from './options.ts';
import type { Session } from './session.ts';

/** Options of `slipway explain` that ask about single rows. */
export interface LocalOptions extends MeaningOptions {
  readonly reference?: string;
  readonly referenceRows?: number;
  readonly row?: number[];
  readonly set?: string[];
  readonly output?: string;
  readonly wanted?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly frozen?: string[];
  readonly bounds?: string[];
  readonly increase?: string[];
  readonly decrease?: string[];
  readonly search?: 'auto' | 'nice' | 'lire';
  readonly count?: number;
  readonly where?: string;
  readonly backgroundRows?: number;
  readonly depth?: number;
  readonly resamples?: number;
}

export function addLocal(command: Command): Command {
  return command
    .option('--reference <file>', 'the data it was trained on (default: the reference, else the background)')
    .option('--reference-rows <n>', 'how many of them to look at (default: 5000)', toPositive)
    .option(
      '--set <column=value...>',
      'change values of the row: its answer and reasons before and after, or what another method asks about',
    )
    .option('--wanted <class>', 'counterfactual: the class wanted (default: any other)')
    .option('--at-least <value>', 'counterfactual: the least value wanted', toNumber)
    .option('--at-most <value>', 'counterfactual: the greatest value wanted', toNumber)
    .option('--frozen <column...>', 'counterfactual: columns that stay as they are')
    .option('--bounds <column=low..high...>', 'counterfactual: values that columns may change to')
    .option('--increase <column...>', 'counterfactual: columns that may only grow')
    .option('--decrease <column...>', 'counterfactual: columns that may only fall')
    .addOption(
      new Option('--search <search>', 'counterfactual: how to look for them (default: auto)').choices([
        'auto',
        'nice',
        'lire',
      ]),
    )
    .option('--count <n>', 'counterfactual, prototypes: how many, at most (default: 5)', toPositive)
    .option('--depth <n>', 'surrogate: tests on the longest path (default: 3)', toPositive)
    .option('--resamples <n>', 'surrogate, versus: bootstrap resamples (default: 1000)', toCount);
}

/** The row that is asked about, and where to look. */
export function rowOptions(session: Session, options: LocalOptions): RowOverrides {
  const { row, set, data, reference, referenceRows, output, where } = options;
  if (row !== undefined && row.length > 1)
    throw new BadInput('one-row', 'This method is about one row. Give one `--row`.');
  return {
    ...meaningOverrides(options),
    ...given({
      data: data && session.path(data),
      reference: reference && session.path(reference),
      referenceRows,
      output,
      where,
      row: row?.[0],
      changes: set && Object.fromEntries(set.map(changeOf)),
    }),
  };
}

/** "age=41"; nothing after the sign is a missing value. */
function changeOf(text: string): [string, Cell] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new BadInput(
      'set',
      `\`${text}\` changes nothing. Write a column and its value, such as \`age=41\`.`,
    );
  const value = text.slice(at + 1);
  return [text.slice(0, at), value === '' ? null : value];
}
