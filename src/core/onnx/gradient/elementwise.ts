import { attributeOf } from '../walk.ts';
import { onnx } from '../onnx.generated.js';
import { textOf } from '../tensor.ts';
import type { Builder } from './builder.ts';
import { first, numberOf, type Rules, type Step } from './rule.ts';

const { FLOAT, DOUBLE, FLOAT16 } = onnx.TensorProto.DataType;
const floats: ReadonlySet<number> = new Set([FLOAT, DOUBLE, FLOAT16]);

/** Operators that act on each element by itself. */
export const elementwiseRules: Rules = {
  Identity: first(({ dy }) => dy),
  Dropout: first(({ dy, x }) =>
    (x[2] ?? '') === '' ? dy : { refused: 'its training mode is decided while it runs' },
  ),
  Cast: first(({ b, dy, x, node }) =>
    floats.has(attributeOf(node, 'to')?.i ?? 0)
      ? b.node('CastLike', [dy, x[0]!])
      : { refused: 'its result has no fractions' },
  ),
  Neg: first(({ b, dy }) => b.node('Neg', [dy])),
  Abs: first(({ b, dy, x }) => b.mul(dy, b.node('Sign', [x[0]!]))),
  Relu: first(({ b, dy, x }) => b.masked(positive(b, x[0]!), dy)),
  LeakyRelu: first(step => leaky(step, numberOf(step.node, 'alpha', 0.01))),
  PRelu: {
    flows: i => i === 0,
    apply: ({ b, dy, x }) => [b.node('Where', [positive(b, x[0]!), dy, b.mul(dy, x[1]!)])],
  },
  Elu: first(({ b, dy, x, y, node }) => {
    const slope = b.add(y[0]!, b.number(numberOf(node, 'alpha', 1), dy));
    return b.node('Where', [positive(b, x[0]!), dy, b.mul(dy, slope)]);
  }),
  Selu: first(({ b, dy, x, y, node }) => {
    const gamma = numberOf(node, 'gamma', 1.0507009873554805);
    const alpha = numberOf(node, 'alpha', 1.6732632423543772);
    const slope = b.add(y[0]!, b.number(gamma * alpha, dy));
    return b.node('Where', [positive(b, x[0]!), b.scaled(dy, gamma), b.mul(dy, slope)]);
  }),
  // Not y (1 - y): near 0 and 1 a float32 sigmoid has few digits of either. With e = exp(-|x|): e / (1 + e)^2.
  Sigmoid: first(({ b, dy, x }) => {
    const e = b.node('Exp', [b.node('Neg', [b.node('Abs', [x[0]!])])]);
    const whole = b.add(e, b.number(1, e));
    return b.mul(dy, b.div(e, b.mul(whole, whole)));
  }),
  HardSigmoid: first(step => {
    const { b, dy, y } = step;
    return b.scaled(b.masked(inside(b, y[0]!, 0, 1), dy), numberOf(step.node, 'alpha', 0.2));
  }),
  HardSwish: first(({ b, dy, x }) => {
    const gate = b.node('Clip', [
      b.add(b.scaled(x[0]!, 1 / 6), b.number(0.5, dy)),
      b.number(0, dy),
      b.number(1, dy),
    ]);
    const slope = b.scaled(b.masked(inside(b, x[0]!, -3, 3), x[0]!), 1 / 6);
    return b.mul(dy, b.add(gate, slope));
  }),
  Tanh: first(({ b, dy, y }) => b.mul(dy, complement(b, b.mul(y[0]!, y[0]!)))),
  Softplus: first(({ b, dy, x }) => b.mul(dy, b.node('Sigmoid', [x[0]!]))),
  Softsign: first(({ b, dy, x }) => {
    const size = b.add(b.node('Abs', [x[0]!]), b.number(1, dy));
    return b.div(dy, b.mul(size, size));
  }),
  Erf: first(({ b, dy, x }) => b.mul(dy, b.scaled(bell(b, x[0]!, 1), 2 / Math.sqrt(Math.PI)))),
  Gelu: first(step => gelu(step)),
  Exp: first(({ b, dy, y }) => b.mul(dy, y[0]!)),
  Log: first(({ b, dy, x }) => b.div(dy, x[0]!)),
  Sqrt: first(({ b, dy, y }) => b.div(b.scaled(dy, 0.5), y[0]!)),
  Reciprocal: first(({ b, dy, y }) => b.node('Neg', [b.mul(dy, b.mul(y[0]!, y[0]!))])),
  Sin: first(({ b, dy, x }) => b.mul(dy, b.node('Cos', [x[0]!]))),
  Cos: first(({ b, dy, x }) => b.node('Neg', [b.mul(dy, b.node('Sin', [x[0]!]))])),
  Clip: first(({ b, dy, x, y }) => b.masked(b.node('Equal', [x[0]!, y[0]!]), dy)),
  Pow: {
    flows: i => i === 0,
    apply: ({ b, dy, x }) => {
      const exponent = b.node('CastLike', [x[1]!, dy]);
      const lower = b.node('Pow', [x[0]!, b.sub(exponent, b.number(1, dy))]);
      return [b.mul(dy, b.mul(exponent, lower))];
    },
  },
};

function positive(b: Builder, x: string): string {
  return b.node('Greater', [x, b.number(0, x)]);
}

function leaky({ b, dy, x }: Step, alpha: number): string {
  return b.node('Where', [positive(b, x[0]!), dy, b.scaled(dy, alpha)]);
}

function complement(b: Builder, y: string): string {
  return b.sub(b.number(1, y), y);
}

/** low < x < high */
function inside(b: Builder, x: string, low: number, high: number): string {
  return b.node('And', [b.node('Greater', [x, b.number(low, x)]), b.node('Less', [x, b.number(high, x)])]);
}

/** exp(-k x^2) */
function bell(b: Builder, x: string, k: number): string {
  return b.node('Exp', [b.scaled(b.mul(x, x), -k)]);
}

/** x Phi(x), or its approximation by tanh (Hendrycks & Gimpel 2016). */
function gelu({ b, dy, x, node }: Step): string {
  const at = x[0]!;
  const kind = attributeOf(node, 'approximate');
  if (kind === null || textOf(kind.s) === 'none') {
    const phi = b.scaled(b.add(b.node('Erf', [b.scaled(at, Math.SQRT1_2)]), b.number(1, at)), 0.5);
    const density = b.scaled(bell(b, at, 0.5), 1 / Math.sqrt(2 * Math.PI));
    return b.mul(dy, b.add(phi, b.mul(at, density)));
  }
  const k = Math.sqrt(2 / Math.PI);
  const square = b.mul(at, at);
  const inner = b.mul(b.scaled(at, k), b.add(b.scaled(square, 0.044715), b.number(1, at)));
  const t = b.node('Tanh', [inner]);
  const slope = b.scaled(b.add(b.scaled(square, 3 * 0.044715), b.number(1, at)), k);
  const left = b.scaled(b.add(t, b.number(1, at)), 0.5);
  const right = b.mul(b.scaled(b.mul(at, slope), 0.5), complement(b, b.mul(t, t)));
  return b.mul(dy, b.add(left, right));
}
