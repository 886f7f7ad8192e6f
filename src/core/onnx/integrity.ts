import { canonicalDomain, domainName, isRuntimeDomain } from './domains.ts';
import { externalDataOf } from './externalData.ts';
import { opsetsOf } from './modelFacts.ts';
import type { onnx } from './onnx.generated.js';
import { inputSpecs } from './specs.ts';
import { graphsOf, nodesOf } from './walk.ts';
import { type Weights, weightsOf } from './weights.ts';

/** Values that are not finite in one tensor or attribute. */
export interface NotFinite {
  /** The initializer's name, or `node.attribute` for an attribute of an operator. */
  readonly name: string;
  readonly nan: number;
  readonly infinite: number;
  /** Elements looked at. */
  readonly values: number;
}

/** What integrity checks ask of a model, without running it. JSON-able. */
export interface IntegrityFacts {
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  /** Elements in all initializers and in the attributes of linear and tree operators. */
  readonly parameters: number;
  /** Bytes these take in memory. */
  readonly parameterBytes: number;
  /** Tensors and attributes that hold NaN or infinite values; external data is not looked at. */
  readonly notFinite: readonly NotFinite[];
  /** Domain -> operators used from it, names sorted. */
  readonly operatorsByDomain: readonly { readonly domain: string; readonly operators: readonly string[] }[];
  /** Imported domains that ONNX Runtime does not bring along and the model's own functions do not define. */
  readonly unknownDomains: readonly string[];
  /** Input axes without a fixed size, by their symbol (`?` when they have none). */
  readonly dynamicAxes: readonly { readonly input: string; readonly axis: number; readonly symbol: string }[];
  /** Inputs and outputs whose shape is not stated at all. */
  readonly withoutShape: readonly string[];
  /** Initializers nothing reads. */
  readonly unusedInitializers: readonly string[];
  /** Inputs nothing reads. */
  readonly unusedInputs: readonly string[];
  readonly functions: number;
  readonly trainingInfo: boolean;
  readonly externalData: readonly string[];
}

/** @param model a verified model */
export function integrityOf(model: onnx.ModelProto): IntegrityFacts {
  const { graph } = model;
  const weights = [...weightsOf(model)];
  const inputs = graph === null ? [] : inputSpecs(graph);
  const read = namesRead(model);
  return {
    irVersion: model.ir_version,
    opsets: opsetsOf(model),
    producer: [model.producer_name, model.producer_version].filter(part => part !== '').join(' '),
    parameters: weights.reduce((total, { count }) => total + count, 0),
    parameterBytes: weights.reduce((total, { bytes }) => total + bytes, 0),
    notFinite: weights.flatMap(notFiniteOf),
    operatorsByDomain: operatorsByDomain(model),
    unknownDomains: unknownDomains(model),
    dynamicAxes: inputs.flatMap(({ name, shape }) =>
      shape.flatMap((symbol, axis) => (typeof symbol === 'string' ? [{ input: name, axis, symbol }] : [])),
    ),
    withoutShape: [...(graph?.input ?? []), ...(graph?.output ?? [])]
      .filter(({ type }) => type?.tensor_type?.shape === null)
      .map(({ name }) => name),
    unusedInitializers: (graph?.initializer ?? []).map(({ name }) => name).filter(name => !read.has(name)),
    unusedInputs: inputs.map(({ name }) => name).filter(name => !read.has(name)),
    functions: model.functions.length,
    trainingInfo: model.training_info.length > 0,
    externalData: [...new Set(externalDataOf(model).map(({ location }) => location))],
  };
}

function notFiniteOf({ name, count, values }: Weights): NotFinite[] {
  const numbers = values();
  if (numbers === null) return [];
  let nan = 0;
  let infinite = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
  }
  return nan + infinite === 0 ? [] : [{ name, nan, infinite, values: count }];
}

/** Names that a node of any graph reads, or that a graph gives out. */
function namesRead(model: onnx.ModelProto): ReadonlySet<string> {
  const read = new Set<string>();
  for (const { input } of nodesOf(model)) for (const name of input) read.add(name);
  for (const { output } of graphsOf(model)) for (const { name } of output) read.add(name);
  return read;
}

function operatorsByDomain(model: onnx.ModelProto): { domain: string; operators: string[] }[] {
  const domains = new Map<string, Set<string>>();
  for (const { domain, op_type: operator } of nodesOf(model)) {
    const home = canonicalDomain(domain);
    domains.set(home, (domains.get(home) ?? new Set()).add(operator));
  }
  return [...domains.keys()]
    .sort()
    .map(domain => ({ domain: domainName(domain), operators: [...domains.get(domain)!].sort() }));
}

function unknownDomains(model: onnx.ModelProto): string[] {
  const own = new Set(model.functions.map(({ domain }) => canonicalDomain(domain)));
  const imported = model.opset_import.map(({ domain }) => canonicalDomain(domain));
  return [...new Set(imported)].filter(domain => !isRuntimeDomain(domain) && !own.has(domain)).sort();
}
