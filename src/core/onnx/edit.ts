import { BadInput } from '../failure.ts';
import { decodeModel } from './decode.ts';
import { canonicalDomain } from './domains.ts';
import { onnx } from './onnx.generated.js';
import { textOf } from './tensor.ts';
import { attributeOf, graphsOfNode } from './walk.ts';
import { field, fieldsOf, messageOf, type Field } from './wire.ts';

/** Field numbers in onnx.proto. */
const MODEL_GRAPH = 7;
const MODEL_OPSET = 8;
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;

const { FLOAT } = onnx.TensorProto.DataType;

/**
 * The model with tensors as its only outputs: ZipMap goes, its probabilities take its place under the same
 * name; other sequences, maps and optionals leave the outputs. Class labels stay readable through `answerOf`
 * of the model before the edit. All other bytes stay as they are.
 * @param bytes a verified model
 * @returns the same bytes when there is nothing to change
 * @throws BadInput when no tensor output is left
 */
export function tensorOutputs(bytes: Uint8Array): { bytes: Uint8Array; changed: boolean } {
  // Most models have nothing to change: their outputs alone tell, and decoding a large model takes seconds.
  const outputs = outputsOf(bytes);
  const others = outputs.filter(({ type }) => type !== null && type.tensor_type === null);
  if (others.length === 0) return { bytes, changed: false };
  const { graph, opset_import: imports } = decodeModel(bytes);
  if (graph === null) return { bytes, changed: false };
  const zipMaps = new Map(others.flatMap(({ name }) => zipMapOf(graph, name)));
  if (zipMaps.size + outputs.length - others.length === 0) {
    throw new BadInput(
      'no-tensor-output',
      `The model gives no tensor, only ${others.map(({ name }) => `"${name}"`).join(', ')} (sequences or maps): ` +
        'export it with a tensor output (zipmap=False).',
    );
  }
  const dropped = new Set(others.map(({ name }) => name).filter(name => !zipMaps.has(name)));
  const edited = fieldsOf(bytes).map(part =>
    part.number === MODEL_GRAPH && part.content !== null
      ? field(MODEL_GRAPH, editedGraph(part.content, zipMaps, dropped))
      : part,
  );
  return { bytes: messageOf(withDefaultDomain(edited, imports)), changed: true };
}

function outputsOf(model: Uint8Array): onnx.ValueInfoProto[] {
  return contents(model, MODEL_GRAPH)
    .flatMap(graph => contents(graph, GRAPH_OUTPUT))
    .map(output => onnx.ValueInfoProto.decode(output));
}

function contents(message: Uint8Array, number: number): Uint8Array[] {
  return fieldsOf(message).flatMap(part => (part.number === number && part.content ? [part.content] : []));
}

/** Output name -> how many classes its ZipMap names (0 when it names none). */
type ZipMaps = ReadonlyMap<string, number>;

/** The ZipMap behind an output, unless something else in the graph reads the maps. */
function zipMapOf(graph: onnx.GraphProto, output: string): [string, number][] {
  const node = graph.node.find(candidate => candidate.output.includes(output));
  if (node?.op_type !== 'ZipMap' || canonicalDomain(node.domain) !== 'ai.onnx.ml') return [];
  if (graph.node.some(other => reads(other, output))) return [];
  const strings = attributeOf(node, 'classlabels_strings')?.strings ?? [];
  const integers = attributeOf(node, 'classlabels_int64s')?.ints ?? [];
  return [[output, Math.max(strings.length, integers.length)]];
}

function reads(node: onnx.NodeProto, name: string): boolean {
  const inner = graphsOfNode(node).some(graph => graph.node.some(child => reads(child, name)));
  return inner || node.input.includes(name);
}

function editedGraph(graph: Uint8Array, zipMaps: ZipMaps, dropped: ReadonlySet<string>): Uint8Array {
  const fields = fieldsOf(graph).flatMap((part): Field[] => {
    if (part.content === null) return [part];
    if (part.number === GRAPH_NODE) return [editedNode(part, part.content, zipMaps)];
    if (part.number !== GRAPH_OUTPUT) return [part];
    const { name } = onnx.ValueInfoProto.decode(part.content);
    if (dropped.has(name)) return [];
    const classes = zipMaps.get(name);
    return [classes === undefined ? part : field(GRAPH_OUTPUT, scoresOutput(name, classes))];
  });
  return messageOf(fields);
}

/**
 * ZipMap becomes Cast to float32, which is what its maps hold: the output keeps its name whatever else reads
 * the scores, and scikit-learn models of float64 have scores of float64.
 */
function editedNode(part: Field, content: Uint8Array, zipMaps: ZipMaps): Field {
  const fields = fieldsOf(content);
  const output = fields.find(({ number }) => number === NODE_OUTPUT)?.content;
  if (!output || !zipMaps.has(textOf(output))) return part;
  const kept = fields.filter(({ number }) => number === NODE_INPUT || number === NODE_OUTPUT);
  const to = { name: 'to', type: onnx.AttributeProto.AttributeType.INT, i: FLOAT };
  const cast = onnx.NodeProto.encode({ op_type: 'Cast', attribute: [to] }).finish();
  return field(GRAPH_NODE, messageOf([...kept, ...fieldsOf(cast)]));
}

/** float32 [n, classes] */
function scoresOutput(name: string, classes: number): Uint8Array {
  const dim = [{}, classes === 0 ? {} : { dim_value: classes }];
  const type = { tensor_type: { elem_type: FLOAT, shape: { dim } } };
  return onnx.ValueInfoProto.encode({ name, type }).finish();
}

/** Models with only ai.onnx.ml operators may not import the domain that Cast is in. */
function withDefaultDomain(fields: readonly Field[], imports: readonly onnx.OperatorSetIdProto[]): Field[] {
  if (imports.some(({ domain }) => canonicalDomain(domain) === '')) return [...fields];
  const opset = onnx.OperatorSetIdProto.encode({ domain: '', version: 9 }).finish();
  return [...fields, field(MODEL_OPSET, opset)];
}
