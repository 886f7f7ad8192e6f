import { readBinary } from './binary.ts';
import { HttpError } from '../http/httpError.ts';
import { parseJson, record } from '../http/json.ts';
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
  /** What is sent when a request names no output: all, in JSON or as bytes. */
  readonly all: { readonly json: readonly RequestedOutput[]; readonly binary: readonly RequestedOutput[] };
}

export function signatureOf(inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): Signature {
  const all = (binary: boolean): readonly RequestedOutput[] => outputs.map((_, place) => ({ place, binary }));
  return {
    ...{ inputs, outputs },
    places: new Map(inputs.map(({ name }, place) => [name, place])),
    all: { json: all(false), binary: all(true) },
  };
}

export interface Tensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** An output to be sent. */
export interface RequestedOutput {
  /** Its place in the signature. */
  readonly place: number;
  /** As bytes after the JSON, not inside it. */
  readonly binary: boolean;
}

/** An infer request that fits the model's signature. */
export interface InferRequest {
  readonly id: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly RequestedOutput[];
}

/** An infer request before it is held against a signature. */
export interface InferBody {
  readonly json: Readonly<Record<string, unknown>>;
  /** Bytes of the binary tensors, in the order of the inputs that say `binary_data_size`. */
  readonly binary: Uint8Array;
}

/**
 * Takes the body of an infer request apart (Open Inference Protocol v2).
 * @param jsonLength the header Inference-Header-Content-Length: bytes of JSON, which binary tensors follow
 * @throws HttpError 400
 */
export function readInferBody(body: Buffer, jsonLength: string | undefined): InferBody {
  if (jsonLength === undefined)
    return { json: record(parseJson(body.toString()), 'The request'), binary: none };
  const length = /^\d{1,10}$/.test(jsonLength) ? Number(jsonLength) : NaN;
  if (!(length > 0 && length <= body.length))
    throw new HttpError(
      400,
      `Inference-Header-Content-Length must be the bytes of the request's JSON, from 1 to ${body.length}; it is ${jsonLength}.`,
    );
  return {
    json: record(parseJson(body.toString('utf8', 0, length)), 'The request'),
    binary: body.subarray(length),
  };
}

const none = new Uint8Array(0);
const noParameters = {};

/**
 * Holds an infer request against the signature of the version that shall answer it.
 * @throws HttpError 400 that says what is wrong and where
 */
export function readInferRequest({ json, binary }: InferBody, signature: Signature): InferRequest {
  const { id, inputs, outputs } = json;
  const parameters = json.parameters === undefined ? noParameters : record(json.parameters, '`parameters`');
  if (id !== undefined && typeof id !== 'string') throw new HttpError(400, '`id` must be a string.');
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new HttpError(400, '`inputs` must be an array with the tensors of the model.');
  const tensors = new Array<Tensor | undefined>(signature.inputs.length).fill(undefined);
  const bytes = new Bytes(binary);
  for (let index = 0; index < inputs.length; index++) {
    const input: unknown = inputs[index];
    const what = record(input, 'An input');
    const place = placeOf(what, index, signature);
    if (tensors[place] !== undefined)
      throw new HttpError(400, `Input \`${signature.inputs[place]!.name}\` is given twice.`);
    tensors[place] = readInput(what, signature.inputs[place]!, bytes);
  }
  bytes.end();
  if (tensors.includes(undefined)) {
    const missing = signature.inputs.filter((_, place) => tensors[place] === undefined);
    throw new HttpError(
      400,
      `The model needs the input${missing.length > 1 ? 's' : ''} ${names(missing)}, which the request lacks.`,
    );
  }
  return {
    id: id ?? null,
    parameters,
    inputs: tensors as Tensor[],
    outputs: readOutputs(outputs, parameters, signature),
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

/** @throws HttpError 400 */
export function readInput(
  input: Readonly<Record<string, unknown>>,
  spec: TensorSpec,
  bytes: Bytes = new Bytes(none),
): Tensor {
  const { name, type } = spec;
  const { shape, datatype, data, parameters } = input;
  const wanted = datatypeOf(type);
  if (datatype !== wanted)
    throw new HttpError(
      400,
      `Input \`${name}\` is ${wanted ?? type}, not ${typeof datatype === 'string' ? datatype : 'without a `datatype`'}.`,
    );
  const dimensions = readShape(name, shape, spec);
  let length = 1;
  for (const size of dimensions) length *= size;
  const size = parameters === undefined ? undefined : binarySize(name, parameters);
  if (size === undefined) return { type, shape: dimensions, data: readData(name, type, data, length) };
  if (data !== undefined)
    throw new HttpError(400, `Input \`${name}\` has both \`data\` and \`binary_data_size\`: send one.`);
  return { type, shape: dimensions, data: readBinary(name, type, bytes.take(name, size), length) };
}

function binarySize(name: string, value: unknown): number | undefined {
  const parameters = record(value, `\`parameters\` of ${name}`);
  if ('shared_memory_region' in parameters)
    throw new HttpError(400, `Input \`${name}\`: shared memory is not taken; send the values.`);
  const size = parameters.binary_data_size;
  if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0))
    throw new HttpError(400, `Input \`${name}\`: \`binary_data_size\` must be a whole number of bytes.`);
  return size as number | undefined;
}

/** The bytes after the JSON, taken off from the front. */
class Bytes {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(name: string, size: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (size > left)
      throw new HttpError(
        400,
        `Input \`${name}\`: \`binary_data_size\` is ${size}, and ${left} bytes of binary data are left.`,
      );
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new HttpError(400, `${left} bytes of binary data belong to no input.`);
  }
}

function readShape(name: string, shape: unknown, spec: TensorSpec): readonly number[] {
  if (!isShape(shape))
    throw new HttpError(400, `Input \`${name}\`: \`shape\` must be an array of whole numbers.`);
  // Without any dimension ONNX Runtime may mean a scalar as well as an unknown shape: it decides itself.
  if (spec.shape.length > 0 && !fits(shape, spec.shape))
    throw new HttpError(
      400,
      `Input \`${name}\`: shape [${shape.join(', ')}] does not fit [${spec.shape.map(free).join(', ')}].`,
    );
  return shape;
}

function isShape(shape: unknown): shape is readonly number[] {
  if (!Array.isArray(shape)) return false;
  for (const size of shape) if (!(Number.isSafeInteger(size) && (size as number) >= 0)) return false;
  return true;
}

function fits(shape: readonly number[], wanted: TensorSpec['shape']): boolean {
  if (shape.length !== wanted.length) return false;
  for (let axis = 0; axis < wanted.length; axis++) {
    const size = wanted[axis]!;
    if (typeof size === 'number' && size >= 0 && size !== shape[axis]) return false;
  }
  return true;
}

function readOutputs(
  outputs: unknown,
  { binary_data_output: all = false }: Readonly<Record<string, unknown>>,
  signature: Signature,
): readonly RequestedOutput[] {
  if (typeof all !== 'boolean') throw new HttpError(400, '`binary_data_output` must be true or false.');
  if (outputs === undefined) return all ? signature.all.binary : signature.all.json;
  if (!Array.isArray(outputs)) throw new HttpError(400, '`outputs` must be an array.');
  const asked = new Set<number>();
  return outputs.map((output: unknown, index) => {
    const { name, parameters } = record(output, `outputs[${index}]`);
    const place = signature.outputs.findIndex(spec => spec.name === name);
    if (place < 0)
      throw new HttpError(
        400,
        `The model has no output ${typeof name === 'string' ? `\`${name}\`` : 'without a name'}; it has ${names(signature.outputs)}.`,
      );
    // A short request must not ask for an answer without end.
    if (asked.has(place))
      throw new HttpError(400, `Output \`${signature.outputs[place]!.name}\` is asked for twice.`);
    asked.add(place);
    return { place, binary: parameters === undefined ? all : isBinary(name as string, parameters, all) };
  });
}

function isBinary(name: string, value: unknown, all: boolean): boolean {
  const parameters = record(value, `\`parameters\` of ${name}`);
  for (const refused of ['classification', 'shared_memory_region'])
    if (refused in parameters)
      throw new HttpError(400, `Output \`${name}\`: this server does not do \`${refused}\`.`);
  const { binary_data: binary = all } = parameters;
  if (typeof binary !== 'boolean')
    throw new HttpError(400, `Output \`${name}\`: \`binary_data\` must be true or false.`);
  return binary;
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map(spec => `\`${spec.name}\``).join(', ');
}

function free(size: number | string): number | string {
  return typeof size === 'number' && size >= 0 ? size : 'any';
}
