import type { IncomingHttpHeaders } from 'node:http';
import type { Version } from '../fleet/version.ts';
import { keyOf } from '../fleet/sticky.ts';
import { HttpError } from '../http/httpError.ts';
import { parseJson, record } from '../http/json.ts';
import { mediaType } from '../http/mediaType.ts';
import { csvTable } from './csv.ts';
import type { Question } from './question.ts';
import type { Tensor } from './request.ts';
import { nestedInput, recordsTable, rowsIn, splitTable, tableInputs, type Table } from './table.ts';
import { writePredictions, type AnswerForm } from './tableAnswer.ts';

interface Read {
  readonly form: AnswerForm;
  readonly inputs: (version: Version) => readonly Tensor[];
}

type Json = Readonly<Record<string, unknown>>;

const forms = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/**
 * A request of MLflow's scoring protocol, which SageMaker shares: a table as CSV, or JSON in one of four forms.
 * @throws HttpError 400, 415
 */
export function invocationQuestion(headers: IncomingHttpHeaders, body: Buffer): Question {
  const type = mediaType(headers['content-type'] ?? '');
  if (type === 'text/csv') {
    const table = csvTable(body.toString());
    return question(headers, {}, { form: 'records', inputs: version => ofTable(table, version) });
  }
  if (type !== 'application/json')
    throw new HttpError(
      415,
      `${type || 'A request without a type'} is not taken; send application/json or text/csv.`,
    );
  const json = record(parseJson(body.toString()), 'The request');
  const given = forms.filter(form => form in json);
  if (given.length !== 1)
    throw new HttpError(
      400,
      `The request must have exactly one of ${forms.join(', ')}; it has ${given.join(' and ') || 'none'}.`,
    );
  return question(headers, json.params ?? json.parameters, readForm(given[0]!, json));
}

/** A request of Vertex AI: `instances`. @throws HttpError 400, 415 */
export function vertexQuestion(headers: IncomingHttpHeaders, body: Buffer): Question {
  const type = mediaType(headers['content-type'] ?? '');
  if (type !== 'application/json')
    throw new HttpError(415, `${type || 'A request without a type'} is not taken; send application/json.`);
  const json = record(parseJson(body.toString()), 'The request');
  if (!('instances' in json)) throw new HttpError(400, 'The request must have `instances`.');
  return question(headers, json.parameters, readForm('instances', json));
}

function readForm(form: (typeof forms)[number], json: Json): Read {
  switch (form) {
    case 'dataframe_split': {
      const table = splitTable(record(json.dataframe_split, '`dataframe_split`'));
      return { form: 'records', inputs: version => ofTable(table, version) };
    }
    case 'dataframe_records': {
      const table = recordsTable(form, rowsIn(form, json[form]));
      return { form: 'records', inputs: version => ofTable(table, version) };
    }
    case 'instances':
      return { form: 'rows', inputs: instancesInputs(rowsIn(form, json[form])) };
    case 'inputs':
      return { form: 'columns', inputs: version => columnInputs(json[form], version) };
  }
}

function question(headers: IncomingHttpHeaders, parameters: unknown, { form, inputs }: Read): Question {
  return {
    id: null,
    key: keyOf(headers, parameters),
    patience: null,
    fit: version => ({
      inputs: inputs(version),
      write: outputs => ({ body: writePredictions(form, version.signature, outputs), headers: {} }),
    }),
  };
}

function ofTable(table: Table, { signature, features }: Version): readonly Tensor[] {
  return tableInputs(table, signature, features);
}

/** Rows as values of the only input, as arrays with one value for each input, or as objects by input name. */
function instancesInputs(rows: readonly unknown[]): Read['inputs'] {
  const [first] = rows;
  if (typeof first === 'object' && first !== null && !Array.isArray(first)) {
    const table = recordsTable('instances', rows);
    return version => ofTable(table, version);
  }
  return version => {
    const { inputs } = version.signature;
    if (inputs.length === 1) return [nestedInput(inputs[0]!, rows)];
    return ofTable(splitTable({ columns: inputs.map(({ name }) => name), data: rows }), version);
  };
}

/** TensorFlow Serving's columns: an object of arrays by input name, or the array of the only input. */
function columnInputs(value: unknown, { signature: { inputs } }: Version): readonly Tensor[] {
  if (Array.isArray(value)) {
    if (inputs.length === 1) return [nestedInput(inputs[0]!, value)];
    throw new HttpError(400, `\`inputs\` must be an object with the arrays ${listed(inputs)}.`);
  }
  const columns = record(value, '`inputs`');
  const unknown = Object.keys(columns).find(name => !inputs.some(input => input.name === name));
  if (unknown !== undefined)
    throw new HttpError(400, `The model has no input \`${unknown}\`; it has ${listed(inputs)}.`);
  return inputs.map(input => {
    if (!Object.hasOwn(columns, input.name))
      throw new HttpError(400, `The model needs the input \`${input.name}\`, which the request lacks.`);
    return nestedInput(input, columns[input.name]);
  });
}

function listed(specs: readonly { readonly name: string }[]): string {
  return specs.map(({ name }) => `\`${name}\``).join(', ');
}
