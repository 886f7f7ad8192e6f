import { InvalidArgumentError, Option, Command } from 'commander';
import { effectSize } from '../core/ab/effectSize.ts';
import { evenSplit } from '../core/ab/sampleSize.ts';
import { splitShare } from '../core/ab/splitShare.ts';
import { planned, type PlannedOutcome } from '../core/ab/plan.ts';
import { BadInput } from '../core/failure.ts';
import { servedRequest, servedVersion, type AbChoice } from '../jobs/buildAb.ts';
import type { EffectSize } from '../protocol/ab.ts';
import type { Ab } from '../protocol/results/ab.ts';
import type { AbPlan } from '../protocol/results/abPlan.ts';
import { dataSource } from '../workspace/config/load.ts';
import { given, toNumber, toPositive } from './options.ts';
import { passed, type Outcome, type Run } from './outcome.ts';
import { asGiven, pValueWords, pWords } from '../core/words.ts';
import { number, table, withInterval } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly data?: string;
  readonly arm?: string;
  readonly outcome?: string;
  readonly metric?: 'proportion' | 'mean';
  readonly positive?: string;
  readonly control?: string;
  readonly treatment?: string;
  readonly outcomes?: string;
  readonly key: string;
  readonly logKey: string;
  readonly unit?: string;
  readonly time?: string;
  readonly covariate?: string;
  readonly missing?: number;
  readonly better?: 'higher' | 'lower';
  readonly minEffect?: EffectSize;
  readonly margin?: EffectSize;
  readonly level: number;
  readonly power: number;
  readonly split?: number;
  readonly horizon?: number;
  readonly plan?: boolean;
  readonly baseline?: number;
  readonly deviation?: number;
}

export function abCommand(run: Run): Command {
  return new Command('ab')
    .description('Judge two arms by their logged outcomes, at any look; or plan how many are needed.')
    .option('--data <file>', "the log: .csv, .parquet or .jsonl, or the folder of a server's samples")
    .option('--arm <column>', `the column that says which arm (default: ${servedVersion}, if it is there)`)
    .option('--outcome <column>', 'the column with what came of it')
    .addOption(
      new Option(
        '--metric <metric>',
        'what is compared (default: a proportion if it holds two values)',
      ).choices(['proportion', 'mean']),
    )
    .option('--positive <value>', 'the outcome that counts as a hit')
    .option('--control <arm>', 'the arm to compare with, or the start of its name')
    .option('--treatment <arm>', 'the arm that is judged, or the start of its name')
    .option('--outcomes <file>', 'outcomes that came later, joined to the log')
    .option('--key <column>', 'the key in the outcomes', servedRequest)
    .option('--log-key <column>', 'the key in the log', servedRequest)
    .option('--unit <column>', 'what was assigned at random, such as a user: its rows are one observation')
    .option('--time <column>', 'orders the looks (default: the order of the rows)')
    .option('--covariate <column>', 'a number known before, to take variance away with (CUPED)')
    .option('--missing <value>', 'what no outcome counts as, such as 0 (default: left out)', toNumber)
    .addOption(new Option('--better <way>', 'which way is better').choices(['higher', 'lower']))
    .option('--min-effect <size>', 'the smallest effect worth having: 0.01, or 5%', toEffect)
    .option('--margin <size>', 'how much worse it may be and still be shipped: 0.01, or 2%', toEffect)
    .option('--level <share>', 'confidence level', toShare, 0.95)
    .option('--power <share>', 'power to plan with', toShare, 0.8)
    .option(
      '--split <control:treatment>',
      'the planned split, such as 90:10 (default: not checked, and planned as 50:50)',
      toSplit,
    )
    .option('--horizon <n>', 'judge once, when each arm has so many (default: at any look)', toPositive)
    .option('--plan', 'how many observations are needed for --min-effect')
    .option('--baseline <value>', 'plan: the share or mean today (default: read from the data)', toNumber)
    .option('--deviation <value>', 'plan: the standard deviation of a mean', toNumber)
    .action(async (options: Options) =>
      run(async session =>
        options.plan === true ? await plan(session, options) : await judge(session, options),
      ),
    );
}

async function judge(session: Session, options: Options): Promise<Outcome> {
  const { data, outcome, metric, positive, control, treatment, unit, time, covariate } = options;
  const { missing, better, minEffect, margin, horizon, level, power, split, outcomes } = options;
  if (data === undefined || outcome === undefined)
    throw new BadInput(
      'no-log',
      'Give the log with `--data FILE`, and the column of the outcome with `--outcome`.',
    );
  const choice: AbChoice = {
    data: session.path(data),
    arm: options.arm ?? servedVersion,
    outcome,
    ...{ level, power },
    later:
      outcomes === undefined
        ? null
        : { data: session.path(outcomes), key: options.key, logKey: options.logKey },
    ...given({ metric, positive, control, treatment, unit, time, covariate }),
    ...given({ missing, better, minEffect, margin, horizon, share: split }),
  };
  const result = await session.jobs.dataSets.ab(choice, session.jobOptions);
  return { document: result, text: abText(result), passed: passed(result.verdict) };
}

async function plan(session: Session, options: Options): Promise<Outcome> {
  const { minEffect, level, power, split } = options;
  if (minEffect === undefined)
    throw new BadInput('min-effect', 'Say which effect is to be found: `--min-effect 0.01`, or `5%`.');
  const result = planned(await plannedOutcome(session, options), minEffect, {
    alpha: 1 - level,
    power,
    share: split ?? evenSplit,
  });
  return { document: result, text: planText(result), passed: true };
}

async function plannedOutcome(session: Session, options: Options): Promise<PlannedOutcome> {
  const { data, outcome, metric, baseline, deviation, positive } = options;
  if (deviation !== undefined || metric === 'mean')
    if (data === undefined) {
      if (deviation === undefined)
        throw new BadInput(
          'deviation',
          'A mean is planned with its spread: give `--deviation`, or `--data` and `--outcome`.',
        );
      return { metric: 'mean', value: baseline ?? null, deviation, n: null };
    }
  if (baseline !== undefined)
    return {
      metric: 'proportion',
      value: baseline,
      deviation: Math.sqrt(baseline * (1 - baseline)),
      n: null,
    };
  if (data === undefined || outcome === undefined)
    throw new BadInput(
      'baseline',
      'Give what the outcome is today: `--baseline 0.12`, or `--data FILE` and `--outcome COLUMN`.',
    );
  const found = await session.jobs.dataSets.abBaseline(
    {
      kind: 'abBaseline',
      data: dataSource(session.workspace.root, session.path(data)),
      outcome,
      metric: metric ?? null,
      positive: positive ?? null,
    },
    session.jobOptions,
  );
  return { metric: found.kind, value: found.value, deviation: found.deviation, n: found.n };
}

export function abText(result: Ab): string {
  const { control, treatment, effect, split, adjustment, needed, settings, warnings } = result;
  const signed = (value: number | null, shown: string): string =>
    value !== null && value > 0 ? `+${shown}` : shown;
  const relative = (value: number | null): string =>
    value === null ? '-' : `${(value * 100).toPrecision(3)} %`;
  const range = (of: { low: number; high: number } | null, scale = 1): string =>
    of === null ? '-' : `${number(of.low * scale)} to ${number(of.high * scale)}`;
  const parts = [
    result.decision.sentence,
    table(
      ['arm', '', 'n', settings.metric, 'deviation'],
      [control, treatment].map((arm, i) => [
        arm.name.length > 24 ? `${arm.name.slice(0, 12)}...` : arm.name,
        i === 0 ? 'control' : 'treatment',
        number(arm.n),
        withInterval(arm.value, arm.interval),
        number(arm.deviation),
      ]),
    ),
    table(
      ['effect', 'absolute', 'relative, %', 'p'],
      [
        [
          'estimate',
          signed(effect.difference, number(effect.difference)),
          relative(effect.relative).replace(' %', ''),
          '',
        ],
        [
          'at any look',
          range(effect.always?.difference ?? null),
          range(effect.always?.relative ?? null, 100),
          effect.always === null ? '' : pValueWords(effect.always.pValue),
        ],
        [
          'judged once',
          range(effect.fixed.difference),
          range(effect.fixed.relative, 100),
          pValueWords(effect.fixed.pValue),
        ],
      ],
    ),
    `Decided by the interval ${result.decision.by === 'always-valid' ? 'that holds at any look (mixture SPRT)' : `at the fixed horizon of ${number(settings.horizon)} (${effect.fixed.test})`}, ${number(settings.level * 100)} %.`,
    adjustment === null
      ? null
      : `\`${settings.covariate ?? ''}\` takes ${number(adjustment.explained * 100)} % of the variance away.`,
    split === null
      ? 'The split was not checked: say how it was planned with `--split`.'
      : `Split ${number(split.observed[0])} to ${number(split.observed[1])}, chi-square ${pWords(split.pValue)}: ${split.mismatched ? 'not as planned.' : 'as planned.'}`,
    needed === null || settings.minEffect === null
      ? null
      : `An effect of ${asGiven(settings.minEffect)} needs ${number(needed.fixed.control)} and ${number(needed.fixed.treatment)} when judged once, at most ${number(needed.always.control)} and ${number(needed.always.treatment)} at any look (power ${number(settings.power * 100)} %).`,
    warnings.length === 0 ? null : warnings.join('\n'),
  ];
  return parts.filter(part => part !== null).join('\n\n');
}

export function planText(result: AbPlan): string {
  const { baseline, fixed, always } = result;
  return [
    result.sentence,
    table(
      ['', 'control', 'treatment', 'total'],
      [
        ['judged once', ...[fixed.control, fixed.treatment, fixed.total].map(number)],
        ['at any look, at most', ...[always.control, always.treatment, always.total].map(number)],
      ],
    ),
    `Today: ${baseline.value === null ? '' : `${result.metric} ${number(baseline.value)}, `}deviation ${number(baseline.deviation)}${baseline.n === null ? '' : `, from ${number(baseline.n)} rows`}; two-sided level ${number(result.alpha)}.`,
  ].join('\n\n');
}

function toEffect(text: string): EffectSize {
  const size = effectSize(text);
  if (size === null) throw new InvalidArgumentError('It must be a number, or a share such as 5%.');
  return size;
}

function toShare(text: string): number {
  const value = toNumber(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}

/** The share of the treatment. */
function toSplit(text: string): number {
  const share = splitShare(text);
  if (share === null) throw new InvalidArgumentError('It must be two numbers such as 90:10.');
  return share;
}
