import { describe, expect, it } from 'vitest';
import type { TreeEnsemble, TreeNode } from '../../onnx/ensemble.ts';
import { below, seeded, type Random } from '../../random.ts';
import { allCoalitions, exactShapley } from '../exact.ts';
import { coversOf } from './covers.ts';
import {
  binned,
  evaluateForest,
  forestOf,
  isForestLeaf,
  passes,
  type Forest,
  type ForestNode,
} from './forest.ts';
import { interactionValues } from './interactions.ts';
import { MarginShap } from './marginShap.ts';
import { treeGame, type TreeMethod } from './treeGame.ts';

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

/** One path of `features` tests, each of a column of its own, with leaves at its sides. */
function chain(random: Random, features: number, from = 0): TreeNode {
  const leaf = (): TreeNode => ({ outputs: [0], weights: [random() * 2 - 1] });
  if (from === features) return leaf();
  return {
    feature: from,
    mode: 'LEQ',
    threshold: 2.5,
    members: [],
    missingTrue: true,
    whenTrue: chain(random, features, from + 1),
    whenFalse: leaf(),
  };
}

function forest(trees: readonly TreeNode[], features: number): Forest {
  const ensemble: TreeEnsemble = {
    operator: 'TreeEnsembleRegressor',
    trees,
    features,
    outputs: 1,
    single: true,
    average: false,
    baseValues: [0.25],
    postTransform: 'NONE',
    classifier: false,
    binaryMargin: 'none',
  };
  return forestOf(ensemble);
}

/** Values on a grid that meets the thresholds, one in ten missing. */
function matrix(random: Random, rows: number, features: number): Float64Array {
  return Float64Array.from({ length: rows * features }, () =>
    random() < 0.1 ? NaN : Math.round(random() * 6) / 2,
  );
}

interface Case {
  readonly forest: Forest;
  readonly playerOf: Int32Array;
  readonly players: number;
  readonly background: Float64Array;
}

/** The game's value for every coalition, by its definition. */
function gameOf(
  method: TreeMethod,
  { forest: of, playerOf, players, background }: Case,
  row: Float64Array,
): Float64Array {
  const d = of.features;
  const m = background.length / d;
  const covers = coversOf(of.trees, { bins: binned(of, background, m), rows: m });
  const bins = binned(of, row, 1);
  const expected = (node: ForestNode, coalition: ArrayLike<number>): number => {
    if (isForestLeaf(node)) return node.value[0]!;
    const [yes, no] = [expected(node.whenTrue, coalition), expected(node.whenFalse, coalition)];
    if (coalition[playerOf[node.feature]!] === 1) return passes(node, bins[node.feature]!) ? yes : no;
    const share = covers.get(node)!;
    return share * yes + (1 - share) * no;
  };
  return Float64Array.from(allCoalitions(players), coalition => {
    if (method === 'path')
      return of.trees.reduce((sum, tree) => sum + expected(tree, coalition), of.base[0]!);
    const composed = background.map((value, at) =>
      coalition[playerOf[at % d]!] === 1 ? row[at % d]! : value,
    );
    return evaluateForest(of, binned(of, composed, m), m).reduce((sum, value) => sum + value, 0) / m;
  });
}

/** Shapley interaction index of two players, halved, by definition. */
function halfInteraction(game: Float64Array, players: number, i: number, j: number): number {
  const coalitions = [...allCoalitions(players)].map(each => Array.from(each));
  const at = new Map(coalitions.map((each, place) => [each.join(), game[place]!]));
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  let sum = 0;
  for (const coalition of coalitions) {
    if (coalition[i] === 1 || coalition[j] === 1) continue;
    const size = coalition.filter(bit => bit === 1).length;
    const value = (withI: number, withJ: number): number => {
      const other = [...coalition];
      other[i] = withI;
      other[j] = withJ;
      return at.get(other.join())!;
    };
    const weight = (factorial(size) * factorial(players - size - 2)) / factorial(players - 1);
    sum += weight * (value(1, 1) - value(1, 0) - value(0, 1) + value(0, 0));
  }
  return sum / 2;
}

function caseOf(random: Random, depth: number, trees: number, features: number, playerOf: Int32Array): Case {
  return {
    forest: forest(
      Array.from({ length: trees }, () => randomTree(random, features, depth)),
      features,
    ),
    playerOf,
    players: Math.max(...playerOf) + 1,
    background: matrix(random, 7, features),
  };
}

const own = (features: number): Int32Array => Int32Array.from({ length: features }, (_, f) => f);
const random = seeded(3);
const cases: readonly (readonly [string, Case])[] = [
  ['shallow trees', caseOf(random, 3, 20, 5, own(5))],
  ['trees of depth 6', caseOf(random, 6, 5, 8, own(8))],
  ['columns of one source as one player', caseOf(random, 5, 15, 6, Int32Array.of(0, 1, 1, 2, 2, 2))],
  [
    'paths of more players than tables take',
    {
      forest: forest([chain(random, 12)], 12),
      playerOf: own(12),
      players: 12,
      background: matrix(random, 5, 12),
    },
  ],
];

describe.each(['interventional', 'path'] as const)('%s values', method => {
  it.each(cases)('equal the definition for %s', (_, each) => {
    const { forest: of, playerOf, players, background } = each;
    const rows = matrix(seeded(8), 3, of.features);
    const game = treeGame(method, of, 0, playerOf, players, background, background.length / of.features);
    const bins = { bins: binned(of, rows, 3), rows: 3 };
    const shap = new MarginShap(game);
    const phi = shap.values(bins, still);
    // The second time tables that were kept answer.
    expect(shap.values(bins, still)).toEqual(phi);
    const pairs = interactionValues(game, bins, phi, still);
    for (let i = 0; i < 3; i++) {
      const values = gameOf(method, each, rows.subarray(i * of.features, (i + 1) * of.features));
      exactShapley(values, players).forEach((value, j) => expect(phi[j * 3 + i]).toBeCloseTo(value, 10));
      for (let j = 0; j < Math.min(players, 5); j++)
        for (let k = 0; k < j; k++)
          expect(pairs[(j * players + k) * 3 + i]).toBeCloseTo(halfInteraction(values, players, j, k), 10);
    }
  });

  it.each(cases)('are the same by tables and by walks for %s', (_, each) => {
    const { forest: of, playerOf, players, background } = each;
    const rows = matrix(seeded(9), 25, of.features);
    const game = treeGame(method, of, 0, playerOf, players, background, background.length / of.features);
    const bins = { bins: binned(of, rows, 25), rows: 25 };
    const phi = new MarginShap(game).values(bins, still);
    const many = interactionValues(game, bins, phi, still);
    for (let i = 0; i < 25; i += 8) {
      const row = rows.subarray(i * of.features, (i + 1) * of.features);
      const one = { bins: binned(of, row, 1), rows: 1 };
      const few = interactionValues(game, one, new MarginShap(game).values(one, still), still);
      few.forEach((value, at) => expect(many[at * 25 + i]).toBeCloseTo(value, 10));
    }
  });
});

it('explains trees of depth 60, a player a level', () => {
  const of = forest([chain(seeded(4), 60)], 60);
  const background = matrix(seeded(5), 4, 60);
  const rows = matrix(seeded(6), 2, 60);
  const bins = { bins: binned(of, rows, 2), rows: 2 };
  const margins = evaluateForest(of, bins.bins, 2);
  for (const method of ['interventional', 'path'] as const) {
    const game = treeGame(method, of, 0, own(60), 60, background, 4);
    const base = evaluateForest(of, game.background.bins, 4).reduce((sum, value) => sum + value, 0) / 4;
    const phi = new MarginShap(game).values(bins, still);
    for (let i = 0; i < 2; i++) {
      let sum = base;
      for (let j = 0; j < 60; j++) sum += phi[j * 2 + i]!;
      expect(sum).toBeCloseTo(margins[i]!, 10);
    }
  }
});
