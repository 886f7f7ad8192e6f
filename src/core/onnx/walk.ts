import type { onnx } from './onnx.generated.js';

/** A tensor and where it stands, in words. */
export interface PlacedTensor {
  readonly tensor: onnx.TensorProto;
  readonly where: string;
}

export interface PlacedSparseTensor {
  readonly sparse: onnx.SparseTensorProto;
  readonly where: string;
}

/** The graphs that a node carries in its attributes (the branches of If, the body of Loop and Scan). */
export function graphsOfNode(node: onnx.NodeProto): onnx.GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => (g === null ? graphs : [g, ...graphs]));
}

/** The main graph, the training graphs and every graph inside a node, functions included. */
export function* graphsOf(model: onnx.ModelProto): Generator<onnx.GraphProto> {
  const pending = roots(model);
  for (const func of model.functions) pending.push(...func.node.flatMap(graphsOfNode));
  for (let graph = pending.pop(); graph !== undefined; graph = pending.pop()) {
    yield graph;
    for (const node of graph.node) pending.push(...graphsOfNode(node));
  }
}

function roots(model: onnx.ModelProto): onnx.GraphProto[] {
  const training = model.training_info.flatMap(info => [info.initialization, info.algorithm]);
  return [model.graph, ...training].filter(graph => graph !== null);
}

/** Every node: of the graphs and of the functions. */
export function* nodesOf(model: onnx.ModelProto): Generator<onnx.NodeProto> {
  for (const graph of graphsOf(model)) yield* graph.node;
  for (const func of model.functions) yield* func.node;
}

/** Every attribute, with its owner: of nodes, and the defaults of functions. */
export function* attributesOf(
  model: onnx.ModelProto,
): Generator<{ attribute: onnx.AttributeProto; owner: string }> {
  for (const node of nodesOf(model)) {
    for (const attribute of node.attribute) yield { attribute, owner: nodeName(node) };
  }
  for (const func of model.functions) {
    for (const attribute of func.attribute_proto) yield { attribute, owner: `function ${func.name}` };
  }
}

/** Every sparse tensor: initializers and attributes. */
export function* sparseTensorsOf(model: onnx.ModelProto): Generator<PlacedSparseTensor> {
  for (const graph of graphsOf(model)) {
    for (const sparse of graph.sparse_initializer) {
      yield { sparse, where: `sparse initializer "${sparse.values?.name ?? ''}"` };
    }
  }
  for (const { attribute, owner } of attributesOf(model)) {
    const { sparse_tensor: one, sparse_tensors: many } = attribute;
    const where = `attribute ${attribute.name} of ${owner}`;
    for (const sparse of one === null ? many : [one, ...many]) yield { sparse, where };
  }
}

/** Every tensor: initializers, attributes, and the values and indices of sparse tensors. */
export function* tensorsOf(model: onnx.ModelProto): Generator<PlacedTensor> {
  for (const graph of graphsOf(model)) {
    for (const tensor of graph.initializer) yield { tensor, where: `initializer "${tensor.name}"` };
  }
  for (const { attribute, owner } of attributesOf(model)) {
    const where = `attribute ${attribute.name} of ${owner}`;
    const { t, tensors } = attribute;
    for (const tensor of t === null ? tensors : [t, ...tensors]) yield { tensor, where };
  }
  for (const { sparse, where } of sparseTensorsOf(model)) {
    for (const tensor of [sparse.values, sparse.indices]) if (tensor !== null) yield { tensor, where };
  }
}

/** A node in words: its operator, and its name when it has one. */
export function nodeName(node: onnx.NodeProto): string {
  return node.name === '' ? node.op_type : `${node.op_type} "${node.name}"`;
}

/** The attribute of a node, null when it has none of that name. */
export function attributeOf(node: onnx.NodeProto, name: string): onnx.AttributeProto | null {
  return node.attribute.find(attribute => attribute.name === name) ?? null;
}

/** True when a field stands in the file, even with its default value. */
export function has<T extends object>(message: T, field: keyof T & string): boolean {
  return Object.hasOwn(message, field);
}
