import type { onnx } from '../onnx.generated.js';
import { textOf } from '../tensor.ts';
import { attributeOf } from '../walk.ts';
import type { Builder } from './builder.ts';
import { first, integerOf, integersOf, type Refusal, type Rules, type Step } from './rule.ts';
import { scattered } from './shapes.ts';

/** Convolution and pooling over windows. */
export const convolutionRules: Rules = {
  Conv: first(step => {
    const { x, node, b, dy } = step;
    const kernel = kernelOf(step, x[1]!);
    if (kernel === null) return { refused: 'its weights are computed while it runs' };
    const window = windowOf(node, kernel);
    const full = b.node('ConvTranspose', [dy, x[1]!], {
      group: integerOf(node, 'group', 1),
      strides: window.strides,
      dilations: window.dilations,
    });
    return unpadded(step, full, window);
  }),
  ConvTranspose: first(({ b, dy, x, node }) => {
    const auto = attributeOf(node, 'auto_pad');
    if ((auto !== null && textOf(auto.s) !== 'NOTSET') || integersOf(node, 'output_shape') !== null)
      return { refused: 'its padding is worked out while it runs' };
    const kept = ['strides', 'pads', 'dilations'] as const;
    const attributes = kept.flatMap(name => {
      const values = integersOf(node, name);
      return values === null ? [] : [[name, values] as const];
    });
    const group = integerOf(node, 'group', 1);
    return b.node('Conv', [dy, x[1]!], { group, ...Object.fromEntries(attributes) });
  }),
  MaxPool: first(({ b, dy, x, node }) => {
    if (integerOf(node, 'storage_order', 0) !== 0) return { refused: 'its indices are column-major' };
    return scattered(b, b.like(node, [x[0]!], 2)[1]!, dy, x[0]!);
  }),
  AveragePool: first(averagePool),
};

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly auto: string;
}

function windowOf(node: onnx.NodeProto, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  const auto = attributeOf(node, 'auto_pad');
  return {
    kernel,
    strides: integersOf(node, 'strides') ?? ones,
    dilations: integersOf(node, 'dilations') ?? ones,
    pads: integersOf(node, 'pads') ?? [...kernel, ...kernel].map(() => 0),
    auto: auto === null ? 'NOTSET' : textOf(auto.s),
  };
}

function kernelOf({ node, index }: Step, weights: string): readonly number[] | null {
  return integersOf(node, 'kernel_shape') ?? index.constants.get(weights)?.dims.slice(2) ?? null;
}

/**
 * What a transposed convolution without padding gives, cut to the input: the padding goes at the front, and
 * zeros come at the end where the last window did not reach.
 */
function unpadded({ b, x, y }: Step, full: string, window: Window): string {
  const { kernel } = window;
  const size = spatial(b, x[0]!);
  const zeros = b.integers(kernel.flatMap(() => [0]));
  const begins = padsBefore(b, x[0]!, y[0]!, window);
  const none = b.integers([0, 0]);
  const pads = b.node('Concat', [none, zeros, none, size], { axis: 0 });
  const long = b.node('Pad', [full, pads]);
  const axes = b.integers(kernel.map((_, i) => i + 2));
  return b.node('Slice', [long, begins, b.add(begins, size), axes]);
}

/** Padding at the front of each spatial axis, int64. */
function padsBefore(b: Builder, x: string, y: string, window: Window): string {
  const { kernel, strides, dilations, pads, auto } = window;
  if (auto === 'NOTSET') return b.integers(pads.slice(0, kernel.length));
  if (auto === 'VALID') return b.integers(kernel.map(() => 0));
  const reach = b.integers(kernel.map((size, i) => (size - 1) * dilations[i]! + 1 - strides[i]!));
  const covered = b.add(b.mul(spatial(b, y), b.integers(strides)), reach);
  const total = b.node('Max', [b.sub(covered, spatial(b, x)), b.integers(kernel.map(() => 0))]);
  const half = b.div(total, b.integers(kernel.map(() => 2)));
  return auto === 'SAME_UPPER' ? half : b.sub(total, half);
}

function spatial(b: Builder, of: string): string {
  return b.node('Shape', [of], { start: 2 });
}

/** Each window's gradient is shared out over its elements, every channel by itself. */
function averagePool(step: Step): string | Refusal {
  const { b, dy, x, y, node } = step;
  if (integerOf(node, 'ceil_mode', 0) !== 0) return { refused: 'its windows reach beyond the padding' };
  const window = windowOf(node, integersOf(node, 'kernel_shape') ?? []);
  const { kernel, strides, dilations } = window;
  const count = kernel.reduce((all, size) => all * size, 1);
  const ones = b.node('Reshape', [
    b.numbers(new Array<number>(count).fill(1), dy),
    b.integers([1, 1, ...kernel]),
  ]);
  const oneChannel = (of: string): string =>
    b.node('Reshape', [of, b.node('Concat', [b.integers([-1, 1]), spatial(b, of)], { axis: 0 })]);
  const spread = (value: string): string =>
    b.node('ConvTranspose', [oneChannel(value), ones], { strides, dilations });
  // In a pool of ones the average is 1 where padding does not count, the covered share where it does.
  const shares = integerOf(node, 'count_include_pad', 0) === 0 ? covered(step) : null;
  const each = shares === null ? b.scaled(dy, 1 / count) : b.div(b.scaled(dy, 1 / count), shares);
  const flat = { ...step, x: [oneChannel(x[0]!)], y: [oneChannel(y[0]!)] };
  return b.reshapedLike(unpadded(flat, spread(each), window), x[0]!);
}

/** The share of each window that lies on the input, in the shape of the output. */
function covered({ b, x, node, dy }: Step): string {
  const ones = b.add(b.zerosLike(x[0]!), b.number(1, dy));
  return b.like(node, [ones], 1, { count_include_pad: 1 })[0]!;
}
