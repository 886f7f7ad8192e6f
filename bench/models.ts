import { onnx } from '../src/core/onnx/onnx.generated.js';
import { floats, node, value } from '../src/core/onnx/testing.ts';
import { seeded } from '../src/core/random.ts';

/** The bytes of a perceptron: x [n, width] through two layers of 64 to a probability p [n, 1]. */
export function perceptron(width: number): Uint8Array {
  const random = seeded(1);
  const weights = (name: string, rows: number, columns: number): ReturnType<typeof floats> =>
    floats(
      name,
      [rows, columns],
      Array.from({ length: rows * columns }, () => (random() - 0.5) / Math.sqrt(rows)),
    );
  return onnx.ModelProto.encode({
    ir_version: 8,
    producer_name: 'bench',
    opset_import: [{ domain: '', version: 17 }],
    graph: {
      name: 'perceptron',
      node: [
        node('MatMul', ['x', 'w1'], ['a1']),
        node('Relu', ['a1'], ['h1']),
        node('MatMul', ['h1', 'w2'], ['a2']),
        node('Relu', ['a2'], ['h2']),
        node('MatMul', ['h2', 'w3'], ['a3']),
        node('Sigmoid', ['a3'], ['p']),
      ],
      input: [value('x', ['n', width])],
      output: [value('p', ['n', 1])],
      initializer: [weights('w1', width, 64), weights('w2', 64, 64), weights('w3', 64, 1)],
    },
  }).finish();
}
