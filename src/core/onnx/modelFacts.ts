import { bytes, whole } from '../words.ts';
import { answerOf } from './answer.ts';
import { canonicalDomain, domainName } from './domains.ts';
import { treesOf } from './ensembles.ts';
import type { Answer, ModelFacts, TensorSpec } from './facts.ts';
import { modelKind } from './modelKind.ts';
import type { onnx } from './onnx.generated.js';
import { inputSpecs, outputSpecs } from './specs.ts';
import { nodesOf } from './walk.ts';
import { weightsOf } from './weights.ts';

/** What the reader of the files knows of the model. */
export interface FileFacts {
  /** SHA-256 over the .onnx file and its external data files, hex. */
  readonly digest: string;
  /** Bytes, external data included. */
  readonly size: number;
  /** External data files, relative to the model's folder. */
  readonly externalFiles: readonly string[];
}

/** What can be said of a verified model without running it. */
export function modelFacts(model: onnx.ModelProto, file: FileFacts): ModelFacts {
  const { graph } = model;
  const inputs = graph === null ? [] : inputSpecs(graph);
  const answer = answerOf(model);
  const opsets = opsetsOf(model);
  const parameters = [...weightsOf(model)].reduce((total, { count }) => total + count, 0);
  const operators = operatorCounts(model);
  return {
    digest: file.digest,
    size: file.size,
    irVersion: model.ir_version,
    opsets,
    producer: [model.producer_name, model.producer_version].filter(part => part !== '').join(' '),
    domain: model.domain,
    description: model.doc_string,
    metadata: metadataOf(model),
    inputs,
    outputs: graph === null ? [] : outputSpecs(graph),
    operators,
    nodes: operators.reduce((total, { count }) => total + count, 0),
    parameters,
    trees: treesOf(model),
    externalData: file.externalFiles,
    answer,
    sentence: [
      taskWords(answer),
      inputWords(inputs),
      modelKind(model, parameters),
      bytes(file.size),
      opsetWords(opsets),
    ].join(', '),
  };
}

/** The opsets a model imports, the default domain first. */
export function opsetsOf(model: onnx.ModelProto): { domain: string; version: number }[] {
  return model.opset_import
    .map(({ domain, version }) => ({ domain: canonicalDomain(domain), version }))
    .sort((a, b) => (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : 0));
}

export function metadataOf(model: onnx.ModelProto): Record<string, string> {
  return Object.fromEntries(model.metadata_props.map(({ key, value }) => [key, value]));
}

/** Operators (with their domain unless the default) and their nodes, most frequent first. */
export function operatorCounts(model: onnx.ModelProto): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { domain, op_type: operator } of nodesOf(model)) {
    const home = canonicalDomain(domain);
    const name = home === '' ? operator : `${home}.${operator}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function taskWords({ task, classes }: Answer): string {
  if (task === 'binary') return 'Binary classifier';
  if (task === 'multiclass') return `Classifier of ${classes.length} classes`;
  return task === 'regression' ? 'Regressor' : 'Model';
}

/** Columns of the matrix inputs and single columns together; an image or sequence by its shape. */
function inputWords(inputs: readonly TensorSpec[]): string {
  const [only] = inputs;
  if (only !== undefined && inputs.length === 1 && only.shape.length > 2) {
    return `input of ${only.shape.slice(1).join(' × ')}`;
  }
  const columns = inputs.reduce((total, { shape }) => {
    const width = shape.length === 2 ? shape[1] : 1;
    return total + (typeof width === 'number' ? width : 1);
  }, 0);
  return columns === 1 ? '1 input' : `${whole(columns)} inputs`;
}

function opsetWords(opsets: readonly { domain: string; version: number }[]): string {
  const [first] = opsets;
  if (first === undefined) return 'no opset';
  return first.domain === ''
    ? `opset ${first.version}`
    : `opset ${first.version} of ${domainName(first.domain)}`;
}
