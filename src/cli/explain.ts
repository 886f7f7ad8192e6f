import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExplainJob } from '../protocol/engine.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import { compareExplanations } from './compareExplanations.ts';
import { counterfactuals } from './counterfactuals.ts';
import { dependenceText } from './dependence.ts';
import { effects } from './effects.ts';
import { importance } from './importance.ts';
import { addLocal, type LocalOptions } from './local.ts';
import { addMasking, maskingMethods, type MaskingOptions } from './masking.ts';
import { addMeaning, given, meaningOverrides, toCount, toNumber, toPositive } from './options.ts';
import type { Run } from './outcome.ts';
import { addOverall, type OverallOptions } from './overall.ts';
import { bar, number, table, withInterval } from './print.ts';
import { prototypes } from './prototypes.ts';
import { surrogate } from './surrogate.ts';
import { whatIf } from './whatIf.ts';

interface Options extends Omit<LocalOptions & MaskingOptions & OverallOptions, 'method'> {
  readonly background?: string;
  readonly backgroundRows?: number;
  readonly method?: ExplainJob['method'] | 'dependence' | OwnMethod;
  readonly versus?: string;
  readonly where?: string;
  readonly backgroundRow?: number[];
  readonly backgroundWhere?: string;
  readonly interactions?: boolean;
  readonly rows?: number;
  readonly out?: string;
  readonly row?: number[];
  readonly output?: string;
  readonly space?: 'probability' | 'raw' | 'value';
  readonly budget?: number;
  readonly tolerance?: number;
  readonly owen?: boolean;
  readonly shard?: { readonly index: number; readonly of: number };
}

/** Methods that answer with a document of their own. */
const ownMethods = {
  pdp: effects,
  ale: effects,
  permutation: importance,
  sage: importance,
  counterfactual: counterfactuals,
  prototypes,
  surrogate,
  ...maskingMethods,
};
type OwnMethod = keyof typeof ownMethods;

export function explainCommand(run: Run): Command {
  const command = addMeaning(
    new Command('explain')
      .description('Say which columns the answers of a model rest on.')
      .argument('<model>', 'name, name@version or path'),
  )
    .option('--background <file>', 'rows to compare with (default: the background, else the reference)')
    .option(
      '--background-rows <n>',
      'how many of them, a seeded sample (default: 50; for tree-path 10000)',
      toPositive,
    )
    .option('--background-row <number...>', 'compare with these rows (0-based) instead', collectRows)
    .option('--background-where <condition>', 'compare only with rows that meet it (DuckDB)')
    .addOption(
      new Option('--method <method>', 'how (default: auto)').choices([
        'auto',
        'tree',
        'tree-path',
        'linear',
        'gradients',
        'shapley',
        'dependence',
        ...Object.keys(ownMethods),
      ]),
    )
    .option('--where <condition>', 'only rows that meet it, such as "age > 40" (DuckDB)')
    .option('--versus <condition>', 'compare the rows of `--where` with those that meet this (DuckDB)')
    .option(
      '--interactions',
      'also the interaction values of pairs of columns (shapley: of up to 11 players)',
    )
    .option('--rows <n>', 'explain a seeded sample of so many rows (default: 50)', toPositive)
    .option(
      '--out <file>',
      'write the values of each row to this Parquet file; all rows unless told otherwise',
    )
    .option('--row <number...>', 'explain these rows (0-based) instead', collectRows)
    .option('--output <class>', 'the class or output to explain, or its index (default: the positive class)')
    .addOption(
      new Option('--space <space>', 'units of the attributions (default: what the model answers)').choices([
        'probability',
        'raw',
        'value',
      ]),
    )
    .option(
      '--budget <n>',
      'coalitions for each row when sampling, at most, each evaluated on the background (default: 256; 4096 with --precision or --tolerance)',
      toPositive,
    )
    .option(
      '--tolerance <units>',
      'stop sampling a row when its 95 % intervals are this narrow (half-width, in units of the output)',
      toNumber,
    )
    .option(
      '--owen',
      'a value for each column as a member of its group (`--groups`, `--correlated`; else a clustering by association)',
    )
    .option('--shard <i/n>', 'only part i of n of the rows; `slipway merge` puts parts together', toShard);
  return addMasking(addLocal(addOverall(command))).action(async (ref: string, options: Options) =>
    run(async session => {
      const model = await session.model(ref);
      const { method } = options;
      if (method !== undefined && isOwn(method)) return await ownMethods[method](session, model, options);
      const { backgroundWhere, interactions, output, space, budget, groups, correlated, owen, shard } =
        options;
      const overrides = {
        ...meaningOverrides(options),
        ...given({
          data: options.data && session.path(options.data),
          background: options.background && session.path(options.background),
          where: options.where,
          rows: options.row ?? options.rows,
          backgroundRows: options.backgroundRow ?? options.backgroundRows,
          backgroundWhere,
          method: method === 'dependence' ? undefined : method,
          out: options.out && session.path(options.out),
          interactions,
          output,
          space,
          budget,
          stop: stopOf(options),
        }),
      };
      const { versus, where, resamples } = options;
      if (versus !== undefined)
        return await compareExplanations(session, [model, model], {
          ...overrides,
          ...given({ where, versus, resamples }),
        });
      if (options.set !== undefined) return await whatIf(session, model, options, overrides);
      const result = await session.jobs.explain(
        model,
        { ...overrides, ...given({ groups, correlated, owen, shard }) },
        session.jobOptions,
      );
      const text =
        method === 'dependence' ? dependenceText(result, options.feature) : explanationText(result);
      return { document: result, text, passed: true };
    }),
  );
}

export function explanationText(result: Explanation): string {
  const { proof, output, baseValue } = result;
  const largest = result.global[0]?.value ?? 0;
  const features = table(
    ['feature', 'mean |attribution|', ''],
    result.global.map(({ feature, value, interval }) => [
      feature,
      withInterval(value, interval),
      bar(largest === 0 ? 0 : value / largest),
    ]),
  );
  const facts = [
    `${output.title}, ${result.method}${result.exact ? ' (exact)' : ''}, n = ${number(result.n)}, seed ${result.seed}.`,
    `Base value ${number(baseValue)} over ${result.background.description}.`,
    result.definition,
    result.rowsFile === null
      ? null
      : `The values of ${number(result.rowsFile.rows)} rows are in ${result.rowsFile.path}.`,
    proof.whyNotExact === null ? null : `Not exact: ${proof.whyNotExact}`,
    proof.maxAdditivityError === null
      ? null
      : `Attributions add up to the prediction within ${number(proof.maxAdditivityError)}.`,
    samplingText(proof.sampling),
    ...result.warnings.map(({ sentence }) => `Note: ${sentence}`),
  ];
  return [
    result.sentence,
    features,
    ...(result.interactions === null ? [] : [pairsText(result)]),
    facts.filter(line => line !== null).join('\n'),
  ].join('\n\n');
}

/** How narrow sampled values are; null where they are exact. */
function samplingText(sampling: Explanation['proof']['sampling']): string | null {
  if (sampling === null) return null;
  const { widest, coalitions, stopped } = sampling;
  const early =
    stopped === 0 ? '' : `; ${number(stopped)} rows were known well enough before the budget was used`;
  return (
    `Sampled with ${number(coalitions)} coalitions a row` +
    (widest === null ? '' : `: each value is known within ${number(widest)} (95 %)`) +
    `${early}.`
  );
}

/** The pairs of columns that act together most; both halves of a pair are one interaction. */
function pairsText({ features, interactions }: Explanation): string {
  const pairs = interactions!.values.flatMap((line, a) =>
    line.slice(0, a).map((value, b) => ({ names: [features[b]!.name, features[a]!.name], value: 2 * value })),
  );
  const largest = pairs.sort((a, b) => b.value - a.value).slice(0, 10);
  return table(
    ['pair', 'mean |interaction|', ''],
    largest.map(({ names, value }) => [
      names.join(' x '),
      number(value),
      bar(value / (largest[0]!.value || 1)),
    ]),
  );
}

function stopOf({ precision, tolerance }: Options): ExplainJob['stop'] {
  if (precision === undefined && tolerance === undefined) return undefined;
  return { share: precision ?? 0, absolute: tolerance ?? 0 };
}

function toShard(text: string): { readonly index: number; readonly of: number } {
  const [index, of, ...more] = text.split('/').map(Number);
  if (more.length > 0 || !Number.isInteger(index) || !Number.isInteger(of))
    throw new InvalidArgumentError('It must be a part and how many there are, such as 2/8.');
  return { index: index!, of: of! };
}

function isOwn(method: string): method is OwnMethod {
  return method in ownMethods;
}

function collectRows(text: string, before: number[] | undefined): number[] {
  return [...(before ?? []), toCount(text)];
}
