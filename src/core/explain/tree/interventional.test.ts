import { describe, expect, it } from 'vitest';
import type { TreeEnsemble, TreeNode } from '../../onnx/ensemble.ts';
import { below, seeded, type Random } from '../../random.ts';
import { allCoalitions, exactShapley } from '../exact.ts';
import { binned, evaluateForest, forestOf } from './forest.ts';
import { interventionalShap } from './interventional.ts';

const still = { aborted: false, throwIfAborted: (): void => undefined };
const modes = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ'] as const;

function randomTree(random: Random, features: number, depth: number): TreeNode {
  if (depth === 0 || random() < 0.1) return { outputs: [0], weights: [random() * 2 - 1] };
  return {
    feature: below(random, features),
    mode: modes[below(random, modes.length)]!,
    threshold: Math.round(random() * 6) / 2,
    members: [],
    missingTrue: random() < 0.5,
    whenTrue: randomTree(random, features, depth - 1),
    whenFalse: randomTree(random, features, depth - 1),
  };
}

function ensemble(random: Random, features: number, trees: number, depth: number): TreeEnsemble {
  return {
    operator: 'TreeEnsembleRegressor',
    trees: Array.from({ length: trees }, () => randomTree(random, features, depth)),
    features,
    outputs: 1,
    single: true,
    average: false,
    baseValues: [0.25],
    postTransform: 'NONE',
    classifier: false,
    binaryMargin: 'none',
  };
}

/** Values on a grid that meets the thresholds, one in ten missing. */
function matrix(random: Random, rows: number, features: number): Float64Array {
  return Float64Array.from({ length: rows * features }, () =>
    random() < 0.1 ? NaN : Math.round(random() * 6) / 2,
  );
}

/** Shapley values by definition, composing rows by hand. */
function byDefinition(
  forest: ReturnType<typeof forestOf>,
  row: Float64Array,
  background: Float64Array,
  playerOf: Int32Array,
  players: number,
): Float64Array {
  const d = forest.features;
  const m = background.length / d;
  const game = Float64Array.from(allCoalitions(players), coalition => {
    const composed = background.map((value, at) =>
      coalition[playerOf[at % d]!] === 1 ? row[at % d]! : value,
    );
    return evaluateForest(forest, binned(forest, composed, m), m).reduce((sum, value) => sum + value, 0) / m;
  });
  return exactShapley(game, players);
}

describe('interventionalShap', () => {
  for (const [depth, trees, features] of [
    [3, 20, 5],
    [6, 5, 8],
    [13, 2, 12],
  ] as const)
    it(`equals the definition for trees of depth ${depth} over ${features} columns`, () => {
      const random = seeded(depth);
      const forest = forestOf(ensemble(random, features, trees, depth));
      const rows = matrix(random, 3, features);
      const background = matrix(random, 7, features);
      const playerOf = Int32Array.from({ length: features }, (_, f) => f);
      const phi = interventionalShap(
        {
          forest,
          output: 0,
          playerOf,
          players: features,
          background: { bins: binned(forest, background, 7), rows: 7 },
        },
        { bins: binned(forest, rows, 3), rows: 3 },
        still,
      );
      for (let i = 0; i < 3; i++) {
        const row = rows.subarray(i * features, (i + 1) * features);
        byDefinition(forest, row, background, playerOf, features).forEach((value, j) =>
          expect(phi[j * 3 + i]).toBeCloseTo(value, 10),
        );
      }
    });

  it('takes columns of one source as one player', () => {
    const random = seeded(5);
    const forest = forestOf(ensemble(random, 6, 15, 5));
    const rows = matrix(random, 2, 6);
    const background = matrix(random, 9, 6);
    const playerOf = Int32Array.of(0, 1, 1, 2, 2, 2);
    const phi = interventionalShap(
      {
        forest,
        output: 0,
        playerOf,
        players: 3,
        background: { bins: binned(forest, background, 9), rows: 9 },
      },
      { bins: binned(forest, rows, 2), rows: 2 },
      still,
    );
    for (let i = 0; i < 2; i++)
      byDefinition(forest, rows.subarray(i * 6, i * 6 + 6), background, playerOf, 3).forEach((value, j) =>
        expect(phi[j * 2 + i]).toBeCloseTo(value, 10),
      );
  });
});
