import { expect, it } from 'vitest';
import { seeded } from '../../random.ts';
import { onnx } from '../../onnx/onnx.generated.js';
import { allCoalitions, exactShapley } from '../exact.ts';
import type { AdditivePlan } from '../tree/pipeline.ts';
import { linearScores, LinearShap } from './shap.ts';

const [features, classes, m] = [6, 3, 5];
const random = seeded(1);
const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => random() * 4 - 2);
const linear = { weights: numbers(features * classes), bias: numbers(classes), features, outputs: classes };
const term = { kind: 'linear', node: new onnx.NodeProto(), linear } as const;

/** Weights of three classes over six features; the first two are of one column. */
const plan: AdditivePlan = {
  kind: 'linear',
  input: 'X',
  scoreOutput: 'Y',
  columns: [0, 1, 2].map(output => ({ parts: [{ term, output, weight: 1 }], offset: 0 })),
  link: 'softmax',
  raw: [],
  players: [],
  playerOf: Int32Array.of(0, 0, 1, 2, 3, 4),
  used: [],
  merged: null,
};

it('probabilities of classes that share a softmax are explained exactly, by definition', () => {
  const background = numbers(m * features);
  const row = numbers(features);
  const coalitions = [...allCoalitions(5)];
  const composed = coalitions.flatMap(coalition =>
    Array.from(background, (value, at) =>
      coalition[plan.playerOf[at % features]!] === 1 ? row[at % features]! : value,
    ),
  );
  const scores = linearScores(plan, { data: composed, rows: coalitions.length * m });
  for (let column = 0; column < classes; column++) {
    const shap = new LinearShap(
      { players: ['a', 'b', 'c', 'd', 'e'], plan, column, space: 'score' },
      { data: background, rows: m },
    );
    const game = Float64Array.from(coalitions, (_, c) => {
      let sum = 0;
      for (let b = 0; b < m; b++) sum += scores[(c * m + b) * classes + column]!;
      return sum / m;
    });
    const found = shap.explain({ data: row, rows: 1 }, null);
    exactShapley(game, 5).forEach((value, j) => expect(found.values[j]).toBeCloseTo(value, 13));
    expect(found.baseValue).toBeCloseTo(game[0]!, 13);
    expect(found.additivityError).toBeLessThan(1e-13);
  }
});
