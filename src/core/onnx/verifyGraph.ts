import { BadInput } from '../failure.ts';
import { onnx } from './onnx.generated.js';
import { verifyAttribute } from './verifyTensor.ts';
import { graphsOfNode, nodeName } from './walk.ts';

function fail(sentence: string): never {
  throw new BadInput('damaged-graph', `The model is damaged: ${sentence}. Export or copy it again.`);
}

/** What a list of nodes may read and must produce. */
interface Scope {
  /** In words: `the graph`, `the function f`. */
  readonly where: string;
  readonly depth: number;
  readonly largestDepth: number;
  readonly inFunction: boolean;
  /** Names of the graphs around it. */
  readonly outer: ReadonlySet<string>[];
}

/**
 * Checks the names of a graph and of the graphs in it: single assignment, order, outputs.
 * @param depth how many graphs are around it
 * @throws BadInput
 */
export function verifyGraph(graph: onnx.GraphProto, scope: Scope): void {
  const { where, depth, largestDepth } = scope;
  if (depth > largestDepth) {
    throw new BadInput(
      'model-too-deep',
      `The model nests graphs more than ${largestDepth} deep: it is damaged, or made to do harm.`,
    );
  }
  const names = new Set<string>();
  for (const { name, type } of graph.input) {
    if (name === '') fail(`${where} has an input without a name`);
    if (names.has(name)) fail(`${where} has two inputs "${name}"`);
    names.add(name);
    if (depth === 0) verifyType(type, `input "${name}"`);
  }
  const initializers = new Set<string>();
  for (const { name } of [...graph.initializer, ...graph.sparse_initializer.map(s => s.values!)]) {
    if (name === '') fail(`${where} has an initializer without a name`);
    if (initializers.has(name)) fail(`${where} has two initializers "${name}"`);
    initializers.add(name);
  }
  verifyNodes(graph.node, new Set([...names, ...initializers]), graph.output, scope);
}

/**
 * Checks that every node reads what stands before it and names what nothing else names, and that the outputs
 * are produced.
 * @param names the names known at the start; extended with the nodes' outputs
 */
export function verifyNodes(
  nodes: readonly onnx.NodeProto[],
  names: Set<string>,
  outputs: readonly { readonly name: string; readonly type?: onnx.TypeProto | null }[],
  scope: Scope,
): void {
  const { where, outer, depth } = scope;
  const known = (name: string): boolean => names.has(name) || outer.some(set => set.has(name));
  let later: Set<string> | undefined;
  for (const node of nodes) {
    const missing = node.input.find(name => name !== '' && !known(name));
    if (missing !== undefined) {
      later ??= new Set(nodes.flatMap(({ output }) => output));
      const why = later.has(missing) ? 'is only computed later (or in a circle)' : 'nothing computes';
      fail(`${nodeName(node)} reads "${missing}", which ${why}`);
    }
    verifyAttributes(node, scope);
    for (const graph of graphsOfNode(node)) {
      const inner = `the graph in ${nodeName(node)}`;
      verifyGraph(graph, { ...scope, where: inner, depth: depth + 1, outer: [...outer, names] });
    }
    for (const name of node.output) {
      if (name === '') continue;
      if (names.has(name)) fail(`"${name}" is computed twice (again by ${nodeName(node)})`);
      names.add(name);
    }
  }
  const seen = new Set<string>();
  for (const { name, type } of outputs) {
    if (!known(name)) fail(`${where} gives the output "${name}", which nothing computes`);
    if (depth === 0 && seen.has(name)) fail(`${where} gives the output "${name}" twice`);
    if (depth === 0 && type !== undefined && type !== null) verifyType(type, `output "${name}"`);
    seen.add(name);
  }
}

function verifyAttributes(node: onnx.NodeProto, { inFunction }: Scope): void {
  const seen = new Set<string>();
  for (const attribute of node.attribute) {
    verifyAttribute(attribute, nodeName(node), inFunction);
    if (seen.has(attribute.name)) fail(`${nodeName(node)} has the attribute "${attribute.name}" twice`);
    seen.add(attribute.name);
  }
}

const TYPES = new Set<number>(Object.values(onnx.TensorProto.DataType));

function verifyType(type: onnx.TypeProto | null, where: string): void {
  if (type === null) fail(`the ${where} has no type`);
  const element = type.tensor_type?.elem_type ?? type.sparse_tensor_type?.elem_type;
  if (element !== undefined && (element === 0 || !TYPES.has(element))) {
    fail(`the ${where} has no element type that ONNX knows`);
  }
  if (type.sequence_type) verifyType(type.sequence_type.elem_type, where);
  if (type.optional_type) verifyType(type.optional_type.elem_type, where);
  if (type.map_type) verifyType(type.map_type.value_type, where);
}
