import { HttpError } from './httpError.ts';
import { datatypeOf, readData, type TensorData } from './tensors.ts';

/** An input or output of a loaded model, as ONNX Runtime says it. */
export interface TensorSpec {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Input name -> its place in `inputs`. */
  readonly places: ReadonlyMap<string, number>;
}

export function signatureOf(inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): Signature {
  return { inputs, outputs, places: new Map(inputs.map(({ name }, place) => [name, place])) };
}

export interface Tensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** An infer request that fits the model's signature. */
export interface InferRequest {
  readonly id: string | null;
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[];
  /** Names of the outputs asked for; null: all. */
  readonly outputs: readonly string[] | null;
}

/**
 * Reads the body of an infer request (Open Inference Protocol v2, JSON tensors).
 * @throws HttpError 400 that says what is wrong and where
 */
export function readInferRequest(body: string, signature: Signature): InferRequest {
  const request = record(parseJson(body), 'The request');
  const { id, inputs, outputs, parameters } = request;
  if (id !== undefined && typeof id !== 'string') throw new HttpError(400, '`id` must be a string.');
  if (parameters !== undefined) record(parameters, '`parameters`');
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new HttpError(400, '`inputs` must be an array with the tensors of the model.');
  const tensors: (Tensor | undefined)[] = signature.inputs.map(() => undefined);
  for (let index = 0; index < inputs.length; index++) {
    const input: unknown = inputs[index];
    const what = record(input, 'An input');
    const place = placeOf(what, index, signature);
    if (tensors[place] !== undefined)
      throw new HttpError(400, `Input \`${signature.inputs[place]!.name}\` is given twice.`);
    tensors[place] = readInput(what, signature.inputs[place]!);
  }
  const missing = signature.inputs.filter((_, place) => tensors[place] === undefined);
  if (missing.length > 0)
    throw new HttpError(
      400,
      `The model needs the input${missing.length > 1 ? 's' : ''} ${names(missing)}, which the request lacks.`,
    );
  return {
    id: id ?? null,
    inputs: tensors as Tensor[],
    outputs: outputs === undefined ? null : readOutputs(outputs, signature),
  };
}

function placeOf(
  { name }: Readonly<Record<string, unknown>>,
  index: number,
  { inputs, places }: Signature,
): number {
  if (typeof name !== 'string') throw new HttpError(400, `inputs[${index}].name must be a string.`);
  const place = places.get(name);
  if (place === undefined)
    throw new HttpError(400, `The model has no input \`${name}\`; it has ${names(inputs)}.`);
  return place;
}

function readInput(input: Readonly<Record<string, unknown>>, spec: TensorSpec): Tensor {
  const { name, type } = spec;
  const { shape, datatype, data, parameters } = input;
  if (parameters !== undefined && 'binary_data_size' in record(parameters, `\`parameters\` of ${name}`))
    throw new HttpError(400, `Input \`${name}\`: binary tensors are not taken; send \`data\` as JSON.`);
  const wanted = datatypeOf(type);
  if (datatype !== wanted)
    throw new HttpError(
      400,
      `Input \`${name}\` is ${wanted ?? type}, not ${typeof datatype === 'string' ? datatype : 'without a `datatype`'}.`,
    );
  const dimensions = readShape(name, shape, spec);
  const length = dimensions.reduce((product, size) => product * size, 1);
  return { type, shape: dimensions, data: readData(name, type, data, length) };
}

function readShape(name: string, shape: unknown, spec: TensorSpec): readonly number[] {
  if (
    !Array.isArray(shape) ||
    !shape.every((size): size is number => Number.isSafeInteger(size) && (size as number) >= 0)
  )
    throw new HttpError(400, `Input \`${name}\`: \`shape\` must be an array of whole numbers.`);
  const fits =
    shape.length === spec.shape.length &&
    spec.shape.every((size, axis) => typeof size === 'string' || size < 0 || size === shape[axis]);
  // Without any dimension ONNX Runtime may mean a scalar as well as an unknown shape: it decides itself.
  if (!fits && spec.shape.length > 0)
    throw new HttpError(
      400,
      `Input \`${name}\`: shape [${shape.join(', ')}] does not fit [${spec.shape.map(free).join(', ')}].`,
    );
  return shape;
}

function readOutputs(outputs: unknown, signature: Signature): readonly string[] {
  if (!Array.isArray(outputs)) throw new HttpError(400, '`outputs` must be an array.');
  return outputs.map((output: unknown, index) => {
    const { name } = record(output, `outputs[${index}]`);
    const known = signature.outputs.find(spec => spec.name === name);
    if (known === undefined)
      throw new HttpError(
        400,
        `The model has no output ${typeof name === 'string' ? `\`${name}\`` : 'without a name'}; it has ${names(signature.outputs)}.`,
      );
    return known.name;
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new HttpError(400, `The request is not JSON: ${(error as Error).message}.`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new HttpError(400, `${what} must be a JSON object.`);
  return value;
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map(spec => `\`${spec.name}\``).join(', ');
}

function free(size: number | string): number | string {
  return typeof size === 'number' && size >= 0 ? size : 'any';
}
