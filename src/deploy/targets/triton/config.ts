import { BadInput } from '../../../core/failure.ts';
import type { ElementType, ModelFacts, TensorSpec } from '../../../core/onnx/facts.ts';

/**
 * config.pbtxt, protobuf text of Triton's ModelConfig: the model's signature, and which versions are served.
 * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_configuration.html
 */

const types: Readonly<Partial<Record<ElementType, string>>> = {
  bfloat16: 'TYPE_BF16',
  float16: 'TYPE_FP16',
  float32: 'TYPE_FP32',
  float64: 'TYPE_FP64',
  int8: 'TYPE_INT8',
  int16: 'TYPE_INT16',
  int32: 'TYPE_INT32',
  int64: 'TYPE_INT64',
  uint8: 'TYPE_UINT8',
  uint16: 'TYPE_UINT16',
  uint32: 'TYPE_UINT32',
  uint64: 'TYPE_UINT64',
  bool: 'TYPE_BOOL',
  string: 'TYPE_STRING',
};

/** Says that a config is ours to replace. */
export const configMark = '# Written by Slipway: the next deployment writes it again.';

/** Requests that Triton joins into one run. */
export interface Batching {
  readonly rows: number;
  /** Milliseconds that a request may wait for others. */
  readonly delay: number;
}

/**
 * The fields that follow from the model: the largest batch, inputs and outputs. A first dimension that every
 * tensor leaves open is the batch; Triton then joins requests, and the dimension is not written.
 * @throws BadInput for a tensor that Triton cannot carry
 */
export function signatureOf(
  { inputs, outputs }: Pick<ModelFacts, 'inputs' | 'outputs'>,
  batching: Batching,
): string {
  const batched = canBatch(inputs, outputs);
  const joined = `dynamic_batching {${batching.delay > 0 ? ` max_queue_delay_microseconds: ${Math.round(batching.delay * 1000)} ` : ' '}}`;
  return [
    `max_batch_size: ${batched ? batching.rows : 0}`,
    ...(batched ? [joined] : []),
    ...inputs.map(spec => `input ${tensor(spec, batched)}`),
    ...outputs.map(spec => `output ${tensor(spec, batched)}`),
  ].join('\n');
}

export interface ConfigParts {
  readonly name: string;
  readonly signature: string;
  /** The version that is served. */
  readonly version: number;
  readonly digest: string;
  /** Fields of the user's own, as they stand. */
  readonly extra: string;
}

export function configText({ name, signature, version, digest, extra }: ConfigParts): string {
  // The user's way of joining requests stands in for ours.
  const own = topFields(extra).includes('dynamic_batching')
    ? signature.replace(/^dynamic_batching .*\n/m, '')
    : signature;
  return `${[
    configMark,
    `name: ${quoted(name)}`,
    'backend: "onnxruntime"',
    'default_model_filename: "model.onnx"',
    own,
    `version_policy { specific { versions: [ ${version} ] } }`,
    `parameters { key: "slipway.digest" value { string_value: "${digest}" } }`,
    ...(extra.trim() === '' ? [] : ['', extra.trim()]),
  ].join('\n')}\n`;
}

/** @throws BadInput when the user's fields repeat what follows from the model and the release */
export function requireExtra(extra: string, file: string): void {
  const ours = [
    ...['name', 'platform', 'backend', 'default_model_filename', 'max_batch_size'],
    ...['input', 'output', 'version_policy'],
  ];
  const twice = topFields(extra).find(field => ours.includes(field));
  if (twice !== undefined)
    throw new BadInput(
      'triton-config',
      `\`${file}\` sets ${twice}, which follows from the model and the release. Take it out of there.`,
    );
}

/**
 * Which of the versions that are there a config lets Triton serve, the one that answers requests without a
 * version first: the largest.
 */
export function servedVersions(config: string, present: readonly number[]): readonly number[] {
  const numbers = present.toSorted((a, b) => b - a);
  const policy = /version_policy\s*:?\s*\{([^}]*\}?)/.exec(withoutComments(config))?.[1] ?? '';
  if (/\bspecific\b/.test(policy)) {
    const named = [...policy.matchAll(/versions\s*:?\s*\[?([\d,\s]+)/g)].flatMap(([, list = '']) =>
      list.split(/[,\s]+/).filter(word => word !== ''),
    );
    return numbers.filter(number => named.includes(String(number)));
  }
  if (/\ball\b/.test(policy)) return numbers;
  return numbers.slice(0, Number(/num_versions\s*:\s*(\d+)/.exec(policy)?.[1] ?? 1));
}

/**
 * Every tensor leaves its first dimension open under one name, and every input has another dimension: clients
 * send an input of one dimension as the model has it only when Triton does not batch.
 */
function canBatch(inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]): boolean {
  const first = [...inputs, ...outputs].map(({ shape }) => shape[0]);
  const names = new Set(first.filter(axis => axis !== '?'));
  return (
    inputs.length > 0 &&
    first.every(axis => typeof axis === 'string') &&
    names.size <= 1 &&
    inputs.every(({ shape }) => shape.length > 1)
  );
}

function tensor({ name, kind, type, shape }: TensorSpec, batched: boolean): string {
  const word = types[type];
  if (kind !== 'tensor' || word === undefined)
    throw new BadInput(
      'triton-tensor',
      `Triton cannot carry \`${name}\` (${kind === 'tensor' ? type : kind}). Export the model with tensors of numbers or words.`,
    );
  const dims = (batched ? shape.slice(1) : shape).map(axis => (typeof axis === 'number' ? axis : -1));
  // A tensor without dimensions is written as one of length 1 and given back its shape.
  const size = dims.length === 0 ? 'dims: [ 1 ] reshape { shape: [ ] }' : `dims: [ ${dims.join(', ')} ]`;
  return `{ name: ${quoted(name)} data_type: ${word} ${size} }`;
}

/** Names of the outermost fields of protobuf text. */
function topFields(text: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token] of withoutComments(text).matchAll(
    /"(?:[^"\\]|\\.)*"|[{}[\]<>]|[A-Za-z_]\w*(?=\s*[:{[<])/g,
  )) {
    if ('{[<'.includes(token)) depth++;
    else if ('}]>'.includes(token)) depth--;
    else if (depth === 0 && !token.startsWith('"')) names.push(token);
  }
  return names;
}

function withoutComments(text: string): string {
  return text.replaceAll(/("(?:[^"\\\n]|\\.)*")|#[^\n]*/g, (_, words: string | undefined) => words ?? '');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
