import { BadInput } from '../core/failure.ts';
import type { AboutParts, HeatmapJob, TokensJob } from '../protocol/masking.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { chosen, defaults, meaningOf, required, type MeaningOverrides } from './build.ts';

export interface PartsOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly rows?: number | readonly number[];
  readonly output?: string | number | null;
  readonly space?: AboutParts['space'];
}

export interface HeatmapOverrides extends PartsOverrides {
  readonly patch?: number;
  readonly masks?: number;
  readonly fill?: number;
}

export interface TokensOverrides extends PartsOverrides {
  readonly maskToken?: number;
  readonly padToken?: number;
  readonly words?: string;
  readonly budget?: number;
}

/** Images and texts are slower than rows of columns: fewer of them unless told. */
const fewRows = 8;

/** @throws BadInput `no-data` */
export function heatmapJob(
  root: string,
  model: ResolvedModel,
  method: HeatmapJob['method'],
  overrides: HeatmapOverrides,
): HeatmapJob {
  return {
    kind: 'heatmap',
    ...aboutParts(root, model, overrides),
    method,
    patch: overrides.patch ?? null,
    masks: overrides.masks ?? 1000,
    fill: overrides.fill ?? null,
  };
}

/** @throws BadInput `no-data`, `no-mask-token` */
export function tokensJob(root: string, model: ResolvedModel, overrides: TokensOverrides): TokensJob {
  if (overrides.maskToken === undefined)
    throw new BadInput(
      'no-mask-token',
      'Say which token stands for a hidden one: `--mask-token ID`, the id of the tokenizer’s [MASK], <unk> or padding.',
    );
  return {
    kind: 'tokens',
    ...aboutParts(root, model, overrides),
    maskToken: overrides.maskToken,
    padToken: overrides.padToken ?? 0,
    words: overrides.words ?? null,
    budget: overrides.budget ?? defaults.budget,
  };
}

function aboutParts(root: string, { source, entry }: ResolvedModel, overrides: PartsOverrides): AboutParts {
  return {
    model: source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    rows: overrides.rows ?? fewRows,
    output: overrides.output ?? null,
    space: overrides.space ?? null,
    seed: overrides.seed ?? defaults.seed,
  };
}
