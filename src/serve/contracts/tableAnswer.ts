import type { Signature, Tensor } from './request.ts';
import { jsonElements } from './tensors.ts';

/**
 * How predictions are given back: `records`, an object a row; `rows`, the same but the value itself when the
 * model has one output; `columns`, an array for each output.
 */
export type AnswerForm = 'records' | 'rows' | 'columns';

/** `{ "predictions": ... }` @param outputs in the order of the signature */
export function writePredictions(form: AnswerForm, signature: Signature, outputs: readonly Tensor[]): string {
  const names = signature.outputs.map(({ name }) => JSON.stringify(name));
  const columns = outputs.map(rowTexts);
  if (form === 'columns')
    return `{"predictions":{${names.map((name, place) => `${name}:[${columns[place]!.join(',')}]`).join(',')}}}`;
  const rows = Math.max(0, ...columns.map(column => column.length));
  const predictions = Array.from({ length: rows }, (_, row) =>
    form === 'rows' && names.length === 1
      ? columns[0]![row]!
      : `{${names.map((name, place) => `${name}:${columns[place]![row] ?? 'null'}`).join(',')}}`,
  );
  return `{"predictions":[${predictions.join(',')}]}`;
}

/** The JSON text of each of an output's rows: of its value, or nested when a row has more than one. */
function rowTexts({ type, shape, data }: Tensor): readonly string[] {
  let texts = jsonElements(type, data);
  const sizes = shape.at(-1) === 1 && shape.length > 1 ? shape.slice(0, -1) : shape;
  for (const size of sizes.slice(1).reverse()) {
    const inner = texts;
    texts = Array.from(
      { length: size === 0 ? 0 : inner.length / size },
      (_, row) => `[${inner.slice(row * size, (row + 1) * size).join(',')}]`,
    );
  }
  return texts;
}
