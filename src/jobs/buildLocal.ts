import type { Cell } from '../core/data/table.ts';
import { unconstrained, type Constraints } from '../core/explain/counterfactual/constraints.ts';
import type {
  CounterfactualsJob,
  ExplanationComparisonJob,
  PrototypesJob,
  RowSource,
  SurrogateJob,
} from '../protocol/local.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import {
  chosen,
  defaults,
  explainJob,
  meaningOf,
  required,
  type ExplainOverrides,
  type MeaningOverrides,
} from './build.ts';

export interface RowsOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly reference?: string;
  readonly referenceRows?: number;
  readonly where?: string | null;
  readonly output?: string | number | null;
}

export interface RowOverrides extends RowsOverrides {
  readonly row?: number | null;
  readonly changes?: Readonly<Record<string, Cell>>;
}

export interface CounterfactualOverrides extends RowOverrides {
  readonly method?: CounterfactualsJob['method'];
  readonly wanted?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Each key that is given stands in place of slipway.yaml's. */
  readonly constraints?: Partial<Constraints>;
  readonly count?: number;
}

/** @throws BadInput `no-data` */
export function counterfactualsJob(
  root: string,
  model: ResolvedModel,
  overrides: CounterfactualOverrides,
): CounterfactualsJob {
  return {
    kind: 'counterfactuals',
    ...aboutRows(root, model, overrides),
    row: rowOf(overrides),
    method: overrides.method ?? 'auto',
    wanted: {
      class: overrides.wanted ?? null,
      min: overrides.atLeast ?? null,
      max: overrides.atMost ?? null,
    },
    constraints: { ...unconstrained, ...model.entry.constraints, ...overrides.constraints },
    count: overrides.count ?? 5,
  };
}

/** @throws BadInput `no-data` */
export function prototypesJob(
  root: string,
  model: ResolvedModel,
  overrides: RowOverrides & { readonly count?: number; readonly backgroundRows?: number },
): PrototypesJob {
  return {
    kind: 'prototypes',
    ...aboutRows(root, model, overrides),
    row: rowOf(overrides),
    backgroundRows: overrides.backgroundRows ?? defaults.backgroundRows,
    count: overrides.count ?? 5,
  };
}

/** @throws BadInput `no-data` */
export function surrogateJob(
  root: string,
  model: ResolvedModel,
  overrides: RowsOverrides & { readonly depth?: number; readonly resamples?: number },
): SurrogateJob {
  return {
    kind: 'surrogate',
    ...aboutRows(root, model, overrides),
    depth: overrides.depth ?? 3,
    heldOut: 0.3,
    resamples: overrides.resamples ?? defaults.resamples,
  };
}

export interface ExplanationComparisonOverrides extends Omit<
  ExplainOverrides,
  'where' | 'groups' | 'correlated' | 'owen' | 'shard'
> {
  readonly where?: string;
  /** The condition of the second cohort; without it, both sides have the same rows. */
  readonly versus?: string;
  readonly resamples?: number;
}

/** Meaning and data are those of B, the newer one. @throws BadInput `no-data` */
export function explanationComparisonJob(
  root: string,
  a: ResolvedModel,
  b: ResolvedModel,
  overrides: ExplanationComparisonOverrides,
): ExplanationComparisonJob {
  const { resamples, versus, where, ...others } = overrides;
  const entry = b.entry.configured ? b.entry : a.entry;
  const explained = explainJob(
    root,
    { ...b, entry },
    { ...others, rows: others.rows ?? defaults.comparedRows },
  );
  const { meaning, data, background, backgroundRows, rows, method, output, space, budget, seed } = explained;
  const { backgroundWhere, stop } = explained;
  return {
    kind: 'compareExplanations',
    a: a.source,
    b: b.source,
    whereA: where ?? null,
    whereB: versus ?? where ?? null,
    meaning,
    data,
    background,
    backgroundRows,
    ...(backgroundWhere === undefined ? {} : { backgroundWhere }),
    rows,
    method,
    output,
    space,
    budget,
    ...(stop === undefined ? {} : { stop }),
    seed,
    resamples: resamples ?? defaults.resamples,
  };
}

type AboutRows = Pick<
  SurrogateJob,
  'model' | 'meaning' | 'data' | 'reference' | 'referenceRows' | 'where' | 'output' | 'seed'
>;

function aboutRows(root: string, { source, entry }: ResolvedModel, overrides: RowsOverrides): AboutRows {
  return {
    model: source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    reference: chosen(root, overrides.reference, entry.reference ?? entry.background),
    referenceRows: overrides.referenceRows ?? defaults.referenceRows,
    where: overrides.where ?? null,
    output: overrides.output ?? null,
    seed: overrides.seed ?? defaults.seed,
  };
}

function rowOf({ row, changes }: RowOverrides): RowSource {
  return { row: row === undefined ? 0 : row, changes: changes ?? {} };
}
