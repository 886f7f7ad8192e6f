import { BadInput } from '../../failure.ts';
import { decodeModel } from '../decode.ts';
import { canonicalDomain } from '../domains.ts';
import { indexOf } from '../graphIndex.ts';
import { onnx, type Init } from '../onnx.generated.js';
import { graphsOfNode, nodeName } from '../walk.ts';
import { field, fieldsOf, messageOf, type Field } from '../wire.ts';
import { arithmeticRules } from './arithmetic.ts';
import { Builder } from './builder.ts';
import { convolutionRules } from './convolution.ts';
import { elementwiseRules } from './elementwise.ts';
import { normalisationRules } from './normalisation.ts';
import { productRules } from './products.ts';
import { reductionRules } from './reductions.ts';
import type { Rule, Rules, Step } from './rule.ts';
import { shapeRules } from './shapes.ts';

/** Field numbers in onnx.proto. */
const MODEL_GRAPH = 7;
const MODEL_OPSET = 8;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_OUTPUT = 12;

/** ScatterElements adds from 16 on; 13 to 15 read the same when they are run as 16. */
const oldestOpset = 13;
const neededOpset = 16;

const rules: Rules = {
  ...elementwiseRules,
  ...arithmeticRules,
  ...productRules,
  ...normalisationRules,
  ...reductionRules,
  ...shapeRules,
  ...convolutionRules,
};

/** Their result follows the shape of a value alone, never the value. */
const shapeOnly = new Set(['Shape', 'Size']);

export interface GradientModel {
  readonly bytes: Uint8Array;
  /** For each input asked for, the output that holds the gradient, in the input's shape. */
  readonly gradients: readonly string[];
}

/**
 * The model with the gradient of one output with regard to some inputs as further outputs, written in standard
 * operators (reverse-mode differentiation, one vector-Jacobian product a node), so that any runtime computes it.
 * What is differentiated is the sum of a column over the rows: since rows do not follow each other, each row of
 * the gradient is its own. Where a function has a kink the gradient is one-sided; a maximum with ties counts each.
 * @param bytes a verified model whose outputs are tensors
 * @param column of the output's last axis; null: every element
 * @throws BadInput `no-gradient`, naming the node that no gradient passes
 */
export function gradientModel(
  bytes: Uint8Array,
  output: string,
  inputs: readonly string[],
  column: number | null,
): GradientModel {
  const { graph, opset_import: imports } = decodeModel(bytes);
  if (graph === null) throw noGradient('the model has no graph');
  const opset = imports.find(({ domain }) => canonicalDomain(domain) === '')?.version ?? 0;
  if (opset > 0 && opset < oldestOpset)
    throw noGradient(`the model is of opset ${opset}; export it with opset ${neededOpset} or newer`);
  const names = [
    ...graph.node.flatMap(node => [...node.output, ...node.input]),
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(graphsOfNode).flatMap(inner => inner.node.flatMap(node => node.output)),
  ];
  const b = new Builder(names);
  const found = backward(graph, b, output, seedOf(b, output, column), inputs);
  const gradients = inputs.map(input => {
    const gradient = found.get(input);
    if (gradient === undefined) throw noGradient(`\`${output}\` does not depend on the input \`${input}\``);
    return b.node('Identity', [gradient]);
  });
  const added: Field[] = [
    ...b.nodes.map(node => field(GRAPH_NODE, onnx.NodeProto.encode(node).finish())),
    ...b.initializers.map(tensor => field(GRAPH_INITIALIZER, onnx.TensorProto.encode(tensor).finish())),
    ...gradients.map(name => field(GRAPH_OUTPUT, valueInfo({ name }))),
  ];
  const edited = fieldsOf(bytes).map(part => {
    if (part.number === MODEL_GRAPH && part.content !== null)
      return field(MODEL_GRAPH, messageOf([...fieldsOf(part.content), ...added]));
    if (part.number !== MODEL_OPSET || part.content === null) return part;
    const { domain, version } = onnx.OperatorSetIdProto.decode(part.content);
    return canonicalDomain(domain) === '' && version < neededOpset ? opsetOf(neededOpset) : part;
  });
  if (opset === 0) edited.push(opsetOf(neededOpset));
  return { bytes: messageOf(edited), gradients };
}

/** 1 where an element counts, 0 elsewhere, in the shape of the output. */
function seedOf(b: Builder, output: string, column: number | null): string {
  if (column === null) return b.add(b.zerosLike(output), b.number(1, output));
  const shape = b.node('Shape', [output]);
  const width = b.node('Squeeze', [b.node('Gather', [shape, b.integers([-1])])]);
  const columns = b.node('Range', [b.scalar(0), width, b.scalar(1)]);
  const hit = b.node('CastLike', [b.node('Equal', [columns, b.scalar(column)]), output]);
  return b.node('Expand', [hit, shape]);
}

/** Gradients of `output` (weighted with `seed`) by value name, for every value it flows through. */
function backward(
  graph: onnx.GraphProto,
  b: Builder,
  output: string,
  seed: string,
  inputs: readonly string[],
): ReadonlyMap<string, string> {
  const index = indexOf(graph);
  const depends = dependents(graph, inputs);
  const gradients = new Map<string, string>([[output, seed]]);
  for (const node of graph.node.toReversed()) {
    const dys = node.output.map(name => gradients.get(name) ?? null);
    const first = dys.find(dy => dy !== null);
    if (first == null || !node.input.some(name => depends.has(name))) continue;
    const rule = ruleOf(node);
    const wanted = node.input.map((name, i) => name !== '' && depends.has(name) && rule.flows(i));
    const blocked = node.input.find((name, i) => depends.has(name) && !rule.flows(i));
    if (blocked !== undefined && !indirect(node))
      throw noGradient(`${nodeName(node)} takes \`${blocked}\`, which follows the inputs, as a setting`);
    const step: Step = {
      b,
      node,
      index,
      x: node.input,
      y: node.output,
      dys,
      dy: dys[0] ?? first,
      wanted,
    };
    const found = rule.apply(step);
    if ('refused' in found) throw noGradient(`no gradient passes ${nodeName(node)}: ${found.refused}`);
    node.input.forEach((name, i) => {
      const gradient = wanted[i] ? found[i] : null;
      if (gradient === null || gradient === undefined) return;
      const before = gradients.get(name);
      gradients.set(name, before === undefined ? gradient : b.add(before, gradient));
    });
  }
  return gradients;
}

/** The values that follow the inputs (their elements, not only their shapes). */
function dependents(graph: onnx.GraphProto, inputs: readonly string[]): ReadonlySet<string> {
  const found = new Set(inputs);
  for (const node of graph.node) {
    if (shapeOnly.has(node.op_type)) continue;
    const inner = graphsOfNode(node).flatMap(body => body.node.flatMap(child => child.input));
    if ([...node.input, ...inner].some(name => found.has(name)))
      for (const name of node.output) found.add(name);
  }
  return found;
}

/** A condition that follows the inputs is a kink: the gradient beside it holds. */
function indirect(node: onnx.NodeProto): boolean {
  return node.op_type === 'Where';
}

function ruleOf(node: onnx.NodeProto): Rule {
  const domain = canonicalDomain(node.domain);
  const rule = rules[domain === '' ? node.op_type : `${domain}.${node.op_type}`];
  if (rule !== undefined) return rule;
  const why = steps.has(node.op_type) ? 'its result moves in steps' : 'its rule is not known here';
  throw noGradient(`no gradient passes ${nodeName(node)}: ${why}`);
}

/** Flat between jumps: the gradient is zero wherever there is one. */
const steps = new Set([
  ...['ArgMax', 'ArgMin', 'Ceil', 'Equal', 'Floor', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
  ...['Not', 'OneHot', 'OneHotEncoder', 'LabelEncoder', 'Binarizer', 'Round', 'Sign', 'TopK'],
  ...['TreeEnsemble', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'SVMClassifier'],
]);

function noGradient(why: string): BadInput {
  return new BadInput(
    'no-gradient',
    `The model cannot be differentiated: ${why}. Choose the method \`shapley\`, which explains any model.`,
  );
}

function valueInfo(value: Init<onnx.ValueInfoProto>): Uint8Array {
  return onnx.ValueInfoProto.encode(value).finish();
}

function opsetOf(version: number): Field {
  return field(MODEL_OPSET, onnx.OperatorSetIdProto.encode({ domain: '', version }).finish());
}
