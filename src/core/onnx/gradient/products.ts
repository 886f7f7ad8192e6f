import { attributeOf } from '../walk.ts';
import {
  first,
  integerOf,
  numberOf,
  unbroadcast,
  type Gradients,
  type Refusal,
  type Rules,
  type Step,
} from './rule.ts';

/** Matrix products and the affine operators of ai.onnx.ml. */
export const productRules: Rules = {
  MatMul: { flows: () => true, apply: matMul },
  Gemm: { flows: () => true, apply: gemm },
  'ai.onnx.ml.Scaler': first(({ b, dy, node }) => {
    const scale = attributeOf(node, 'scale')?.floats ?? [];
    return scale.length === 0 ? dy : b.mul(dy, b.numbers(Array.from(scale), dy));
  }),
  'ai.onnx.ml.Imputer': first(({ dy }) => dy),
  'ai.onnx.ml.LinearRegressor': first(({ b, dy, node }) => {
    const transform = attributeOf(node, 'post_transform')?.s;
    if (transform !== undefined && String.fromCharCode(...transform) !== 'NONE')
      return { refused: 'it has a post transform' };
    const coefficients = Array.from(attributeOf(node, 'coefficients')?.floats ?? []);
    const targets = integerOf(node, 'targets', 1);
    const shape = b.integers([targets, coefficients.length / targets]);
    return b.node('MatMul', [dy, b.node('Reshape', [b.numbers(coefficients, dy), shape])]);
  }),
};

function matMul(step: Step): Gradients | Refusal {
  const { b, dy, x, index, wanted } = step;
  const [left, right] = [x[0]!, x[1]!];
  const weights = index.constants.get(right);
  if (weights?.dims.length === 1) {
    const column = b.node('Unsqueeze', [dy, b.integers([-1])]);
    return [b.mul(column, right), null];
  }
  const gradients: (string | null)[] = [null, null];
  if (wanted[0])
    gradients[0] =
      weights?.dims.length === 2
        ? b.node('MatMul', [dy, b.node('Transpose', [right], { perm: [1, 0] })])
        : unbroadcast(b, b.node('Einsum', [dy, right], { equation: '...ij,...kj->...ik' }), left);
  if (wanted[1])
    gradients[1] = unbroadcast(b, b.node('Einsum', [left, dy], { equation: '...ki,...kj->...ij' }), right);
  return gradients;
}

/** Y = alpha A' B' + beta C, with A' and B' transposed when told. */
function gemm({ b, dy, x, node, wanted }: Step): Gradients {
  const alpha = numberOf(node, 'alpha', 1);
  const transA = integerOf(node, 'transA', 0);
  const transB = integerOf(node, 'transB', 0);
  const turned = (name: string, turn: boolean): string =>
    turn ? b.node('Transpose', [name], { perm: [1, 0] }) : name;
  const [left, right] = [x[0]!, x[1]!];
  const dLeft = (): string => {
    const plain = b.node('MatMul', [dy, turned(right, transB === 0)]);
    return b.scaled(turned(plain, transA === 1), alpha);
  };
  const dRight = (): string => {
    const plain = b.node('MatMul', [turned(left, transA === 0), dy]);
    return b.scaled(turned(plain, transB === 1), alpha);
  };
  return [
    wanted[0] ? dLeft() : null,
    wanted[1] ? dRight() : null,
    wanted[2] ? unbroadcast(b, b.scaled(dy, numberOf(node, 'beta', 1)), x[2]!) : null,
  ];
}
