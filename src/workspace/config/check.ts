import type * as z from 'zod';
import { didYouMean } from '../../core/nearest.ts';
import { policyIssues } from '../../core/policy/issues.ts';
import { columnsIn } from '../../core/slices/columnsIn.ts';
import type { ConfigIssue } from '../types.ts';
import { child, ConfigDocument, type Path } from './document.ts';
import { explainIssue } from './mistakes.ts';
import { isPattern } from '../versions/glob.ts';
import { mergePolicies } from './policy.ts';
import { reviewIssues } from './reviewIssues.ts';
import { configSchema, type ModelSettings, type PolicySettings } from './schema.ts';

/** What the checks need to know of the folder. */
export interface ConfigSurroundings {
  /** Whether a file, relative to the root, is there; a glob: whether it matches any. */
  exists(path: string): boolean;
  /** The columns of a data file, relative to the root; null where they are not known. */
  columns?(path: string): readonly string[] | null;
}

/** A slipway.yaml as far as it can be understood. */
export interface ReadConfig {
  readonly settings: z.infer<typeof configSchema>;
  readonly issues: readonly ConfigIssue[];
  /** Of each target, what was taken out of its settings. */
  readonly refused: ReadonlyMap<string, readonly ConfigIssue[]>;
}

/** Every mistake in the text of a slipway.yaml, at its place, in the order of the text. Never throws. */
export function checkConfig(text: string, surroundings: ConfigSurroundings): readonly ConfigIssue[] {
  return readConfig(text, surroundings).issues;
}

/** The settings without what is wrong in them, so that one mistake hides one thing, and the mistakes. */
export function readConfig(text: string, surroundings: ConfigSurroundings): ReadConfig {
  const document = new ConfigDocument(text);
  const issues = document.syntaxIssues();
  const raw = document.value();
  const empty = { version: 1 as const };
  const refused = new Map<string, ConfigIssue[]>();
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    if (issues.length === 0)
      issues.push(
        document.atValue([], 'This file has no settings. Start with `version: 1` and `models:`.', 'warning'),
      );
    return { settings: empty, issues, refused };
  }
  const parsed = parseTolerantly(raw, document, (found, [top, name]) => {
    issues.push(...found);
    if (top === 'targets' && name !== undefined)
      refused.set(String(name), [...(refused.get(String(name)) ?? []), ...found]);
  });
  if (parsed !== null) issues.push(...contentIssues(parsed, document, surroundings));
  return {
    settings: parsed ?? empty,
    issues: issues.sort((a, b) => a.line - b.line || a.column - b.column),
    refused,
  };
}

/** Takes out what the schema refuses, again and again, until the rest is valid. */
function parseTolerantly(
  raw: object,
  document: ConfigDocument,
  tell: (issues: readonly ConfigIssue[], path: Path) => void,
): z.infer<typeof configSchema> | null {
  const value = structuredClone(raw) as Record<string, unknown>;
  const gone = new Set<string>();
  // Each round removes at least one value; what hides behind a removed one shows in the next.
  for (;;) {
    const result = configSchema.safeParse(value);
    if (result.success) return result.data;
    let removed = false;
    for (const issue of result.error.issues)
      // What was refused and taken out is not missing, too.
      if (!gone.has(issue.path.join('\0'))) tell(explainIssue(issue, value, document), issue.path as Path);
    // Backwards, so that what is taken out of a list doesn't move what is still to be taken out.
    for (const path of result.error.issues.flatMap(pathsOf).reverse()) {
      removed = remove(value, path) || removed;
      gone.add(path.join('\0'));
    }
    if (!('version' in value)) value['version'] = 1;
    else if (!removed) return null;
  }
}

function pathsOf(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => removal([...path, key]));
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return [path.slice(0, -1)];
  return [removal(path)];
}

/** What is taken out for a mistake: without its `token` or `tls` a target would be open to all, so it goes whole. */
function removal(path: Path): Path {
  const [top, , setting] = path;
  return top === 'targets' && (setting === 'token' || setting === 'tls') ? path.slice(0, 2) : path;
}

/** Removes a value; when it isn't there (a required key is missing), what should hold it. */
function remove(root: Record<string, unknown>, path: Path): boolean {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => child(at, key), root);
  const last = path.at(-1);
  if (last === undefined) return false;
  if (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, last)) {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else Reflect.deleteProperty(parent, last);
    return true;
  }
  return path.length > 1 && remove(root, path.slice(0, -1));
}

/** Mistakes that the schema can't see: files, names, ports, metrics. */
function contentIssues(
  settings: z.infer<typeof configSchema>,
  document: ConfigDocument,
  surroundings: ConfigSurroundings,
): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (settings.policy !== undefined)
    issues.push(...policyMistakes(settings.policy, null, ['policy'], document));
  issues.push(...reviewIssues(settings, document));
  for (const [name, model] of Object.entries(settings.models ?? {}))
    issues.push(
      ...modelIssues(['models', name], model, document, surroundings),
      ...sliceMistakes(['policy'], settings.policy, model, document, surroundings),
      ...sliceMistakes(['models', name, 'policy'], model.policy, model, document, surroundings),
    );
  const names = Object.keys(settings.models ?? {});
  const ports = new Map<string, string>();
  for (const [name, target] of Object.entries(settings.targets ?? {})) {
    const path = ['targets', name];
    if (target.model !== undefined && !names.includes(target.model))
      issues.push(
        document.atValue(
          [...path, 'model'],
          `There is no model \`${target.model}\` under \`models\`.${didYouMean(target.model, names)}`,
        ),
      );
    if (target.kind !== 'local' || target.port === 0) continue;
    const address = `${target.host}:${target.port}`;
    const other = ports.get(address);
    if (other !== undefined)
      issues.push(
        document.atValue(
          [...path, 'port'],
          `Port ${target.port} is taken by the target \`${other}\` already.`,
        ),
      );
    ports.set(address, other ?? name);
  }
  return issues;
}

function modelIssues(
  path: Path,
  model: ModelSettings,
  document: ConfigDocument,
  surroundings: ConfigSurroundings,
): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const { path: file, predictions, mlflow } = model;
  const pattern = file !== undefined && isPattern(file);
  if (mlflow !== undefined) issues.push(...registryMistakes(path, model, document));
  else if (file === undefined || predictions !== undefined)
    issues.push(...subjectMistakes(path, model, document));
  else if (model.versions === 'git' && pattern)
    issues.push(
      document.atValue(
        [...path, 'path'],
        '`versions: git` follows one file; a pattern of files has no one history.',
      ),
    );
  else if (!surroundings.exists(file))
    issues.push(
      document.atValue(
        [...path, 'path'],
        pattern ? `No file matches \`${file}\`.` : `There is no file \`${file}\`.`,
        pattern || model.versions === 'git' ? 'warning' : 'error',
      ),
    );
  for (const [role, set] of Object.entries(model.data ?? {}))
    if (set !== undefined && !surroundings.exists(set))
      issues.push(document.atValue([...path, 'data', role], `There is no file \`${set}\`.`));
  if (model.task !== undefined && model.task !== 'binary')
    for (const key of ['positive', 'threshold'] as const)
      if (model[key] !== undefined)
        issues.push(
          document.atKey(
            [...path, key],
            `\`${key}\` is for binary tasks; the task here is \`${model.task}\`.`,
            'warning',
          ),
        );
  issues.push(...constraintMistakes([...path, 'explain'], model.explain, document));
  if (model.policy !== undefined)
    issues.push(...policyMistakes(model.policy, model.task ?? null, [...path, 'policy'], document));
  return issues;
}

/** Columns that a slice reads and the holdout has not. */
function sliceMistakes(
  path: Path,
  policy: PolicySettings | undefined,
  { data }: ModelSettings,
  document: ConfigDocument,
  surroundings: ConfigSurroundings,
): ConfigIssue[] {
  const slices = Object.entries(policy?.slices ?? {});
  const known =
    data?.holdout === undefined || slices.length === 0 ? null : surroundings.columns?.(data.holdout);
  if (known == null) return [];
  const lower = new Set(known.map(name => name.toLowerCase()));
  return slices.flatMap(([name, { where }]) =>
    columnsIn(where)
      .filter(column => !lower.has(column.toLowerCase()))
      .map(column =>
        document.atValue(
          [...path, 'slices', name, 'where'],
          `\`${data!.holdout!}\` has no column \`${column}\`.${didYouMean(column, known)}`,
        ),
      ),
  );
}

/** The versions of a registered model are in the registry alone. */
function registryMistakes(
  path: Path,
  { path: file, predictions, versions }: ModelSettings,
  document: ConfigDocument,
): ConfigIssue[] {
  if (file === undefined && predictions === undefined && versions === 'files') return [];
  const other =
    file !== undefined ? 'at its `path`' : predictions !== undefined ? 'saved `predictions`' : 'those of git';
  return [
    document.atKey(
      [...path, 'mlflow'],
      `The versions of a model are ${other} or in the registry of \`mlflow\`: leave one of them out.`,
    ),
  ];
}

/** A model is a file, or its answers saved in the holdout. */
function subjectMistakes(
  path: Path,
  { path: file, predictions, data, label, versions }: ModelSettings,
  document: ConfigDocument,
): ConfigIssue[] {
  if (predictions === undefined) {
    // What was there and refused is not missing, too.
    if (document.yaml.hasIn([...path, 'path'])) return [];
    return [
      document.atValue(
        [...path, 'path'],
        '`path` is missing. The .onnx file, or `mlflow` or `predictions` that stand in its place.',
      ),
    ];
  }
  const at = (sentence: string): ConfigIssue => document.atKey([...path, 'predictions'], sentence);
  const issues: ConfigIssue[] = [];
  if (file !== undefined)
    issues.push(
      at('A model is judged by its file (`path`) or by saved `predictions`: leave one of them out.'),
    );
  if (predictions.column === undefined && (predictions.scores ?? []).length === 0)
    issues.push(at('Saved predictions need a `column` of answers or columns of `scores`.'));
  if (data?.holdout === undefined)
    issues.push(at('Saved predictions stand in the holdout: name it as `data: { holdout: ... }`.'));
  if (label === undefined)
    issues.push(at('Saved predictions are measured against the `label`: name its column.'));
  if (versions === 'git')
    issues.push(at('`versions: git` follows a model file; saved predictions have none.'));
  return issues;
}

function constraintMistakes(
  path: Path,
  explain: ModelSettings['explain'],
  document: ConfigDocument,
): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  for (const [name, { min, max }] of Object.entries(explain?.bounds ?? {}))
    if (min !== undefined && max !== undefined && min > max)
      issues.push(
        document.atKey(
          [...path, 'bounds', name],
          `No value of \`${name}\` lies between ${min} and ${max}: \`min\` is above \`max\`.`,
        ),
      );
  if (explain?.monotone !== undefined)
    issues.push(
      document.atKey(
        [...path, 'monotone'],
        '`monotone` is called `monotonic` now, with `increasing` and `decreasing` as in `policy.monotonic`. It is still read.',
        'warning',
      ),
    );
  for (const key of ['bounds', 'monotonic', 'monotone'] as const)
    for (const name of Object.keys(explain?.[key] ?? {}))
      if (explain?.frozen?.includes(name) === true)
        issues.push(
          document.atKey(
            [...path, key, name],
            `\`${name}\` is frozen, so it never changes and this says nothing.`,
            'warning',
          ),
        );
  return issues;
}

function policyMistakes(
  policy: PolicySettings,
  task: ModelSettings['task'] | null,
  at: Path,
  document: ConfigDocument,
): ConfigIssue[] {
  return policyIssues(mergePolicies(undefined, policy), task ?? null).map(({ path, message, key }) => {
    const place = [...at, ...path];
    return path.length === 2 || key === true
      ? document.atKey(place, message)
      : document.atValue(place, message);
  });
}
