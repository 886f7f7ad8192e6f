import { InvalidArgumentError, type Command } from 'commander';
import type { FeatureGroup } from '../protocol/engine.ts';
import { toNumber, toPositive, type MeaningOptions } from './options.ts';

/** Options of `slipway explain` that ask about the model over many rows. */
export interface OverallOptions extends MeaningOptions {
  readonly method?: string;
  readonly background?: string;
  readonly backgroundRows?: number;
  readonly where?: string;
  readonly reference?: string;
  readonly rows?: number;
  readonly output?: string;
  readonly space?: 'probability' | 'raw' | 'value';
  readonly repeats?: number;
  readonly metric?: string;
  readonly feature?: string[];
  readonly pair?: [string, string][];
  readonly groups?: FeatureGroup[];
  readonly correlated?: number;
  readonly precision?: number;
  readonly grid?: number;
}

export function addOverall(command: Command): Command {
  return command
    .option(
      '--feature <name...>',
      'pdp, ale, dependence: the columns (default: those that move the answer most)',
    )
    .option('--pair <a=b...>', 'pdp: two columns, their joint effect and interaction', collectPairs)
    .option('--grid <n>', 'pdp, ale: positions of a curve, at most (default: 32)', toPositive)
    .option(
      '--groups <name=column,column...>',
      'columns that are one player (also permutation, sage)',
      collectGroups,
    )
    .option(
      '--correlated <r>',
      'columns associated at least so strongly (0 to 1) are one player (also permutation, sage)',
      toNumber,
    )
    .option('--repeats <n>', 'permutation: shuffles of each column (default: 5)', toPositive)
    .option('--metric <name>', "permutation: the metric (default: the task's headline metric)")
    .option(
      '--precision <share>',
      'stop sampling when the 95 % intervals are this share of the largest value (half-width; sage: of the range, default 0.025)',
      toNumber,
    );
}

function collectPairs(text: string, before: [string, string][] | undefined): [string, string][] {
  const [a, b, ...more] = text.split('=');
  if (!a || !b || more.length > 0)
    throw new InvalidArgumentError('It must be two columns with = between them, such as age=income.');
  return [...(before ?? []), [a, b]];
}

function collectGroups(text: string, before: FeatureGroup[] | undefined): FeatureGroup[] {
  const at = text.indexOf('=');
  const columns = text
    .slice(at + 1)
    .split(',')
    .filter(column => column !== '');
  if (at < 1 || columns.length === 0)
    throw new InvalidArgumentError('It must be a name and columns, such as address=street,town.');
  return [...(before ?? []), { name: text.slice(0, at), columns }];
}
