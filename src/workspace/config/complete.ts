import { isMap, isPair, isSeq, parseDocument, visit, type Scalar } from 'yaml';
import { metricNames } from '../../core/metrics/evaluate.ts';
import { child, keyOf, type Path } from './document.ts';
import { schemaAt } from './navigate.ts';
import type { JsonSchema } from './schema.ts';

export interface ConfigCompletion {
  readonly label: string;
  /** Replaces the text from `from` to `to` (offsets). */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'key' | 'value' | 'file';
  /** Markdown. */
  readonly documentation: string;
}

export interface ConfigHover {
  /** Markdown. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What the editor knows of the folder. */
export interface ConfigChoices {
  /** Paths of models and data files, relative to the root. */
  readonly files?: readonly string[];
  /** Check ids with their titles. */
  readonly checks?: readonly { readonly id: string; readonly title: string }[];
}

/** Stands where the cursor is while the text is parsed: a letter of no alphabet, so it joins what is typed. */
const cursor = '\uE000';

/** What may stand at an offset of a slipway.yaml: keys, allowed words, names, files. */
export function complete(
  text: string,
  offset: number,
  choices: ConfigChoices = {},
): readonly ConfigCompletion[] {
  const spot = spotAt(text, offset);
  if (spot === null) return [];
  const { path, key, root, from, to } = spot;
  const options = key ? keysFor(path, root, choices) : valuesFor(path, root, choices);
  // A key that has its colon already gets none.
  const suffix = (option: Option): string =>
    !key || /^[ \t]*:/.test(text.slice(to)) ? '' : option.nested ? ':' : ': ';
  return options.map(option => ({
    label: option.label,
    insert: `${option.label}${suffix(option)}`,
    from,
    to,
    kind: option.file ? 'file' : key ? 'key' : 'value',
    documentation: option.documentation,
  }));
}

/** What the key or word at an offset means; null between them. */
export function hover(text: string, offset: number): ConfigHover | null {
  const document = parseDocument(text);
  const root: unknown = safeValue(document);
  let found: ConfigHover | null = null;
  visit(document, {
    Scalar: (position, node, parents) => {
      const range = node.range;
      if (range === null || range === undefined || offset < range[0] || offset > range[1]) return;
      const path = pathOf(parents, node, position === 'key');
      const schema = schemaAt(path, root);
      const name = path.at(-1);
      if (schema?.description === undefined || name === undefined) return;
      found = {
        text: `**${name}**${typeWords(schema)}\n\n${schema.description}`,
        from: range[0],
        to: range[1],
      };
      return visit.BREAK;
    },
  });
  return found;
}

interface Spot {
  /** Of the map for a key, of the value itself for a value. */
  readonly path: Path;
  readonly key: boolean;
  readonly root: unknown;
  readonly from: number;
  readonly to: number;
}

function spotAt(text: string, offset: number): Spot | null {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/(^|\s)#/.test(line)) return null;
  // A word alone on its line is a key in the making; without a colon it would run on into the next line.
  const alone = /^\s*[\p{L}\p{N}._-]*$/u.test(line) && /^[ \t]*(\r?\n|$)/.test(text.slice(offset));
  const mark = alone ? `${cursor}:` : cursor;
  const document = parseDocument(`${text.slice(0, offset)}${mark}${text.slice(offset)}`);
  const root: unknown = safeValue(document);
  let spot: Spot | null = null;
  visit(document, {
    Scalar: (position, node, parents) => {
      const value = typeof node.value === 'string' ? node.value : '';
      const at = value.indexOf(cursor);
      if (at === -1 || node.range === null || node.range === undefined) return;
      const isKey = position === 'key';
      const path = pathOf(parents, node, isKey);
      // A lone word where a map belongs is the first key of that map.
      const mapWanted = !isKey && schemaAt(path, root)?.type === 'object';
      const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
      spot = {
        path: isKey ? path.slice(0, -1) : path,
        key: isKey || mapWanted,
        root,
        from: node.range[0] + quote,
        // The cursor's own letter isn't in the text.
        to: Math.max(offset, node.range[1] - cursor.length - quote),
      };
      return visit.BREAK;
    },
  });
  return spot;
}

function safeValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return null;
  }
}

/** The keys and indices that lead to a node; for a key, to its own pair. */
function pathOf(parents: readonly unknown[], node: Scalar, isKey: boolean): Path {
  const chain = [...parents, node];
  const path: (string | number)[] = [];
  for (const [index, parent] of chain.entries()) {
    const next = chain[index + 1];
    if (isPair(parent)) {
      if (!isMap(chain[index - 1])) continue;
      if (next !== undefined || isKey) path.push(keyOf(parent.key) ?? '');
    } else if (isSeq(parent) && next !== undefined) path.push(parent.items.indexOf(next));
  }
  return path;
}

interface Option {
  readonly label: string;
  readonly documentation: string;
  readonly nested: boolean;
  readonly file: boolean;
}

function keysFor(path: Path, root: unknown, choices: ConfigChoices): Option[] {
  const given = path.reduce<unknown>(child, root);
  const taken = new Set(typeof given === 'object' && given !== null ? Object.keys(given) : []);
  const properties = Object.entries(schemaAt(path, root)?.properties ?? {}).map(([label, schema]) =>
    option(label, `${schema.description ?? ''}${typeWords(schema)}`, isNested(schema)),
  );
  return [...properties, ...namesFor(path, root, choices)].filter(({ label }) => !taken.has(label));
}

/** Names that are keys: metrics and checks of a policy. */
function namesFor(path: Path, root: unknown, choices: ConfigChoices): Option[] {
  if (path.at(-2) !== 'policy') return [];
  const task: unknown = child(path.slice(0, -2).reduce<unknown>(child, root), 'task');
  const tasks = (['binary', 'multiclass', 'regression'] as const).filter(
    name => task === name || task === undefined,
  );
  const metrics = [...new Set(tasks.flatMap(name => metricNames(name)))];
  if (path.at(-1) === 'metrics') return metrics.map(name => option(name, 'A metric.', true));
  if (path.at(-1) === 'margins') return metrics.map(name => option(name, 'A metric.', false));
  if (path.at(-1) === 'checks') return (choices.checks ?? []).map(({ id, title }) => option(id, title, true));
  return [];
}

function valuesFor(path: Path, root: unknown, choices: ConfigChoices): Option[] {
  const schema = schemaAt(path, root);
  if (schema === null) return [];
  const last = path.at(-1);
  const words = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (words.length > 0) return words.map(word => option(String(word), schema.description ?? '', false));
  if (schema.type === 'boolean')
    return ['true', 'false'].map(word => option(word, schema.description ?? '', false));
  if (path[0] === 'targets' && last === 'model') {
    const models = child(root, 'models');
    const names = typeof models === 'object' && models !== null ? Object.keys(models) : [];
    return names.map(name => option(name, 'A model of this file.', false));
  }
  const wanted =
    path[0] === 'models'
      ? last === 'path'
        ? isModelFile
        : path.at(-2) === 'data'
          ? isDataFile
          : null
      : null;
  if (wanted === null) return [];
  return (choices.files ?? []).filter(wanted).map(file => ({ ...option(file, '', false), file: true }));
}

function isModelFile(file: string): boolean {
  return file.endsWith('.onnx');
}

function isDataFile(file: string): boolean {
  return /\.(csv|parquet|jsonl|ndjson|json)$/.test(file);
}

function option(label: string, documentation: string, nested: boolean): Option {
  return { label, documentation, nested, file: false };
}

function isNested(schema: JsonSchema): boolean {
  return schema.type === 'object' || schema.oneOf !== undefined;
}

/** " (text)", " (one of `binary`, `multiclass`; default `x`)". */
function typeWords(schema: JsonSchema): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'number',
    integer: 'whole number',
    boolean: 'true or false',
    array: 'list',
  };
  const allowed = schema.enum?.map(word => `\`${String(word)}\``).join(', ');
  const range =
    schema.minimum !== undefined && schema.maximum !== undefined
      ? ` from ${schema.minimum} to ${schema.maximum}`
      : '';
  const type = typeof schema.type === 'string' ? names[schema.type] : undefined;
  const parts = [
    allowed ?? (type === undefined ? null : `${type}${range}`),
    schema.default === undefined ? null : `default \`${JSON.stringify(schema.default)}\``,
  ].filter(part => part !== null);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}
