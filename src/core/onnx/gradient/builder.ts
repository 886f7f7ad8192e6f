import { onnx, type Init } from '../onnx.generated.js';

const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

type AttributeInit = Init<onnx.AttributeProto>;
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** Appends standard operators to a graph, each value under a name of its own. */
export class Builder {
  readonly nodes: Init<onnx.NodeProto>[] = [];
  readonly initializers: Init<onnx.TensorProto>[] = [];
  readonly #taken: Set<string>;
  #count = 0;

  /** @param taken the names that stand in the graph */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  name(): string {
    for (;;) {
      const name = `gradient_${this.#count++}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }

  /** One node of the default domain; the name of its first output. */
  node(operator: string, input: readonly string[], attributes: Attributes = {}): string {
    return this.outputs(operator, input, 1, attributes)[0]!;
  }

  outputs(
    operator: string,
    input: readonly string[],
    count: number,
    attributes: Attributes = {},
  ): readonly string[] {
    const output = Array.from({ length: count }, () => this.name());
    this.nodes.push({ op_type: operator, input, output, attribute: attributesOf(attributes) });
    return output;
  }

  /** A node with the attributes of another, some replaced. */
  like(
    node: onnx.NodeProto,
    input: readonly string[],
    count: number,
    replaced: Attributes = {},
  ): readonly string[] {
    const output = Array.from({ length: count }, () => this.name());
    const kept = node.attribute.filter(({ name }) => !(name in replaced));
    const attribute = [...kept, ...attributesOf(replaced)];
    this.nodes.push({ op_type: node.op_type, domain: node.domain, input, output, attribute });
    return output;
  }

  integers(values: readonly number[]): string {
    return this.#constant({ data_type: DataType.INT64, dims: [values.length], int64_data: values });
  }

  /** One int64 without axes. */
  scalar(value: number): string {
    return this.#constant({ data_type: DataType.INT64, dims: [], int64_data: [value] });
  }

  /** One number of the type of `of`. */
  number(value: number, of: string): string {
    const constant = this.#constant({ data_type: DataType.FLOAT, dims: [], float_data: [value] });
    return this.node('CastLike', [constant, of]);
  }

  /** Numbers [n] of the type of `of`. */
  numbers(values: readonly number[], of: string): string {
    const constant = this.#constant({ data_type: DataType.FLOAT, dims: [values.length], float_data: values });
    return this.node('CastLike', [constant, of]);
  }

  /** Zeros of the shape and type of a value. */
  zerosLike(of: string): string {
    const zeros = this.node('ConstantOfShape', [this.node('Shape', [of])]);
    return this.node('CastLike', [zeros, of]);
  }

  add(a: string, b: string): string {
    return this.node('Add', [a, b]);
  }

  sub(a: string, b: string): string {
    return this.node('Sub', [a, b]);
  }

  mul(a: string, b: string): string {
    return this.node('Mul', [a, b]);
  }

  div(a: string, b: string): string {
    return this.node('Div', [a, b]);
  }

  scaled(a: string, factor: number): string {
    return factor === 1 ? a : this.mul(a, this.number(factor, a));
  }

  /** `value` where a condition holds, zero elsewhere. */
  masked(condition: string, value: string): string {
    return this.mul(value, this.node('CastLike', [condition, value]));
  }

  reshapedLike(value: string, of: string): string {
    return this.node('Reshape', [value, this.node('Shape', [of])]);
  }

  flat(value: string): string {
    return this.node('Reshape', [value, this.integers([-1])]);
  }

  /** The rank of a value as int64 [1]. */
  rank(of: string): string {
    return this.node('Reshape', [this.node('Size', [this.node('Shape', [of])]), this.integers([1])]);
  }

  /** int64 ones; `length` is int64 [1]. */
  ones(length: string): string {
    return this.node('Expand', [this.integers([1]), length]);
  }

  #constant(tensor: Init<onnx.TensorProto>): string {
    const name = this.name();
    this.initializers.push({ ...tensor, name });
    return name;
  }
}

function attributesOf(attributes: Attributes): AttributeInit[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
    if (typeof value === 'string')
      return { name, type: AttributeType.STRING, s: Uint8Array.from(value, char => char.charCodeAt(0)) };
    return { name, type: AttributeType.INTS, ints: value };
  });
}
