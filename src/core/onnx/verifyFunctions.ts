import { BadInput } from '../failure.ts';
import { canonicalDomain } from './domains.ts';
import type { onnx } from './onnx.generated.js';
import type { Limits } from './verify.ts';
import { verifyAttribute } from './verifyTensor.ts';
import { verifyNodes } from './verifyGraph.ts';
import { graphsOfNode } from './walk.ts';

/** What a node calls: domain, name and overload. */
export function functionKey(domain: string, name: string, overload: string): string {
  return JSON.stringify([canonicalDomain(domain), name, overload]);
}

/**
 * Checks the functions a model defines: unique, sound, never calling themselves, and not growing beyond the
 * limit when every call is written out (which ONNX Runtime does).
 * @returns their keys
 * @throws BadInput
 */
export function verifyFunctions(model: onnx.ModelProto, limits: Limits): ReadonlySet<string> {
  const functions = new Map<string, onnx.FunctionProto>();
  for (const func of model.functions) {
    const key = functionKey(func.domain, func.name, func.overload);
    if (functions.has(key)) {
      throw new BadInput(
        'damaged-function',
        `The model defines the function ${func.name} twice: it is damaged. Export it again.`,
      );
    }
    functions.set(key, func);
  }
  const sizes = new Map<string, number>();
  for (const key of functions.keys()) sizeOf(key, functions, sizes, [], limits);
  const total = nodesWrittenOut(model.graph?.node ?? [], key => sizes.get(key));
  if (total > limits.nodes) tooLarge(total, limits);
  for (const func of model.functions) verifyFunction(func, limits);
  return new Set(functions.keys());
}

function verifyFunction(func: onnx.FunctionProto, limits: Limits): void {
  const where = `the function ${func.name}`;
  for (const attribute of func.attribute_proto) verifyAttribute(attribute, where, false);
  const names = new Set(func.input);
  if (names.size < func.input.length) {
    throw new BadInput('damaged-function', `The model is damaged: ${where} has two inputs of one name.`);
  }
  const outputs = func.output.map(name => ({ name }));
  verifyNodes(func.node, names, outputs, {
    where,
    depth: 0,
    largestDepth: limits.depth,
    inFunction: true,
    outer: [],
  });
}

/** Nodes of a function when every call in it is written out. */
function sizeOf(
  key: string,
  functions: ReadonlyMap<string, onnx.FunctionProto>,
  sizes: Map<string, number>,
  path: readonly string[],
  limits: Limits,
): number | undefined {
  const known = sizes.get(key);
  const func = functions.get(key);
  if (known !== undefined || func === undefined) return known;
  if (path.includes(key)) {
    throw new BadInput(
      'recursive-function',
      `The function ${func.name} of the model calls itself, which ONNX does not allow.`,
    );
  }
  if (path.length > 100) {
    throw new BadInput('model-too-deep', 'The functions of the model call each other more than 100 deep.');
  }
  const inner = [...path, key];
  const size = nodesWrittenOut(func.node, called => sizeOf(called, functions, sizes, inner, limits));
  if (size > limits.nodes) tooLarge(size, limits);
  sizes.set(key, size);
  return size;
}

function nodesWrittenOut(
  nodes: readonly onnx.NodeProto[],
  size: (key: string) => number | undefined,
): number {
  let total = 0;
  for (const node of nodes) {
    total += size(functionKey(node.domain, node.op_type, node.overload)) ?? 1;
    for (const graph of graphsOfNode(node)) total += nodesWrittenOut(graph.node, size);
  }
  return total;
}

function tooLarge(nodes: number, limits: Limits): never {
  throw new BadInput(
    'model-too-large',
    `The model grows to ${nodes} nodes when its functions are written out, more than the ${limits.nodes} allowed.`,
  );
}
