import { attributeOf } from '../walk.ts';
import type { Builder } from './builder.ts';
import { textOf } from '../tensor.ts';
import { first, integerOf, integersOf, type Rule, type Rules, type Step } from './rule.ts';

/** Operators that move elements. */
export const shapeRules: Rules = {
  Reshape: first(({ b, dy, x }) => b.reshapedLike(dy, x[0]!)),
  Flatten: first(({ b, dy, x }) => b.reshapedLike(dy, x[0]!)),
  Squeeze: first(({ b, dy, x }) => b.reshapedLike(dy, x[0]!)),
  Unsqueeze: first(({ b, dy, x }) => b.reshapedLike(dy, x[0]!)),
  Transpose: first(({ b, dy, node }) => {
    const perm = integersOf(node, 'perm');
    if (perm === null) return b.node('Transpose', [dy]);
    return b.node('Transpose', [dy], { perm: perm.map((_, i) => perm.indexOf(i)) });
  }),
  Concat: {
    flows: () => true,
    apply: ({ b, dy, x, node, wanted }) => {
      const axis = integerOf(node, 'axis', 0);
      const sizes = x.map(input => b.node('Gather', [b.node('Shape', [input]), b.integers([axis])]));
      const parts = b.outputs('Split', [dy, b.node('Concat', sizes, { axis: 0 })], x.length, { axis });
      return parts.map((part, i) => (wanted[i] ? part : null));
    },
  },
  Split: first(({ b, dys, y, node }) =>
    b.node(
      'Concat',
      dys.map((dy, i) => dy ?? b.zerosLike(y[i]!)),
      { axis: integerOf(node, 'axis', 0) },
    ),
  ),
  Pad: first(({ b, dy, x, node }) => {
    const mode = attributeOf(node, 'mode');
    if (mode !== null && textOf(mode.s) !== 'constant')
      return { refused: 'it pads with the values themselves' };
    if ((x[3] ?? '') !== '') return { refused: 'it pads some axes only' };
    const shape = b.node('Shape', [x[0]!]);
    const begins = b.node('Slice', [x[1]!, b.integers([0]), b.rank(x[0]!)]);
    return b.node('Slice', [dy, begins, b.add(begins, shape)]);
  }),
  Slice: picked(),
  Gather: picked(),
  GatherElements: picked(),
  GatherND: picked(),
  'ai.onnx.ml.ArrayFeatureExtractor': picked(),
};

/** An operator that picks elements: it is asked where each came from, and the gradients are added there. */
function picked(): Rule {
  return first(({ b, dy, x, node }: Step) => {
    const places = positionsIn(b, x[0]!);
    const from = b.like(node, [places, ...x.slice(1)], 1)[0]!;
    return scattered(b, from, dy, x[0]!);
  });
}

/** The position of each element in its tensor, in the shape of the tensor, int64. */
function positionsIn(b: Builder, of: string): string {
  const range = b.node('Range', [b.scalar(0), b.node('Size', [of]), b.scalar(1)]);
  return b.reshapedLike(range, of);
}

/** Adds the elements of a gradient at flat positions of a tensor like `x`. */
export function scattered(b: Builder, positions: string, dy: string, x: string): string {
  const zeros = b.flat(b.zerosLike(x));
  const added = b.node('ScatterElements', [zeros, b.flat(positions), b.flat(dy)], {
    axis: 0,
    reduction: 'add',
  });
  return b.reshapedLike(added, x);
}
