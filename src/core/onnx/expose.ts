import { BadInput } from '../failure.ts';
import { decodeModel } from './decode.ts';
import { canonicalDomain } from './domains.ts';
import { onnx } from './onnx.generated.js';
import { field, fieldsOf, messageOf, type Field } from './wire.ts';

/** Field numbers in onnx.proto. */
const MODEL_GRAPH = 7;
const MODEL_OPSET = 8;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;

export interface Exposed {
  readonly bytes: Uint8Array;
  /** The graph output that holds each tensor asked for, in the same order. */
  readonly outputs: readonly string[];
}

/**
 * The model with values from inside its main graph as further outputs. A value computed there, or already an
 * output, keeps its name; an input comes out through an Identity. All other bytes stay as they are.
 * @param bytes a verified model
 * @throws BadInput when the main graph has no such value
 */
export function exposeTensors(bytes: Uint8Array, names: readonly string[]): Exposed {
  const { graph, opset_import: imports } = decodeModel(bytes);
  const computed = new Set(graph?.node.flatMap(({ output }) => output));
  const inputs = new Set(graph?.input.map(({ name }) => name));
  const present = new Set(graph?.output.map(({ name }) => name));
  const taken = new Set([...computed, ...inputs, ...present]);
  const added: Field[] = [];
  const outputOf = new Map<string, string>();
  for (const name of names) {
    if (present.has(name)) outputOf.set(name, name);
    if (outputOf.has(name)) continue;
    if (!computed.has(name) && !inputs.has(name))
      throw new BadInput('unknown-tensor', `The model computes no value named "${name}".`);
    const output = computed.has(name) ? name : freeName(`${name}_exposed`, taken);
    if (output !== name) {
      const copy = { op_type: 'Identity', input: [name], output: [output] };
      added.push(field(GRAPH_NODE, onnx.NodeProto.encode(copy).finish()));
    }
    // Without a type: the runtime infers it.
    added.push(field(GRAPH_OUTPUT, onnx.ValueInfoProto.encode({ name: output }).finish()));
    taken.add(output);
    outputOf.set(name, output);
  }
  const outputs = names.map(name => outputOf.get(name)!);
  if (added.length === 0) return { bytes, outputs };
  const edited = fieldsOf(bytes).map(part =>
    part.number === MODEL_GRAPH && part.content !== null
      ? field(MODEL_GRAPH, messageOf([...fieldsOf(part.content), ...added]))
      : part,
  );
  // Models with only ai.onnx.ml operators may not import the domain that Identity is in.
  if (!imports.some(({ domain }) => canonicalDomain(domain) === ''))
    edited.push(field(MODEL_OPSET, onnx.OperatorSetIdProto.encode({ domain: '', version: 9 }).finish()));
  return { bytes: messageOf(edited), outputs };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}
