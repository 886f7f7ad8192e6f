import { expect, it } from 'vitest';
import type { TreeEnsemble, TreeNode } from '../../onnx/ensemble.ts';
import { below, seeded, type Random } from '../../random.ts';
import { binned, evaluateForest, forestOf } from './forest.ts';
import { stepMargins } from './stepMargins.ts';

const modes = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ'] as const;
const features = 4;

function randomTree(random: Random, depth: number): TreeNode {
  if (depth === 0) return { outputs: [0, 1], weights: [random(), -random()] };
  return {
    feature: below(random, features),
    mode: modes[below(random, modes.length)]!,
    threshold: Math.round(random() * 6) / 2,
    members: [],
    missingTrue: random() < 0.5,
    whenTrue: randomTree(random, depth - 1),
    whenFalse: randomTree(random, depth - 1),
  };
}

it.each([[[1]], [[0, 3]]])('margins with columns %j moved are those of rows made so', moved => {
  const random = seeded(moved.length);
  const ensemble: TreeEnsemble = {
    operator: 'TreeEnsembleRegressor',
    trees: Array.from({ length: 12 }, () => randomTree(random, 5)),
    features,
    outputs: 2,
    single: true,
    average: false,
    baseValues: [0.25, -1],
    postTransform: 'NONE',
    classifier: false,
    classes: null,
    inputName: 'x',
  } as unknown as TreeEnsemble;
  const forest = forestOf(ensemble);
  const rows = 7;
  const matrix = Float64Array.from({ length: rows * features }, () =>
    random() < 0.1 ? NaN : Math.round(random() * 8) / 2,
  );
  const positions = [NaN, -1, 0, 0.25, 0.5, 1, 1.5, 1.75, 2, 2.5, 3, 9];
  const bins = Array.from({ length: features }, (_, f) =>
    moved.includes(f)
      ? binned(
          forest,
          positions.flatMap(value => new Array<number>(features).fill(value)),
          positions.length,
        ).slice(f * positions.length, (f + 1) * positions.length)
      : null,
  );
  const seen: number[] = [];
  stepMargins(
    forest,
    binned(forest, matrix, rows),
    rows,
    { count: positions.length, bins },
    (row, margins) => {
      seen.push(row);
      positions.forEach((value, step) => {
        const made = matrix.slice(row * features, (row + 1) * features);
        for (const f of moved) made[f] = value;
        const expected = evaluateForest(forest, binned(forest, made, 1), 1);
        expect(margins[step * 2]).toBeCloseTo(expected[0]!, 12);
        expect(margins[step * 2 + 1]).toBeCloseTo(expected[1]!, 12);
      });
    },
  );
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
