import { every, unbroadcast, type Gradients, type Rules, type Step } from './rule.ts';

/** Operators of several inputs, each of which may have been broadcast. */
export const arithmeticRules: Rules = {
  Add: every(step => each(step, () => step.dy)),
  Sum: every(step => each(step, () => step.dy)),
  Mean: every(step => each(step, () => step.b.scaled(step.dy, 1 / step.x.length))),
  Sub: every(step => each(step, i => (i === 0 ? step.dy : step.b.node('Neg', [step.dy])))),
  Mul: every(step => each(step, i => step.b.mul(step.dy, step.x[1 - i]!))),
  Div: every(step =>
    each(step, i => {
      const { b, dy, x, y } = step;
      const ratio = b.div(dy, x[1]!);
      return i === 0 ? ratio : b.node('Neg', [b.mul(ratio, y[0]!)]);
    }),
  ),
  Max: every(step => each(step, i => chosen(step, i))),
  Min: every(step => each(step, i => chosen(step, i))),
  Where: {
    flows: i => i > 0,
    apply: step =>
      each(step, i => {
        const { b, dy, x } = step;
        return b.masked(i === 1 ? x[0]! : b.node('Not', [x[0]!]), dy);
      }),
  },
  Expand: {
    flows: i => i === 0,
    apply: ({ b, dy, x }) => [unbroadcast(b, dy, x[0]!)],
  },
};

function each(step: Step, gradient: (i: number) => string): Gradients {
  return step.x.map((input, i) => (step.wanted[i] ? unbroadcast(step.b, gradient(i), input) : null));
}

function chosen({ b, dy, x, y }: Step, i: number): string {
  return b.masked(b.node('Equal', [x[i]!, y[0]!]), dy);
}
