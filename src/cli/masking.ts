import type { Command } from 'commander';
import { heatmapJob, tokensJob, type PartsOverrides } from '../jobs/buildMasking.ts';
import type { HeatmapResult } from '../protocol/results/heatmap.ts';
import type { TokensResult } from '../protocol/results/tokens.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { given, meaningOverrides, toNumber, toPositive, type MeaningOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { number, table } from './print.ts';
import type { Session } from './session.ts';

/** Options of `slipway explain` that hide parts of images and texts. */
export interface MaskingOptions extends MeaningOptions {
  readonly rows?: number;
  readonly row?: number[];
  readonly output?: string;
  readonly space?: PartsOverrides['space'];
  readonly budget?: number;
  readonly patch?: number;
  readonly masks?: number;
  readonly fill?: number;
  readonly maskToken?: number;
  readonly padToken?: number;
  readonly words?: string;
}

export function addMasking(command: Command): Command {
  return command
    .option(
      '--patch <pixels>',
      'images: side of a hidden square (default: an eighth of the image)',
      toPositive,
    )
    .option('--masks <n>', 'images: random masks of rise (default: 1000)', toPositive)
    .option('--fill <value>', 'images: what a hidden pixel becomes (default: the mean of the data)', toNumber)
    .option('--mask-token <id>', 'tokens: what a hidden token becomes', toNumber)
    .option('--pad-token <id>', 'tokens: fills texts up, and is no token (default: 0)', toNumber)
    .option('--words <column>', 'tokens: the column with the words of the tokens, separated by spaces');
}

type Answer = (session: Session, model: ResolvedModel, options: MaskingOptions) => Promise<Outcome>;

/** Of `slipway explain`: which pixels or tokens matter. */
export const maskingMethods = {
  occlusion: heatmap('occlusion'),
  rise: heatmap('rise'),
  'gradient-map': heatmap('integrated-gradients'),
  tokens,
} as const satisfies Readonly<Record<string, Answer>>;

function heatmap(method: HeatmapResult['method']): Answer {
  return async (session, model, options) => {
    const { patch, masks, fill } = options;
    const overrides = { ...partsOf(session, options), ...given({ patch, masks, fill }) };
    const job = heatmapJob(session.workspace.root, model, method, overrides);
    const result = await session.jobs.ask('heatmap', job, model, session.jobOptions);
    return { document: result, text: heatmapText(result), passed: true };
  };
}

async function tokens(session: Session, model: ResolvedModel, options: MaskingOptions): Promise<Outcome> {
  const { maskToken, padToken, words, budget } = options;
  const overrides = { ...partsOf(session, options), ...given({ maskToken, padToken, words, budget }) };
  const job = tokensJob(session.workspace.root, model, overrides);
  const result = await session.jobs.ask('tokens', job, model, session.jobOptions);
  return { document: result, text: tokensText(result), passed: true };
}

function partsOf(session: Session, options: MaskingOptions): PartsOverrides {
  const { data, row, rows, output, space } = options;
  return {
    ...meaningOverrides(options),
    ...given({ data: data && session.path(data), rows: row ?? rows, output, space }),
  };
}

function heatmapText(result: HeatmapResult): string {
  const lines = result.rows.map(({ row, class: name, prediction, hidden, check }) => [
    String(row),
    name ?? '',
    number(prediction),
    number(hidden),
    number(check.prediction),
    number(check.random),
  ]);
  const share = `${Math.round((result.rows[0]?.check.share ?? 0) * 100)} %`;
  const head = ['row', 'class', 'answer', 'all hidden', `top ${share} hidden`, `random ${share} hidden`];
  return [result.sentence, table(head, lines), `${result.method}: ${result.definition}`].join('\n\n');
}

function tokensText(result: TokensResult): string {
  const lines = result.rows.map(({ row, class: name, prediction, hidden, tokens: all }) => [
    String(row),
    name ?? '',
    number(prediction),
    number(hidden),
    all
      .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .slice(0, 5)
      .map(({ word, id, value }) => `${word ?? id} ${value > 0 ? '+' : ''}${number(value)}`)
      .join(', '),
  ]);
  return [
    result.sentence,
    table(['row', 'class', 'answer', 'all hidden', 'strongest tokens'], lines),
    `Shapley values of each token against the mask ${result.maskToken}; seed ${result.seed}.`,
  ].join('\n\n');
}
