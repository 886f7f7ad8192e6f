import { BadInput } from '../failure.ts';
import { canonicalDomain, domainName, isRuntimeDomain, LARGEST_IR, LARGEST_OPSET } from './domains.ts';
import { externalDataOf } from './externalData.ts';
import type { onnx } from './onnx.generated.js';
import { operatorSince } from './operators.ts';
import { functionKey, verifyFunctions } from './verifyFunctions.ts';
import { verifyGraph } from './verifyGraph.ts';
import { verifySparse, verifyTensor } from './verifyTensor.ts';
import { graphsOf, nodeName, sparseTensorsOf, tensorsOf } from './walk.ts';

export interface Limits {
  /** Graphs within graphs (If, Loop, Scan bodies). */
  readonly depth: number;
  /** Nodes, when every call of a function is written out. */
  readonly nodes: number;
}

const LIMITS: Limits = { depth: 16, nodes: 2_000_000 };

/**
 * Checks all that ONNX Runtime would trust: every tensor, name, opset and function of the model.
 * @throws BadInput naming the first thing that is wrong
 */
export function verifyModel(model: onnx.ModelProto, limits: Limits = LIMITS): void {
  const { graph } = model;
  if (graph === null) throw new BadInput('not-onnx', 'The model has no graph.');
  if (model.ir_version > LARGEST_IR) {
    throw new BadInput(
      'newer-model',
      `The model is of ONNX IR version ${model.ir_version}; this version of Slipway reads up to ${LARGEST_IR}. ` +
        'Export it for an earlier version (onnx.helper.make_model(..., ir_version=...)).',
    );
  }
  const opsets = verifyOpsets(model.opset_import);
  const functions = verifyFunctions(model, limits);
  for (const one of graphsOf(model)) verifyOperators(one.node, opsets, functions);
  for (const func of model.functions) {
    verifyOperators(func.node, verifyOpsets(func.opset_import, opsets), functions);
  }
  // First the tensors, so that what follows may trust them.
  for (const tensor of tensorsOf(model)) verifyTensor(tensor);
  for (const sparse of sparseTensorsOf(model)) verifySparse(sparse);
  externalDataOf(model);
  const scope = { depth: 0, largestDepth: limits.depth, inFunction: false, outer: [] };
  verifyGraph(graph, { ...scope, where: 'the graph' });
  for (const { initialization, algorithm } of model.training_info) {
    // A training graph reads the names of the graph it trains.
    const outer = [namesOf(graph)];
    for (const part of [initialization, algorithm]) {
      if (part !== null) verifyGraph(part, { ...scope, where: 'the training graph', outer });
    }
  }
}

function namesOf(graph: onnx.GraphProto): ReadonlySet<string> {
  return new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
}

type Opsets = ReadonlyMap<string, number>;

/** @param around the opsets of the model, for those that a function leaves out */
function verifyOpsets(imports: readonly onnx.OperatorSetIdProto[], around?: Opsets): Opsets {
  if (imports.length === 0 && around === undefined) {
    throw new BadInput(
      'no-opset',
      'The model does not say which opset it needs: it is damaged or cut short. Export or copy it again.',
    );
  }
  const opsets = new Map(around);
  for (const { domain, version } of imports) {
    const largest = LARGEST_OPSET.get(canonicalDomain(domain));
    if (largest !== undefined && version > largest) {
      throw new BadInput(
        'newer-opset',
        `The model needs opset ${version} of ${domainName(domain)}; ONNX Runtime 1.30 knows up to ${largest}. ` +
          'Export it with an earlier target opset.',
      );
    }
    opsets.set(canonicalDomain(domain), version);
  }
  return opsets;
}

function verifyOperators(
  nodes: readonly onnx.NodeProto[],
  opsets: Opsets,
  functions: ReadonlySet<string>,
): void {
  for (const node of nodes) {
    if (functions.has(functionKey(node.domain, node.op_type, node.overload))) continue;
    const domain = canonicalDomain(node.domain);
    if (!isRuntimeDomain(domain)) {
      throw new BadInput(
        'unknown-operator',
        `The model uses the operator ${node.op_type} of the domain "${domain}", which ONNX Runtime does not ` +
          'bring along: export the model without custom operators.',
      );
    }
    const since = operatorSince(domain, node.op_type);
    const opset = opsets.get(domain);
    if (since === null) {
      throw new BadInput(
        'unknown-operator',
        `The model uses the operator ${node.op_type}, which ${domainName(domain)} does not have` +
          `${node.name === '' ? '' : ` (node "${node.name}")`}: it is damaged, or needs a newer ONNX Runtime.`,
      );
    }
    if (since === undefined) continue;
    if (opset === undefined) {
      throw new BadInput(
        'no-opset',
        `The model uses ${nodeName(node)} of ${domainName(domain)} without saying which opset of it.`,
      );
    }
    if (opset < since && opset > 0) {
      throw new BadInput(
        'newer-operator',
        `The model uses the operator ${node.op_type}, which came with opset ${since} of ${domainName(domain)}, ` +
          `but says that it needs opset ${opset}: export it again with a target opset of ${since} or more.`,
      );
    }
  }
}
