import type { GraphIndex } from '../../onnx/graphIndex.ts';
import type { onnx } from '../../onnx/onnx.generated.js';
import { tensorNumbers } from '../../onnx/tensor.ts';
import { attributeOf, nodeName } from '../../onnx/walk.ts';

/** A column of a model's raw input: what a person knows as a column. */
export interface RawColumn {
  readonly input: string;
  /** Place within the input's row; 0 for an input of one column. */
  readonly column: number;
}

/** Raw columns that a number of a row is computed from. */
type Sources = ReadonlySet<number>;

/** A value with one entry a row: its shape without the rows' axis, and the sources of each element. */
interface Rowwise {
  readonly inner: readonly number[];
  readonly sources: readonly Sources[];
}

/** A value that is the same for every row, its whole shape. */
interface Constant {
  readonly dims: readonly number[];
}

type Value = Rowwise | Constant;

/** Why a graph cannot be followed, as the end of a sentence. */
export class Untraceable extends Error {
  override readonly name = 'Untraceable';
}

const none: Sources = new Set();

/** Each element of the output is computed from the same element of the input. */
const ELEMENTWISE = new Set(
  (
    'Abs Acos Asin Atan Binarizer Cast CastLike CategoryMapper Ceil Clip Cos Dropout Elu Erf Exp Floor Identity ' +
    'Imputer IsInf IsNaN LabelEncoder LeakyRelu Log Neg Not Reciprocal Relu Round Scaler Sigmoid Sign Sin ' +
    'Softplus Sqrt Tan Tanh'
  ).split(' '),
);

/** Elements of inputs that broadcast. */
const BROADCAST = new Set(
  (
    'Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub Sum ' +
    'Where Xor'
  ).split(' '),
);

/** Every element depends on the whole row of the input; the shape stays. */
const MIXING = new Set(['Normalizer', 'Softmax', 'LogSoftmax', 'LpNormalization', 'LayerNormalization']);

/**
 * The raw columns that each column of a value in the graph is computed from, followed back through the
 * operators that encode columns. Rows stay on the first axis.
 * @param raw what there is to end at
 * @throws Untraceable at an operator that is not known to keep rows and columns apart
 */
export function sourcesOf(index: GraphIndex, name: string, raw: readonly RawColumn[]): readonly Sources[] {
  const value = new Trace(index, raw).value(name);
  if ('dims' in value) throw new Untraceable('the model computes its trees from constants');
  return value.sources;
}

class Trace {
  readonly #index: GraphIndex;
  readonly #known = new Map<string, Value>();
  readonly #open = new Set<string>();

  constructor(index: GraphIndex, raw: readonly RawColumn[]) {
    this.#index = index;
    const inputs = new Map<string, Set<number>[]>();
    raw.forEach(({ input }, at) => {
      const columns = inputs.get(input) ?? [];
      columns.push(new Set([at]));
      inputs.set(input, columns);
    });
    for (const [input, sources] of inputs) {
      const rank = index.types.get(input)?.tensor_type?.shape?.dim.length ?? 2;
      this.#known.set(input, { inner: rank === 1 ? [] : [sources.length], sources });
    }
  }

  value(name: string): Value {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const constant = this.#index.constants.get(name);
    if (constant !== undefined) return { dims: constant.dims };
    const node = this.#index.producers.get(name);
    if (node === undefined || this.#open.has(name)) throw new Untraceable(`"${name}" comes from nowhere`);
    this.#open.add(name);
    const value = this.#of(node, name);
    this.#open.delete(name);
    this.#known.set(name, value);
    return value;
  }

  #of(node: onnx.NodeProto, name: string): Value {
    const { op_type: operator } = node;
    if (ELEMENTWISE.has(operator)) return this.value(node.input[0] ?? '');
    if (BROADCAST.has(operator))
      return broadcast(
        node.input.map(input => this.value(input)),
        node,
      );
    const input = this.#rows(node.input[0] ?? '', node);
    if (MIXING.has(operator)) return { ...input, sources: input.sources.map(() => union(input.sources)) };
    switch (operator) {
      case 'Concat':
      case 'FeatureVectorizer':
        return this.#concat(node);
      case 'OneHotEncoder':
        return spread(input, categories(node));
      case 'Reshape':
        return reshaped(input, this.#numbers(node, 1), node);
      case 'Flatten':
        if ((attributeOf(node, 'axis')?.i ?? 1) !== 1) throw lost(node);
        return { inner: [input.sources.length], sources: input.sources };
      case 'Squeeze':
      case 'Unsqueeze':
        return this.#axes(node, input);
      case 'ArrayFeatureExtractor':
        if (input.inner.length === 0) throw lost(node);
        return select(input, input.inner.length - 1, this.#numbers(node, 1), node);
      case 'Gather':
        return this.#gather(node, input);
      case 'Slice':
        return this.#slice(node, input);
      case 'Split':
        return this.#split(node, name, input);
      case 'MatMul':
      case 'Gemm':
        return this.#product(node, input);
      default:
        throw lost(node);
    }
  }

  #rows(name: string, node: onnx.NodeProto): Rowwise {
    const value = this.value(name);
    if ('dims' in value) throw lost(node);
    return value;
  }

  #numbers(node: onnx.NodeProto, input: number): readonly number[] {
    const tensor = this.#index.constants.get(node.input[input] ?? '');
    const values = tensor === undefined ? null : tensorNumbers(tensor);
    if (values === null) throw lost(node);
    return Array.from(values);
  }

  /** Axes given as an attribute (older opsets) or as a constant input. */
  #list(node: onnx.NodeProto, attribute: string, input: number): readonly number[] | null {
    const given = attributeOf(node, attribute);
    if (given !== null) return given.ints;
    return node.input[input] ? this.#numbers(node, input) : null;
  }

  #concat(node: onnx.NodeProto): Rowwise {
    const parts = node.input.map(input => this.#rows(input, node));
    const rank = parts[0]!.inner.length;
    const axis = node.op_type === 'Concat' ? innerAxis(attributeOf(node, 'axis')?.i ?? 1, rank, node) : 0;
    // Along an axis further in, elements would interleave.
    if (axis !== 0 && parts.some(({ inner }) => inner.slice(0, axis).some(size => size !== 1)))
      throw lost(node);
    const inner = [...parts[0]!.inner];
    inner[axis] = parts.reduce((total, part) => total + (part.inner[axis] ?? 1), 0);
    return { inner, sources: parts.flatMap(({ sources }) => sources) };
  }

  #axes(node: onnx.NodeProto, input: Rowwise): Rowwise {
    const axes = this.#list(node, 'axes', 1);
    if (axes === null) throw lost(node);
    const inner = [...input.inner];
    const rank = inner.length + 1 + (node.op_type === 'Unsqueeze' ? axes.length : 0);
    const places = axes.map(axis => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
    if (places[0] === 0) throw lost(node);
    if (node.op_type === 'Unsqueeze') for (const place of places) inner.splice(place - 1, 0, 1);
    else for (const place of places.reverse()) inner.splice(place - 1, 1);
    return { inner, sources: input.sources };
  }

  #gather(node: onnx.NodeProto, input: Rowwise): Rowwise {
    const axis = innerAxis(attributeOf(node, 'axis')?.i ?? 0, input.inner.length, node);
    const indices = this.#index.constants.get(node.input[1] ?? '');
    const chosen = select(input, axis, this.#numbers(node, 1), node);
    if (indices!.dims.length > 1) throw lost(node);
    return indices!.dims.length === 1
      ? chosen
      : { inner: chosen.inner.filter((_, at) => at !== axis), sources: chosen.sources };
  }

  #slice(node: onnx.NodeProto, input: Rowwise): Rowwise {
    const starts = this.#list(node, 'starts', 1) ?? [];
    const ends = this.#list(node, 'ends', 2) ?? [];
    const axes = this.#list(node, 'axes', 3) ?? starts.map((_, at) => at);
    const steps = node.input[4] ? this.#numbers(node, 4) : [];
    if (steps.some(step => step !== 1)) throw lost(node);
    return starts.reduce((value, start, at) => {
      const axis = innerAxis(axes[at]!, value.inner.length, node);
      const size = value.inner[axis]!;
      const place = (given: number): number => Math.max(0, Math.min(size, given < 0 ? given + size : given));
      const from = place(start);
      const chosen = Array.from({ length: Math.max(0, place(ends[at]!) - from) }, (_, i) => from + i);
      return select(value, axis, chosen, node);
    }, input);
  }

  #split(node: onnx.NodeProto, name: string, input: Rowwise): Rowwise {
    const axis = innerAxis(attributeOf(node, 'axis')?.i ?? 0, input.inner.length, node);
    const size = Math.ceil(input.inner[axis]! / node.output.length);
    const sizes = this.#list(node, 'split', 1) ?? node.output.map(() => size);
    const which = node.output.indexOf(name);
    const from = sizes.slice(0, which).reduce((sum, each) => sum + each, 0);
    const to = Math.min(input.inner[axis]!, from + sizes[which]!);
    return select(
      input,
      axis,
      Array.from({ length: to - from }, (_, i) => from + i),
      node,
    );
  }

  /** A column of a product depends on the columns that its weights do not put to zero. */
  #product(node: onnx.NodeProto, input: Rowwise): Rowwise {
    const weights = this.#numbers(node, 1);
    const dims = this.#index.constants.get(node.input[1]!)!.dims;
    if (input.inner.length !== 1 || dims.length !== 2 || attributeOf(node, 'transA')?.i) throw lost(node);
    const transposed = node.op_type === 'Gemm' && attributeOf(node, 'transB')?.i === 1;
    const [rows, columns] = transposed ? [dims[1]!, dims[0]!] : [dims[0]!, dims[1]!];
    const sources = Array.from({ length: columns }, (_, j) =>
      union(input.sources.filter((_, i) => weights[transposed ? j * rows + i : i * columns + j] !== 0)),
    );
    return { inner: [columns], sources };
  }
}

function lost(node: onnx.NodeProto): Untraceable {
  return new Untraceable(`${nodeName(node)} cannot be followed back to single columns`);
}

function union(sources: readonly Sources[]): Sources {
  if (sources.length === 1) return sources[0]!;
  const all = new Set<number>();
  for (const each of sources) for (const source of each) all.add(source);
  return all;
}

/** An axis without the rows' own. */
function innerAxis(axis: number, rank: number, node: onnx.NodeProto): number {
  const inner = axis < 0 ? axis + rank : axis - 1;
  if (inner < 0 || inner >= rank) throw lost(node);
  return inner;
}

function categories(node: onnx.NodeProto): number {
  const words = attributeOf(node, 'cats_strings')?.strings.length ?? 0;
  return Math.max(words, attributeOf(node, 'cats_int64s')?.ints.length ?? 0);
}

/** Each element becomes `count` of them along a new last axis. */
function spread(input: Rowwise, count: number): Rowwise {
  const sources = input.sources.flatMap(each => Array.from({ length: count }, () => each));
  return { inner: [...input.inner, count], sources };
}

function reshaped(input: Rowwise, shape: readonly number[], node: onnx.NodeProto): Rowwise {
  const [rows, ...inner] = shape;
  const size = input.sources.length;
  const given = inner.map((axis, at) => (axis === 0 ? (input.inner[at] ?? 1) : axis));
  const rest = given.filter(axis => axis !== -1).reduce((product, axis) => product * axis, 1);
  const full = given.map(axis => (axis === -1 ? size / rest : axis));
  // The rows' axis stays only when what is inside it keeps its size.
  if ((rows !== -1 && rows !== 0) || full.reduce((a, b) => a * b, 1) !== size) throw lost(node);
  return { inner: full, sources: input.sources };
}

function select(input: Rowwise, axis: number, indices: readonly number[], node: onnx.NodeProto): Rowwise {
  const size = input.inner[axis]!;
  const stride = input.inner.slice(axis + 1).reduce((a, b) => a * b, 1);
  const blocks = input.sources.length / (size * stride);
  const places = indices.map(index => (index < 0 ? index + size : index));
  if (places.some(place => !(place >= 0 && place < size))) throw lost(node);
  const sources: Sources[] = [];
  for (let block = 0; block < blocks; block++)
    for (const place of places)
      for (let i = 0; i < stride; i++) sources.push(input.sources[(block * size + place) * stride + i]!);
  return { inner: input.inner.map((each, at) => (at === axis ? indices.length : each)), sources };
}

function broadcast(values: readonly Value[], node: onnx.NodeProto): Value {
  const rows = values.filter(value => 'inner' in value);
  if (rows.length === 0) return values.find(value => 'dims' in value && value.dims.length > 0) ?? values[0]!;
  const rank = rows[0]!.inner.length;
  const shapes = values.map(value => {
    if ('inner' in value) return value.inner.length === rank ? value.inner : null;
    // A constant with an axis of rows of its own must not have more than one.
    const { dims } = value;
    return dims.length <= rank ? dims : dims.length === rank + 1 && dims[0] === 1 ? dims.slice(1) : null;
  });
  if (shapes.includes(null)) throw lost(node);
  const inner = Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map(shape => shape![axis - rank + shape!.length] ?? 1)),
  );
  const size = inner.reduce((a, b) => a * b, 1);
  const sources = Array.from({ length: size }, (_, flat) =>
    union(rows.map(({ inner: own, sources: from }) => from[placeIn(own, inner, flat)] ?? none)),
  );
  return { inner, sources };
}

/** Where an element of the broadcast shape comes from in an operand of the same rank. */
function placeIn(own: readonly number[], full: readonly number[], flat: number): number {
  let rest = flat;
  let place = 0;
  let stride = 1;
  for (let axis = full.length - 1; axis >= 0; axis--) {
    const at = rest % full[axis]!;
    rest = Math.floor(rest / full[axis]!);
    if (own[axis] !== 1) place += at * stride;
    stride *= own[axis]!;
  }
  return place;
}
