import type { IncomingHttpHeaders } from 'node:http';
import type { Explanation } from '../explain/explainer.ts';
import { writeBinary } from './binary.ts';
import { jsonLengthHeader } from '../http/body.ts';
import { HttpError } from '../http/httpError.ts';
import type { Answer, Question } from './question.ts';
import { keyOf } from '../fleet/sticky.ts';
import {
  readInferBody,
  readInferRequest,
  type InferRequest,
  type RequestedOutput,
  type Signature,
  type Tensor,
} from './request.ts';
import { datatypeOf, writeData } from './tensors.ts';
import type { Version } from '../fleet/version.ts';

/** The output that holds attributions. */
export const explanationName = 'explanation';

/** An infer request of the Open Inference Protocol v2. @throws HttpError 400, 415 */
export function oipQuestion(model: string, headers: IncomingHttpHeaders, body: Buffer): Question {
  const length = headers[jsonLengthHeader] as string | undefined;
  // Also what keeps a web page's form from asking: it can send neither type without being asked first.
  const type = /^[^;]*/
    .exec(headers['content-type'] ?? 'application/json')![0]
    .trim()
    .toLowerCase();
  if (type !== 'application/json' && !(length !== undefined && type === 'application/octet-stream'))
    throw new HttpError(
      415,
      'The request must be application/json, or application/octet-stream with Inference-Header-Content-Length.',
    );
  const read = readInferBody(body, length);
  return {
    id: typeof read.json.id === 'string' ? read.json.id : null,
    key: keyOf(headers, read.json.parameters),
    patience: patienceOf(read.json.parameters),
    fit: version => {
      const request = readInferRequest(read, version.signature);
      const asked = askedExplanation(request.parameters);
      return {
        inputs: request.inputs,
        write:
          asked === null
            ? outputs => write(model, version, request, outputs, null)
            : async outputs =>
                write(model, version, request, outputs, await version.explain(request.inputs, asked)),
      };
    },
  };
}

/** The parameter `explain`: true, or the class to explain. @throws HttpError 400 */
export function askedExplanation({ explain }: Readonly<Record<string, unknown>>): true | string | null {
  if (explain === undefined || explain === false) return null;
  if (explain === true || typeof explain === 'string') return explain;
  throw new HttpError(400, '`explain` must be true, false or the name of a class.');
}

/** Triton's parameter `timeout`: microseconds that a request waits for its run. @throws HttpError 400 */
function patienceOf(parameters: unknown): number | null {
  if (typeof parameters !== 'object' || parameters === null) return null;
  const { timeout } = parameters as { readonly timeout?: unknown };
  // 0 is Triton's word for no timeout.
  if (timeout === undefined || timeout === 0) return null;
  if (typeof timeout !== 'number' || !(timeout > 0))
    throw new HttpError(400, '`timeout` must be a number of microseconds.');
  return timeout / 1000;
}

function write(
  model: string,
  version: Version,
  { id, outputs }: InferRequest,
  results: readonly Tensor[],
  explanation: Explanation | null,
): Answer {
  const binary: Uint8Array[] = [];
  const written = outputs.map(output => writeOutput(version, output, results[output.place]!, binary));
  if (explanation !== null) written.push(writeExplanation(explanation));
  const named = id === null ? '' : `"id":${JSON.stringify(id)},`;
  const json = `${headOf(model, version)}${named}"outputs":[${written.join(',')}]}`;
  if (binary.length === 0) return { body: json, headers: {} };
  const bytes = Buffer.from(json);
  return {
    body: Buffer.concat([bytes, ...binary]),
    headers: { 'content-type': 'application/octet-stream', [jsonLengthHeader]: String(bytes.length) },
  };
}

function writeOutput(
  { signature }: Version,
  { place, binary }: RequestedOutput,
  { type, shape, data }: Tensor,
  after: Uint8Array[],
): string {
  const start = `${startOf(signature, place)}${shape.join(',')}],`;
  if (!binary) return `${start}"data":${writeData(type, data)}}`;
  const bytes = writeBinary(data);
  after.push(bytes);
  return `${start}"parameters":{"binary_data_size":${bytes.length}}}`;
}

/** As one more output, so that clients read it as they read the others. */
function writeExplanation({ columns, rows, values, base, explained }: Explanation): string {
  const parameters = {
    base_value: base,
    columns: JSON.stringify(columns),
    ...(explained === null ? {} : { explained }),
  };
  const head = { name: explanationName, datatype: 'FP64', shape: [rows, columns.length], parameters };
  return `${JSON.stringify(head).slice(0, -1)},"data":${writeData('float64', values)}}`;
}

/** Texts that every answer of a version begins with, and every output. */
const heads = new WeakMap<Version, string>();
const starts = new WeakMap<Signature, readonly string[]>();

function headOf(model: string, version: Version): string {
  let head = heads.get(version);
  if (head === undefined) {
    const { digest, name } = version;
    const parameters = name === null ? {} : { parameters: { version_name: name } };
    head = `${JSON.stringify({ model_name: model, model_version: digest, ...parameters }).slice(0, -1)},`;
    heads.set(version, head);
  }
  return head;
}

function startOf(signature: Signature, place: number): string {
  let all = starts.get(signature);
  if (all === undefined) {
    all = signature.outputs.map(({ name, type }) => {
      const head = JSON.stringify({ name, datatype: datatypeOf(type) ?? type });
      return `${head.slice(0, -1)},"shape":[`;
    });
    starts.set(signature, all);
  }
  return all[place]!;
}
