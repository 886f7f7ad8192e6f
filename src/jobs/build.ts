import { BadInput } from '../core/failure.ts';
import type {
  CompareJob,
  DataSource,
  EffectsJob,
  ExplainJob,
  FeatureGroup,
  ImportanceJob,
  ModelMeaning,
  SavedAnswers,
  ValidateJob,
} from '../protocol/engine.ts';
import { configFileName, dataSource } from '../workspace/config/load.ts';
import { answersOf, dataOfAnswers } from './answers.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';

/** What a caller says in place of slipway.yaml. Paths are absolute or relative to the workspace. */
export interface MeaningOverrides {
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly label?: string;
  readonly positive?: string;
  readonly threshold?: number;
  readonly seed?: number;
}

export interface CompareOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly reference?: string;
  readonly resamples?: number;
}

export interface ValidateOverrides extends CompareOverrides {
  /** A version of the same model, a name, a path, or columns of the data. */
  readonly baseline?: string | SavedAnswers;
  readonly original?: string | SavedAnswers;
}

/** What the answers are held against, resolved to digests. */
export type ResolvedRivals = Pick<ValidateJob, 'baseline' | 'original'>;

export interface ExplainOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly background?: string;
  readonly backgroundRows?: number | readonly number[];
  readonly backgroundWhere?: string;
  readonly rows?: ExplainJob['rows'];
  readonly where?: string | null;
  readonly method?: ExplainJob['method'];
  readonly interactions?: boolean;
  /** Absolute path of a Parquet file for the rows' values. */
  readonly out?: string;
  readonly output?: string | number | null;
  readonly space?: 'probability' | 'raw' | 'value';
  readonly budget?: number;
  readonly stop?: ExplainJob['stop'];
  readonly groups?: readonly FeatureGroup[];
  readonly correlated?: number;
  readonly owen?: boolean;
  readonly shard?: ExplainJob['shard'];
}

export interface EffectsOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly reference?: string;
  readonly where?: string;
  readonly curves?: EffectsJob['curves'];
  readonly features?: readonly string[];
  readonly pairs?: EffectsJob['pairs'];
  readonly rows?: number;
  readonly grid?: number;
  readonly individuals?: number;
  readonly output?: string | number | null;
  readonly space?: 'probability' | 'raw' | 'value';
}

export interface ImportanceOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly background?: string;
  readonly backgroundRows?: number;
  readonly where?: string;
  readonly method?: ImportanceJob['method'];
  readonly output?: string | number;
  readonly rows?: number;
  readonly groups?: readonly FeatureGroup[];
  readonly correlated?: number | null;
  readonly metric?: string;
  readonly repeats?: number;
  readonly precision?: number;
}

/** Settings where neither slipway.yaml nor the caller says one. */
export const defaults = {
  seed: 1,
  resamples: 1000,
  rows: 50,
  backgroundRows: 50,
  /** Of path-dependent values: covers are counted from them. */
  coverRows: 10_000,
  repeats: 5,
  budget: 256,
  /** When sampling stops at intervals that are small enough. */
  mostBudget: 4096,
  referenceRows: 5000,
  comparedRows: 200,
  effectRows: 1000,
  grid: 32,
  individuals: 50,
  importanceRows: 2000,
  precision: 0.025,
} as const;

export function validateJob(
  root: string,
  model: ResolvedModel,
  rivals: ResolvedRivals,
  overrides: ValidateOverrides,
): ValidateJob {
  const { entry } = model;
  // Without the holdout there is nothing to judge, and `path` is that of the holdout: it is there.
  if (entry.saved !== undefined) return validateSavedJob(root, entry, entry.saved, rivals, overrides);
  return {
    ...validation(root, entry, rivals, overrides),
    model: model.source,
    predictions: null,
  };
}

/** Saved predictions in place of a model. @throws BadInput `no-data` */
export function validateSavedJob(
  root: string,
  entry: ModelEntry,
  predictions: SavedAnswers,
  rivals: ResolvedRivals,
  overrides: ValidateOverrides,
): ValidateJob {
  const job = validation(root, entry, rivals, overrides);
  return {
    ...job,
    model: null,
    predictions,
    holdout: required(job.holdout, entry, 'Judging saved predictions'),
  };
}

function validation(
  root: string,
  entry: ModelEntry,
  rivals: ResolvedRivals,
  overrides: ValidateOverrides,
): Omit<ValidateJob, 'model' | 'predictions'> {
  return {
    kind: 'validate',
    ...rivals,
    meaning: meaningOf(entry, overrides),
    policy: entry.policy,
    holdout: chosen(root, overrides.data, entry.holdout),
    reference: chosen(root, overrides.reference, entry.reference),
    resamples: overrides.resamples ?? defaults.resamples,
    seed: overrides.seed ?? defaults.seed,
  };
}

/** @throws BadInput `no-data` */
export function explainJob(root: string, model: ResolvedModel, overrides: ExplainOverrides): ExplainJob {
  const { entry } = model;
  const method = overrides.method ?? 'auto';
  return {
    kind: 'explain',
    model: model.source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    background: chosen(root, overrides.background, entry.background ?? entry.reference),
    backgroundRows:
      overrides.backgroundRows ?? (method === 'tree-path' ? defaults.coverRows : defaults.backgroundRows),
    ...(overrides.backgroundWhere === undefined ? {} : { backgroundWhere: overrides.backgroundWhere }),
    where: overrides.where ?? null,
    rows: overrides.rows ?? (overrides.out === undefined ? defaults.rows : 'all'),
    method,
    ...(overrides.interactions === true ? { interactions: true } : {}),
    output: overrides.output ?? null,
    space: overrides.space ?? null,
    budget: overrides.budget ?? (overrides.stop === undefined ? defaults.budget : defaults.mostBudget),
    ...(overrides.stop === undefined ? {} : { stop: overrides.stop }),
    ...(overrides.groups === undefined ? {} : { groups: overrides.groups }),
    ...(overrides.correlated === undefined ? {} : { correlated: overrides.correlated }),
    ...(overrides.owen === true ? { owen: true } : {}),
    ...(overrides.shard === undefined ? {} : { shard: overrides.shard }),
    seed: overrides.seed ?? defaults.seed,
  };
}

/** @throws BadInput `no-data` */
export function effectsJob(root: string, model: ResolvedModel, overrides: EffectsOverrides): EffectsJob {
  const { entry } = model;
  return {
    kind: 'effects',
    model: model.source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    reference: chosen(root, overrides.reference, entry.reference ?? entry.background),
    where: overrides.where ?? null,
    curves: overrides.curves ?? 'both',
    features: overrides.features ?? null,
    pairs: overrides.pairs ?? [],
    rows: overrides.rows ?? defaults.effectRows,
    grid: overrides.grid ?? defaults.grid,
    individuals: overrides.individuals ?? defaults.individuals,
    output: overrides.output ?? null,
    space: overrides.space ?? null,
    seed: overrides.seed ?? defaults.seed,
  };
}

/** @throws BadInput `no-data` */
export function importanceJob(
  root: string,
  model: ResolvedModel,
  overrides: ImportanceOverrides,
): ImportanceJob {
  const { entry } = model;
  return {
    kind: 'importance',
    model: model.source,
    meaning: meaningOf(entry, overrides),
    data: required(chosen(root, overrides.data, entry.holdout), entry, 'Explaining'),
    background: chosen(root, overrides.background, entry.background ?? entry.reference),
    where: overrides.where ?? null,
    backgroundRows: overrides.backgroundRows ?? defaults.backgroundRows,
    method: overrides.method ?? 'permutation',
    ...(overrides.output === undefined ? {} : { output: overrides.output }),
    rows: overrides.rows ?? defaults.importanceRows,
    groups: overrides.groups ?? [],
    correlated: overrides.correlated ?? null,
    metric: overrides.metric ?? null,
    repeats: overrides.repeats ?? defaults.repeats,
    precision: overrides.precision ?? defaults.precision,
    seed: overrides.seed ?? defaults.seed,
  };
}

/** Meaning, policy and data are those of B, the newer one. @throws BadInput `no-data` */
export function compareJob(
  root: string,
  a: ResolvedModel,
  b: ResolvedModel,
  overrides: CompareOverrides,
): CompareJob {
  const entry = b.entry.configured ? b.entry : a.entry;
  return {
    kind: 'compare',
    a: answersOf(a),
    b: answersOf(b),
    meaning: meaningOf(entry, overrides),
    policy: entry.policy,
    holdout: required(
      chosen(root, overrides.data, dataOfAnswers([a, b]) ?? entry.holdout),
      entry,
      'Comparing',
    ),
    reference: chosen(root, overrides.reference, entry.reference),
    resamples: overrides.resamples ?? defaults.resamples,
    seed: overrides.seed ?? defaults.seed,
  };
}

/** The data given, else the holdout. @throws BadInput `no-data` */
export function dataOf(root: string, entry: ModelEntry, path: string | null, what: string): DataSource {
  return required(chosen(root, path ?? undefined, entry.holdout), entry, what);
}

export function chosen(
  root: string,
  path: string | undefined,
  configured: DataSource | null,
): DataSource | null {
  return path === undefined ? configured : dataSource(root, path);
}

export function required(data: DataSource | null, entry: ModelEntry, what: string): DataSource {
  if (data !== null) return data;
  throw new BadInput(
    'no-data',
    `${what} needs data: give a file (\`--data F\`), or set \`data.holdout\` of \`${entry.name}\` in ${configFileName}.`,
  );
}

export function meaningOf({ meaning }: ModelEntry, overrides: MeaningOverrides): ModelMeaning {
  return {
    task: overrides.task ?? meaning.task,
    label: overrides.label ?? meaning.label,
    positive: overrides.positive ?? meaning.positive,
    threshold: overrides.threshold ?? meaning.threshold,
    unit: meaning.unit,
  };
}
