import { byName } from '../../engine/match/names.ts';
import { HttpError } from '../http/httpError.ts';
import { record } from '../http/json.ts';
import { readInput, type Signature, type Tensor, type TensorSpec } from './request.ts';
import { datatypeOf } from './tensors.ts';

/** Rows of named columns, as tables come: each cell a value, or an array for a column of a tensor. */
export interface Table {
  readonly columns: readonly { readonly name: string; readonly cells: readonly unknown[] }[];
  readonly rows: number;
  /** True for a table of text, whose cells are read as what the model takes. */
  readonly text: boolean;
}

type Column = Table['columns'][number];

/** Cells that a table of records may have for each value that is given, and those that any may have. */
const sparse = 8;
const smallTable = 65_536;

/**
 * Fills a model's inputs from a table: an input by the column of its name; the only input by the columns of
 * the model's feature names, or by all columns in their order.
 * @param features the feature names in the model's metadata
 * @throws HttpError 400
 */
export function tableInputs(
  table: Table,
  { inputs }: Signature,
  features: readonly string[] | null,
): readonly Tensor[] {
  return inputs.map(spec => {
    const own = byName(spec.name, table.columns);
    if (own !== null && (inputs.length > 1 || table.columns.length === 1 || isNested(own)))
      return fill(spec, table, [own]);
    if (inputs.length > 1) throw lacks(table, [spec.name]);
    return fill(spec, table, matrixColumns(table, spec, features));
  });
}

/** pandas' orient "split". */
export function splitTable({ columns, data }: Readonly<Record<string, unknown>>): Table {
  const rows = rowsIn('dataframe_split.data', data);
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  const names =
    columns === undefined ? Array.from({ length: width }, (_, column) => String(column)) : columns;
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string' || typeof name === 'number'))
    throw new HttpError(400, '`dataframe_split.columns` must be an array of names.');
  const ragged = rows.findIndex(row => !Array.isArray(row) || row.length !== names.length);
  if (ragged >= 0)
    throw new HttpError(
      400,
      `Row ${ragged} of \`dataframe_split.data\` must be an array of ${names.length} values.`,
    );
  return {
    columns: names.map((name, column) => ({
      name: String(name),
      cells: (rows as readonly unknown[][]).map(row => row[column]),
    })),
    rows: rows.length,
    text: false,
  };
}

/** pandas' orient "records"; a column that a row lacks is null there. */
export function recordsTable(form: string, rows: readonly unknown[]): Table {
  const records = rows.map((row, place) => record(row, `Row ${place} of \`${form}\``));
  const given = records.flatMap(row => Object.keys(row));
  const names = [...new Set(given)];
  // Rows of a name each would make a table as large as their square.
  if (names.length * rows.length > sparse * given.length + smallTable)
    throw new HttpError(
      400,
      `The ${rows.length} rows of \`${form}\` have ${names.length} names between them, and hardly any in common. Send the same columns in each row.`,
    );
  return {
    columns: names.map(name => ({
      name,
      cells: records.map(row => (Object.hasOwn(row, name) ? row[name] : null)),
    })),
    rows: rows.length,
    text: false,
  };
}

/** @throws HttpError 400 */
export function rowsIn(what: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new HttpError(400, `\`${what}\` must be an array with at least one row.`);
  return value;
}

/**
 * Fills an input from values nested in row-major order.
 * @throws HttpError 400
 */
export function nestedInput(spec: TensorSpec, values: unknown, text = false): Tensor {
  if (!Array.isArray(values))
    throw new HttpError(400, `The values of \`${spec.name}\` must be an array, one element a row.`);
  const shape = shapeOf(values);
  const fitted = [...shape];
  // One value a row is as good as an array of one.
  if (shape.length === spec.shape.length - 1 && isOne(spec.shape.at(-1)!)) fitted.push(1);
  const flat: readonly unknown[] = shape.length > 1 ? values.flat(shape.length - 1) : values;
  return readInput(
    {
      name: spec.name,
      shape: fitted,
      datatype: datatypeOf(spec.type),
      data: text ? flat.map(cell => parsed(cell, spec.type)) : flat,
    },
    spec,
  );
}

function isNested({ cells }: Column): boolean {
  return Array.isArray(cells[0]);
}

function isOne(size: number | string): boolean {
  return typeof size === 'string' || size < 0 || size === 1;
}

/** Sizes of nested arrays, by their first elements; what is ragged has another length than they ask for. */
function shapeOf(values: readonly unknown[]): readonly number[] {
  const shape: number[] = [];
  for (let inner: unknown = values; Array.isArray(inner); inner = (inner as unknown[])[0]) {
    shape.push(inner.length);
    if (shape.length > 16) break;
  }
  return shape;
}

function matrixColumns(
  table: Table,
  { name, shape }: TensorSpec,
  features: readonly string[] | null,
): readonly Column[] {
  const width = shape
    .slice(1)
    .reduce<number>((all, size) => all * (typeof size === 'number' ? size : NaN), 1);
  if (features !== null && !(features.length !== width && width > 0)) {
    const found = features.map(feature => byName(feature, table.columns));
    const lost = features.filter((_, place) => found[place] === null);
    if (lost.length > 0 && lost.length < features.length) throw lacks(table, lost);
    if (lost.length === 0) return found.filter(column => column !== null);
  }
  if (width > 0 && table.columns.length !== width)
    throw new HttpError(
      400,
      `The model's input \`${name}\` takes ${width} values a row; the request has ${table.columns.length} columns.`,
    );
  return table.columns;
}

function fill(spec: TensorSpec, { rows, text }: Table, columns: readonly Column[]): Tensor {
  const [only] = columns;
  if (columns.length === 1) return nestedInput(spec, only!.cells, text);
  const matrix = Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells[row]));
  return nestedInput(spec, matrix, text);
}

/** A cell of a table of text. */
function parsed(cell: unknown, type: string): unknown {
  if (typeof cell !== 'string' || type === 'string') return cell;
  const word = cell.trim();
  if (type === 'bool')
    return word === '1' || /^true$/i.test(word) ? true : !/^(0|false)$/i.test(word) && cell;
  if (type.startsWith('float')) {
    if (missing.has(word)) return null;
    const number = Number(word);
    return Number.isNaN(number) ? cell : number;
  }
  // Whole numbers beyond 2^53 stay digits; 3.0 is how a column of whole numbers with gaps is written.
  return /^-?\d{16,}$/.test(word) ? word : word === '' || Number.isNaN(Number(word)) ? cell : Number(word);
}

const missing = new Set(['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'NULL', 'null']);

function lacks({ columns }: Table, names: readonly string[]): HttpError {
  const listed = (words: readonly string[]): string => words.map(word => `\`${word}\``).join(', ');
  const had = listed(columns.map(({ name }) => name).slice(0, 40));
  return new HttpError(400, `The model needs ${listed(names)}, which the request lacks; it has ${had}.`);
}
