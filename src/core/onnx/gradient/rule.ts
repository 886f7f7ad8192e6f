import type { GraphIndex } from '../graphIndex.ts';
import type { onnx } from '../onnx.generated.js';
import { tensorNumbers } from '../tensor.ts';
import { attributeOf, has } from '../walk.ts';
import type { Builder } from './builder.ts';

/** One node on the way from the input to the output, seen by its rule. */
export interface Step {
  readonly b: Builder;
  readonly node: onnx.NodeProto;
  readonly index: GraphIndex;
  /** Names of the inputs; '' where an optional one is left out. */
  readonly x: readonly string[];
  /** Names of the outputs. */
  readonly y: readonly string[];
  /** Gradients of the outputs; null where nothing reads one. */
  readonly dys: readonly (string | null)[];
  /** The gradient of the first output. */
  readonly dy: string;
  /** Which inputs depend on what is differentiated. */
  readonly wanted: readonly boolean[];
}

/** The gradients of a node's inputs, in their order; null where none flows. */
export type Gradients = readonly (string | null)[];

/** Why a node's gradient cannot be written: the end of "..., because". */
export interface Refusal {
  readonly refused: string;
}

/** The reverse-mode rule (vector-Jacobian product) of an operator. */
export interface Rule {
  /** Whether gradients flow through the i-th input. */
  readonly flows: (i: number) => boolean;
  readonly apply: (step: Step) => Gradients | Refusal;
}

export type Rules = Readonly<Record<string, Rule>>;

/** A rule whose first input alone carries gradients. */
export function first(apply: (step: Step) => string | Refusal): Rule {
  return {
    flows: i => i === 0,
    apply: step => {
      const dx = apply(step);
      return typeof dx === 'string' ? [dx] : dx;
    },
  };
}

/** A rule in which every input may carry gradients. */
export function every(apply: (step: Step) => Gradients | Refusal): Rule {
  return { flows: () => true, apply };
}

export function integerOf(node: onnx.NodeProto, name: string, otherwise: number): number {
  const attribute = attributeOf(node, name);
  return attribute === null ? otherwise : attribute.i;
}

export function numberOf(node: onnx.NodeProto, name: string, otherwise: number): number {
  const attribute = attributeOf(node, name);
  return attribute === null || !has(attribute, 'f') ? otherwise : attribute.f;
}

export function integersOf(node: onnx.NodeProto, name: string): readonly number[] | null {
  return attributeOf(node, name)?.ints ?? null;
}

/** Whole numbers that stand in the graph as a constant; null when they are computed. */
export function constantIntegers({ index }: Step, name: string | undefined): readonly number[] | null {
  const tensor = name === undefined || name === '' ? undefined : index.constants.get(name);
  const values = tensor === undefined ? null : tensorNumbers(tensor);
  return values === null ? null : Array.from(values);
}

/** Sums a gradient over the axes that an input was broadcast along, to the input's own shape. */
export function unbroadcast(b: Builder, dy: string, input: string): string {
  const shape = b.node('Shape', [input]);
  const target = b.node('Shape', [dy]);
  const missing = b.sub(b.rank(dy), b.rank(input));
  const aligned = b.node('Concat', [b.ones(missing), shape], { axis: 0 });
  const differs = b.node('Not', [b.node('Equal', [aligned, target])]);
  const axes = b.node('Reshape', [b.node('NonZero', [differs]), b.integers([-1])]);
  const summed = b.node('ReduceSum', [dy, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return b.node('Reshape', [summed, shape]);
}
