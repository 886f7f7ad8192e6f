import type { Builder } from './builder.ts';
import {
  constantIntegers,
  first,
  integerOf,
  integersOf,
  type Refusal,
  type Rules,
  type Step,
} from './rule.ts';

/** Operators that reduce axes to one. */
export const reductionRules: Rules = {
  ReduceSum: first(step => spreading(step, spread => spread(step.dy))),
  ReduceMean: first(step =>
    spreading(step, spread => step.b.div(spread(step.dy), reducedCount(step.b, step.x[0]!, step.y[0]!))),
  ),
  ReduceMax: first(step => spreading(step, spread => extreme(step, spread))),
  ReduceMin: first(step => spreading(step, spread => extreme(step, spread))),
  ReduceL2: first(step =>
    spreading(step, spread => step.b.mul(step.x[0]!, spread(step.b.div(step.dy, step.y[0]!)))),
  ),
  ReduceSumSquare: first(step =>
    spreading(step, spread => step.b.scaled(step.b.mul(step.x[0]!, spread(step.dy)), 2)),
  ),
  ReduceLogSumExp: first(step =>
    spreading(step, spread => {
      const { b, x, y, dy } = step;
      return b.mul(spread(dy), b.node('Exp', [b.sub(x[0]!, spread(y[0]!))]));
    }),
  ),
  GlobalAveragePool: first(({ b, x, y, dy }) => {
    const wide = b.node('Expand', [dy, b.node('Shape', [x[0]!])]);
    return b.div(wide, reducedCount(b, x[0]!, y[0]!));
  }),
  GlobalMaxPool: first(step => extreme(step, value => value)),
};

type Spread = (value: string) => string;

/** Gives a way to bring values of the output's shape to the input's. */
function spreading(step: Step, gradient: (spread: Spread) => string): string | Refusal {
  const { b, x, node } = step;
  const axes = integersOf(node, 'axes') ?? constantIntegers(step, x[1]) ?? [];
  if (axes.length === 0 && (x[1] ?? '') !== '' && !step.index.constants.has(x[1]!))
    return { refused: 'its axes are computed while it runs' };
  if (axes.length === 0 && integerOf(node, 'noop_with_empty_axes', 0) !== 0) return gradient(value => value);
  const kept = integerOf(node, 'keepdims', 1) !== 0 || axes.length === 0;
  return gradient(value => {
    const aligned = kept ? value : b.node('Unsqueeze', [value, b.integers(axes)]);
    return b.node('Expand', [aligned, b.node('Shape', [x[0]!])]);
  });
}

/** How many elements each reduced one stands for. */
function reducedCount(b: Builder, x: string, y: string): string {
  const ratio = b.node('Div', [b.node('Size', [x]), b.node('Size', [y])]);
  return b.node('CastLike', [ratio, x]);
}

function extreme({ b, x, y, dy }: Step, spread: Spread): string {
  return b.masked(b.node('Equal', [x[0]!, spread(y[0]!)]), spread(dy));
}
