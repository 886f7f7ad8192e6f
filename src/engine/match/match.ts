import { BadInput } from '../../core/failure.ts';
import type { TensorSpec } from '../../core/onnx/facts.ts';
import type { DataColumn, Wanted } from '../data/dataFile.ts';
import { convert, type Conversion } from './convert.ts';
import { byName, featureNames } from './names.ts';
import type { InputPlan, MatchPlan, Pairing } from './plan.ts';

export interface MatchTask {
  readonly inputs: readonly TensorSpec[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly columns: readonly DataColumn[];
  /** The label column, which is no feature. */
  readonly label: string | null;
  /** Columns that hold saved answers, which are no features either. */
  readonly answers?: readonly string[];
  /** The columns of the reference data, in order, when there is any. */
  readonly reference: readonly string[] | null;
  /** The data, as sentences name it. */
  readonly path: string;
}

/**
 * Which column fills which element of which input: by name (exact, then without regard to case and
 * punctuation); for a matrix by numbered names (`x_0`, `x[1]`), by the feature names in the metadata, by those of
 * the reference, then by order.
 * @throws BadInput naming the columns that are missing
 */
export function matchColumns(task: MatchTask): MatchPlan {
  const features = task.columns.filter(
    ({ name }) => name !== task.label && task.answers?.includes(name) !== true,
  );
  const shapes = task.inputs.map(input => shapeOf(input));
  const found = shapes.map(shape => (shape.width === 1 ? byName(shape.input.name, features) : null));
  const named = new Set(found.flatMap(column => (column === null ? [] : [column.name])));
  const rest = features.filter(column => !named.has(column.name));
  const wide = shapes.filter((_, i) => found[i] === null && shapes[i]!.width !== 1);
  const single = shapes.filter((_, i) => found[i] === null && shapes[i]!.width === 1);
  const loneColumn = shapes.length === 1 && single.length === 1 && features.length === 1;
  if (single.length > 0 && !loneColumn)
    throw missing(
      task,
      single.map(shape => shape.input.name),
    );

  const plans: InputPlan[] = [];
  const wanted: Wanted[] = [];
  const pairings: Pairing[] = [];
  shapes.forEach((shape, i) => {
    const own = found[i];
    const chosen =
      own != null
        ? { columns: [own], by: 'name' as const }
        : matrixColumns(task, shape, rest, wide.length === 1 || loneColumn);
    plans.push({
      name: shape.input.name,
      type: shape.input.type,
      tail: shape.tailFor(chosen.columns.length),
      fixedRows: shape.fixedRows,
      columns: chosen.columns.map((column, j) => {
        const name =
          chosen.columns.length === 1 && shape.width === 1 ? shape.input.name : `${shape.input.name}[${j}]`;
        const conversion = convert(column, shape.input.type, task.path);
        pairings.push(pairing(name, shape.input, column, chosen.by, conversion));
        return position(wanted, column.name, conversion);
      }),
    });
  });
  return { inputs: plans, features: wanted, pairings };
}

interface Shape {
  readonly input: TensorSpec;
  readonly fixedRows: number | null;
  /** Elements a row; null when the model leaves it open. */
  readonly width: number | null;
  tailFor(columns: number): readonly number[];
}

function shapeOf(input: TensorSpec): Shape {
  if (input.kind !== 'tensor' || input.type === 'other' || input.type === 'bfloat16')
    throw new BadInput(
      'input-kind',
      `The model's input \`${input.name}\` is no tensor of numbers or words, so a table cannot fill it.`,
    );
  const [rows, ...rest] = input.shape;
  const fixedRows = typeof rows === 'number' && rows > 0 ? rows : null;
  const open = rest.filter(size => typeof size !== 'number' || size <= 0).length;
  if (open > 1)
    throw new BadInput(
      'input-shape',
      `The model's input \`${input.name}\` has the shape [${input.shape.join(', ')}], with ${open} open sizes ` +
        'beside the rows, so a table cannot fill it. Export the model with fixed sizes.',
    );
  const known = rest.reduce<number>(
    (all, size) => all * (typeof size === 'number' && size > 0 ? size : 1),
    1,
  );
  const tail = rest.map(size => (typeof size === 'number' && size > 0 ? size : 0));
  return {
    input,
    fixedRows,
    width: open === 0 ? known : null,
    tailFor: columns => tail.map(size => (size === 0 ? columns / known : size)),
  };
}

function matrixColumns(
  task: MatchTask,
  shape: Shape,
  rest: readonly DataColumn[],
  alone: boolean,
): { readonly columns: readonly DataColumn[]; readonly by: 'name' | 'feature names' | 'order' } {
  const { width } = shape;
  const fits = (count: number): boolean => width === null || width === count;
  const numbered = numberedColumns(shape.input.name, rest);
  if (numbered.length > 0 && fits(numbered.length)) return { columns: numbered, by: 'name' };
  const fromMetadata = featureNames(task.metadata);
  if (fromMetadata !== null && fits(fromMetadata.length))
    return { columns: allByName(task, fromMetadata, rest), by: 'feature names' };
  if (alone) {
    const others = task.reference?.filter(name => name !== task.label) ?? [];
    if (width !== null && fits(others.length) && others.every(name => byName(name, rest) !== null))
      return { columns: allByName(task, others, rest), by: 'feature names' };
    if (fits(rest.length)) return { columns: rest, by: 'order' };
    const numbers = rest.filter(column => column.kind === 'number' || column.kind === 'truth');
    if (shape.input.type !== 'string' && fits(numbers.length)) return { columns: numbers, by: 'order' };
  }
  throw new BadInput(
    'column-count',
    `The model's input \`${shape.input.name}\` takes ${width ?? 'some'} values a row and names no features; ` +
      `\`${task.path}\` has ${rest.length} columns${task.label === null ? '' : ` beside \`${task.label}\``} ` +
      `(${listed(rest.map(column => column.name))}). Choose a file with the model's columns, ` +
      'or export the model with `feature_names` in its metadata.',
  );
}

/** The columns that are named as elements of an input: `x_0`, `x[1]`, `x.2` ..., from 0 on without a gap. */
function numberedColumns(input: string, columns: readonly DataColumn[]): DataColumn[] {
  const found = new Map<number, DataColumn>();
  for (const column of columns) {
    if (!column.name.startsWith(input)) continue;
    const digits = /^[[_.](\d+)\]?$/.exec(column.name.slice(input.length))?.[1];
    if (digits !== undefined) found.set(Number(digits), column);
  }
  const all = Array.from({ length: found.size }, (_, i) => found.get(i));
  return all.every(column => column !== undefined) ? all : [];
}

function allByName(
  task: MatchTask,
  names: readonly string[],
  columns: readonly DataColumn[],
): readonly DataColumn[] {
  const found = names.map(name => byName(name, columns));
  const lost = names.filter((_, i) => found[i] === null);
  if (lost.length > 0) throw missing(task, lost);
  return found.filter(column => column !== null);
}

function missing(task: MatchTask, names: readonly string[]): BadInput {
  const what =
    names.length === 1
      ? `no column \`${names[0]!}\`, which the model needs`
      : `no columns ${listed(names)}, which the model needs`;
  return new BadInput(
    'missing-column',
    `\`${task.path}\` has ${what}. Choose another file or rename a column; ` +
      `it has ${listed(task.columns.map(column => column.name))}.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(name => `\`${name}\``);
  return names.length > 8 ? `${shown.join(', ')} and ${names.length - 8} more` : shown.join(', ');
}

function pairing(
  input: string,
  { type }: TensorSpec,
  column: DataColumn,
  by: Pairing['by'],
  conversion: Conversion,
): Pairing {
  return { input, type, column: column.name, by, from: column.type, rule: conversion.rule };
}

function position(wanted: Wanted[], name: string, { as }: Conversion): number {
  const known = wanted.findIndex(column => column.name === name && column.as === as);
  if (known >= 0) return known;
  wanted.push({ name, as });
  return wanted.length - 1;
}
