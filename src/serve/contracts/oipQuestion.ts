import type { IncomingHttpHeaders } from 'node:http';
import { writeBinary } from './binary.ts';
import { HttpError } from '../http/httpError.ts';
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

const header = 'inference-header-content-length';

/** An infer request of the Open Inference Protocol v2. @throws HttpError 400, 415 */
export function oipQuestion(model: string, headers: IncomingHttpHeaders, body: Buffer): Question {
  const length = headers[header] as string | undefined;
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
      return { inputs: request.inputs, write: outputs => write(model, version, request, outputs) };
    },
  };
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
): Answer {
  const binary: Uint8Array[] = [];
  const written = outputs.map(output => writeOutput(version, output, results[output.place]!, binary));
  const head = JSON.stringify({
    model_name: model,
    model_version: version.digest,
    ...(id === null ? {} : { id }),
    parameters: { version_name: version.name },
  });
  const json = `${head.slice(0, -1)},"outputs":[${written.join(',')}]}`;
  if (binary.length === 0) return { body: json, headers: {} };
  const bytes = Buffer.from(json);
  return {
    body: Buffer.concat([bytes, ...binary]),
    headers: { 'content-type': 'application/octet-stream', [header]: String(bytes.length) },
  };
}

function writeOutput(
  { signature }: Version,
  { place, binary }: RequestedOutput,
  { type, shape, data }: Tensor,
  after: Uint8Array[],
): string {
  const { name } = signature.outputs[place]!;
  const start = `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type) ?? type}","shape":[${shape.join(',')}],`;
  if (!binary) return `${start}"data":${writeData(type, data)}}`;
  const bytes = writeBinary(data);
  after.push(bytes);
  return `${start}"parameters":{"binary_data_size":${bytes.length}}}`;
}
