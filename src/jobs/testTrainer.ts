import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cholesky, solveCholesky } from '../core/stats/cholesky.ts';
import { floats, modelBytes, node, value } from '../core/onnx/testing.ts';

/** For tests: a training command. Least squares of `y` on all other columns of a CSV, ridge by `--ridge`. */
const ridges = process.argv.slice(2).map(Number);
const [head, ...lines] = readFileSync(process.env['SLIPWAY_TRAIN']!, 'utf8').trim().split('\n');
const names = head!.split(',');
const label = names.indexOf('y');
const features = names.filter(name => name.startsWith('x'));
const rows = lines.map(line => line.split(',').map(Number));
const d = features.length + 1;
const inputs = rows.map(row => [...features.map(name => row[names.indexOf(name)]!), 1]);

if (rows.length < 3) {
  console.error('Traceback: too few rows');
  console.error(`ValueError: ${rows.length} rows`);
  process.exit(3);
}
for (const [i, ridge] of ridges.entries()) {
  const gram = new Float64Array(d * d);
  const right = new Float64Array(d);
  inputs.forEach((x, row) => {
    for (let a = 0; a < d; a++) {
      right[a]! += x[a]! * rows[row]![label]!;
      for (let b = 0; b < d; b++) gram[a * d + b]! += x[a]! * x[b]!;
    }
  });
  for (let a = 0; a < d; a++) gram[a * d + a]! += ridge + 1e-9;
  const weights = [...solveCholesky(cholesky(gram, d), right)];
  const concat = features.length > 1;
  const graph = {
    name: 'least squares',
    input: features.map(name => value(name, ['N', 1])),
    output: [value('variable', ['N', 1])],
    initializer: [floats('w', [d - 1, 1], weights.slice(0, -1)), floats('b', [1], [weights.at(-1)!])],
    node: [
      ...(concat
        ? [node('Concat', features, ['x'], [{ name: 'axis', type: 2, i: 1 }])]
        : [node('Identity', features, ['x'])]),
      node('MatMul', ['x', 'w'], ['xw']),
      node('Add', ['xw', 'b'], ['variable']),
    ],
  };
  const name = ridges.length === 1 ? process.env['SLIPWAY_MODEL']! : `ridge-${i}.onnx`;
  writeFileSync(join(process.env['SLIPWAY_OUTPUT']!, name), modelBytes(graph));
}
