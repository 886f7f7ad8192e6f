import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, posix, resolve } from 'node:path';
import type { Constraints } from '../../core/explain/counterfactual/constraints.ts';
import type { DataSource } from '../../protocol/engine.ts';
import type { ConfigIssue, ModelEntry, TargetEntry } from '../types.ts';
import { savedAnswers } from '../savedAnswers.ts';
import { isPattern, matchingFiles, pathFrom } from '../versions/glob.ts';
import { columnsOf } from './columnsOf.ts';
import { readConfig, type ConfigSurroundings } from './check.ts';
import { mergePolicies, mergeReviewRules } from './policy.ts';
import type { ModelSettings, ReviewSettings } from './schema.ts';

export const configFileName = 'slipway.yaml';

export interface LoadedConfig {
  readonly models: readonly ModelEntry[];
  readonly targets: readonly TargetEntry[];
  /** Of each target, also of one that is not among `targets` for them: its mistakes, in sentences. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
  /** Who may sign reviews; null when it is not said. */
  readonly review: ReviewSettings | null;
  readonly issues: readonly ConfigIssue[];
}

/** @returns null when the folder has no slipway.yaml */
export async function loadConfig(root: string): Promise<LoadedConfig | null> {
  let text: string;
  try {
    text = await readFile(join(root, configFileName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const message = `Could not read ${configFileName}: ${(error as Error).message}`;
    const at = { line: 0, column: 0, endLine: 0, endColumn: 0 };
    return {
      models: [],
      targets: [],
      refused: new Map(),
      review: null,
      issues: [{ ...at, severity: 'error', message }],
    };
  }
  const { settings, issues, refused: taken } = readConfig(text, surroundingsOf(root));
  const refused = new Map([...taken].map(([name, found]) => [name, found.map(({ message }) => message)]));
  return {
    models: Object.entries(settings.models ?? {}).flatMap(([name, model]) => {
      const path = subjectPath(model);
      // What is missing is said among the issues.
      if (path === null) return [];
      return [
        {
          ...entryOf(root, name, path, model),
          policy: mergePolicies(settings.policy, model.policy),
          review: mergeReviewRules(settings.policy, model.policy),
        },
      ];
    }),
    targets: Object.entries(settings.targets ?? {}).map(([name, target]) => ({
      name,
      kind: target.kind,
      settings: target,
      model: target.model ?? null,
      mistakes: refused.get(name) ?? [],
    })),
    refused,
    review: settings.review ?? null,
    issues,
  };
}

/** The folder as `checkConfig` looks at it. */
export function surroundingsOf(root: string): ConfigSurroundings {
  return {
    exists: path =>
      isPattern(path)
        ? matchingFiles(root, path).length > 0
        : existsSync(resolve(root, path)) || existsSync(`${resolve(root, path)}.dvc`),
    columns: path => columnsOf(resolve(root, path)),
  };
}

/** The file of a model; the holdout where its answers stand in place of a model; a registered one by its address. */
function subjectPath({ path, predictions, data, mlflow }: ModelSettings): string | null {
  if (mlflow !== undefined) return `models:/${mlflow.name}`;
  return path ?? (predictions === undefined ? null : (data?.holdout ?? null));
}

function entryOf(
  root: string,
  name: string,
  path: string,
  model: ModelSettings,
): Omit<ModelEntry, 'policy' | 'review'> {
  const source = (path: string | undefined): DataSource | null =>
    path === undefined ? null : dataSource(root, path);
  return {
    name,
    ...(model.mlflow === undefined
      ? {
          path: posix.normalize(path),
          source: model.versions === 'git' ? 'git' : isPattern(path) ? 'glob' : 'file',
        }
      : { path, source: 'mlflow', registry: model.mlflow }),
    meaning: {
      task: model.task ?? null,
      label: model.label ?? null,
      positive: model.positive === undefined ? null : String(model.positive),
      threshold: model.threshold ?? null,
      unit: model.unit ?? null,
    },
    holdout: source(model.data?.holdout),
    reference: source(model.data?.reference),
    background: source(model.data?.background),
    constraints: constraintsOf(model.explain),
    ...(model.baseline === undefined ? {} : { baseline: model.baseline }),
    ...(model.train === undefined ? {} : { train: model.train }),
    ...originalOf(model),
    ...savedOf(model),
    configured: true,
  };
}

/** zod says `undefined` for a limit that isn't given; a bound leaves it out. */
function constraintsOf(settings: ModelSettings['explain']): Constraints {
  const bounds = Object.entries(settings?.bounds ?? {}).map(([name, { min, max }]) => [
    name,
    { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
  ]);
  return {
    frozen: settings?.frozen ?? [],
    bounds: Object.fromEntries(bounds) as Constraints['bounds'],
    monotonic: { ...olderDirections(settings?.monotone), ...settings?.monotonic },
  };
}

/** `explain.monotone` in the words of `explain.monotonic`. */
function olderDirections(
  monotone: NonNullable<ModelSettings['explain']>['monotone'],
): Constraints['monotonic'] {
  const word = { increase: 'increasing', decrease: 'decreasing' } as const;
  return Object.fromEntries(Object.entries(monotone ?? {}).map(([name, way]) => [name, word[way]]));
}

function savedOf({ path, predictions }: ModelSettings): Pick<ModelEntry, 'saved'> {
  if (path !== undefined || predictions === undefined) return {};
  return { saved: savedAnswers(predictions.column, predictions.scores) };
}

function originalOf({ original }: ModelSettings): Pick<ModelEntry, 'original'> {
  if (original === undefined) return {};
  if (original.model !== undefined) return { original: original.model };
  return { original: savedAnswers(original.predictions, original.scores) };
}

/** A data file by its path, absolute or relative to the root. */
export function dataSource(root: string, path: string): DataSource {
  const file = isAbsolute(path) ? path : resolve(root, path);
  return { file, path: pathFrom(root, file) };
}
