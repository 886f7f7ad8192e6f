import type { IncomingHttpHeaders } from 'node:http';
import type { Explanation } from '../explain/explainer.ts';
import { writeBinary } from './binary.ts';
import { jsonLengthHeader } from '../http/body.ts';
import { HttpError } from '../http/httpError.ts';
import { mediaType } from '../http/mediaType.ts';
import type { Answer, Question } from './question.ts';
import { keyOf } from '../fleet/sticky.ts';
import {
  readInferBody,
  readInferRequest,
  type InferRequest,
  type RequestedOutput,
  type Tensor,
} from './request.ts';
import { datatypeOf, writeData } from './tensors.ts';
import type { Version } from '../fleet/version.ts';

/** The output that holds attributions. */
export const explanationName = 'explanation';

/** An infer request of the Open Inference Protocol v2. @throws HttpError 400, 415 */
export function oipQuestion(model: string, headers: IncomingHttpHeaders, body: Buffer): Question {
  const length = headers[jsonLengthHeader] as string | undefined;
  checkType(headers['content-type'] ?? json, length !== undefined);
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

const json = 'application/json';

/** Also what keeps a web page's form from asking: it can send neither type without being asked first. */
function checkType(contentType: string, binary: boolean): void {
  if (contentType === json) return;
  const type = mediaType(contentType);
  if (type !== json && !(binary && type === 'application/octet-stream'))
    throw new HttpError(
      415,
      'The request must be application/json, or application/octet-stream with Inference-Header-Content-Length.',
    );
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
  const { head, starts } = textsOf(model, version);
  let text = id === null ? head : `${head}"id":${JSON.stringify(id)},`;
  text += '"outputs":[';
  let between = '';
  for (const output of outputs) {
    text += between + starts[output.place]! + writeOutput(output, results[output.place]!, binary);
    between = ',';
  }
  if (explanation !== null) text += between + writeExplanation(explanation);
  text += ']}';
  if (binary.length === 0) return { body: text, headers: none };
  const bytes = Buffer.from(text);
  return {
    body: Buffer.concat([bytes, ...binary]),
    headers: { 'content-type': 'application/octet-stream', [jsonLengthHeader]: String(bytes.length) },
  };
}

const none = {};

/** What follows an output's start. */
function writeOutput(
  { binary }: RequestedOutput,
  { type, shape, data }: Tensor,
  after: Uint8Array[],
): string {
  if (!binary) return `${shape.join(',')}],"data":${writeData(type, data)}}`;
  const bytes = writeBinary(data);
  after.push(bytes);
  return `${shape.join(',')}],"parameters":{"binary_data_size":${bytes.length}}}`;
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

interface Texts {
  /** What every answer of a version begins with. */
  readonly head: string;
  /** What each of its outputs begins with, up to its shape. */
  readonly starts: readonly string[];
}

const texts = new WeakMap<Version, Texts>();

function textsOf(model: string, version: Version): Texts {
  let found = texts.get(version);
  if (found === undefined) {
    const { digest, name, signature } = version;
    const parameters = name === null ? {} : { parameters: { version_name: name } };
    const head = JSON.stringify({ model_name: model, model_version: digest, ...parameters });
    found = {
      head: `${head.slice(0, -1)},`,
      starts: signature.outputs.map(output => {
        const start = JSON.stringify({ name: output.name, datatype: datatypeOf(output.type) ?? output.type });
        return `${start.slice(0, -1)},"shape":[`;
      }),
    };
    texts.set(version, found);
  }
  return found;
}
