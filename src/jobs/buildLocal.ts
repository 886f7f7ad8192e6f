import type { Cell } from '../core/data/table.ts';
import { unconstrained, type Constraints } from '../core/explain/counterfactual/constraints.ts';
import type { CounterfactualsJob, RowSource } from '../protocol/local.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { chosen, defaults, meaningOf, required, type MeaningOverrides } from './build.ts';

export interface RowsOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly reference?: string;
  readonly referenceRows?: number;
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

function aboutRows(
  root: string,
  { source, entry }: ResolvedModel,
  overrides: RowsOverrides,
): Omit<CounterfactualsJob, 'kind' | 'row' | 'method' | 'wanted' | 'constraints' | 'count'> {
  return {
    model: source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    reference: chosen(root, overrides.reference, entry.reference ?? entry.background),
    referenceRows: overrides.referenceRows ?? defaults.referenceRows,
    output: overrides.output ?? null,
    seed: overrides.seed ?? defaults.seed,
  };
}

function rowOf({ row, changes }: RowOverrides): RowSource {
  return { row: row === undefined ? 0 : row, changes: changes ?? {} };
}
