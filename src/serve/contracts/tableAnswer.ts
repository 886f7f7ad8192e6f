import type { Version } from '../fleet/version.ts';
import type { Tensor } from './request.ts';
import { writeData } from './tensors.ts';

/**
 * How predictions are given back: `records`, an object a row; `rows`, the same but the value itself when the
 * model has one output; `columns`, an array for each output.
 */
export type AnswerForm = 'records' | 'rows' | 'columns';

/** `{ "predictions": ... }` @param outputs in the order of the signature */
export function writePredictions(
  form: AnswerForm,
  { signature }: Version,
  outputs: readonly Tensor[],
): string {
  const names = signature.outputs.map(({ name }) => name);
  const columns = outputs.map(rowsOfOutput);
  if (form === 'columns')
    return JSON.stringify({
      predictions: Object.fromEntries(names.map((name, place) => [name, columns[place]])),
    });
  const rows = Math.max(0, ...columns.map(column => column.length));
  const predictions = Array.from({ length: rows }, (_, row) =>
    form === 'rows' && names.length === 1
      ? columns[0]![row]
      : Object.fromEntries(names.map((name, place) => [name, columns[place]![row] ?? null])),
  );
  return JSON.stringify({ predictions });
}

/** An output's rows: numbers or words, nested when a row has more than one. */
function rowsOfOutput({ type, shape, data }: Tensor): readonly unknown[] {
  const flat = JSON.parse(writeData(type, data)) as readonly unknown[];
  const sizes = shape.at(-1) === 1 && shape.length > 1 ? shape.slice(0, -1) : shape;
  return sizes.length === 0 ? flat : nested(flat, sizes);
}

function nested(flat: readonly unknown[], [rows = 0, ...rest]: readonly number[]): readonly unknown[] {
  if (rest.length === 0) return flat;
  const width = flat.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, row) => nested(flat.slice(row * width, (row + 1) * width), rest));
}
