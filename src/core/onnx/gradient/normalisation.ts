import type { Builder } from './builder.ts';
import { first, integerOf, numberOf, type Rules, type Step } from './rule.ts';

/** Normalising operators, as they stand when a model is used (not trained). */
export const normalisationRules: Rules = {
  BatchNormalization: first(({ b, dy, x, node }) => {
    if (integerOf(node, 'training_mode', 0) !== 0) return { refused: 'it is in training mode' };
    const epsilon = numberOf(node, 'epsilon', 1e-5);
    const deviation = b.node('Sqrt', [b.add(x[4]!, b.number(epsilon, x[4]!))]);
    return b.mul(dy, alongChannels(b, b.div(x[1]!, deviation), dy));
  }),
  LayerNormalization: first(step => {
    if (integerOf(step.node, 'axis', -1) !== -1) return { refused: 'it normalises more than the last axis' };
    return layerNormalization(step);
  }),
  Softmax: first(({ b, dy, y, node }) => {
    const axis = integerOf(node, 'axis', -1);
    return b.mul(y[0]!, b.sub(dy, sumOver(b, b.mul(y[0]!, dy), axis)));
  }),
  LogSoftmax: first(({ b, dy, y, node }) => {
    const axis = integerOf(node, 'axis', -1);
    return b.sub(dy, b.mul(b.node('Exp', [y[0]!]), sumOver(b, dy, axis)));
  }),
};

/** A vector [channels] as [1, channels, 1, ...], to the rank of `of`. */
function alongChannels(b: Builder, vector: string, of: string): string {
  const rest = b.ones(b.sub(b.rank(of), b.integers([2])));
  return b.node('Reshape', [vector, b.node('Concat', [b.integers([1, -1]), rest], { axis: 0 })]);
}

function sumOver(b: Builder, value: string, axis: number): string {
  return b.node('ReduceSum', [value, b.integers([axis])], { keepdims: 1 });
}

/** Ba, Kiros & Hinton 2016: dx = (g - mean(g) - z mean(g z)) / deviation, with g = dy scale. */
function layerNormalization({ b, dy, x, node }: Step): string {
  const count = b.node('CastLike', [b.node('Gather', [b.node('Shape', [x[0]!]), b.integers([-1])]), dy]);
  const mean = (value: string): string => b.div(sumOver(b, value, -1), count);
  const centred = b.sub(x[0]!, mean(x[0]!));
  const variance = mean(b.mul(centred, centred));
  const epsilon = b.number(numberOf(node, 'epsilon', 1e-5), dy);
  const deviation = b.node('Sqrt', [b.add(variance, epsilon)]);
  const z = b.div(centred, deviation);
  const g = b.mul(dy, x[1]!);
  return b.div(b.sub(b.sub(g, mean(g)), b.mul(z, mean(b.mul(g, z)))), deviation);
}
