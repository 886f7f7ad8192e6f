import { describe, expect, it } from 'vitest';
import { goldenTrees, opened } from '../../../../tools/fixtures/goldenTrees.ts';
import { BadInput } from '../../failure.ts';
import { allCoalitions, exactShapley } from '../exact.ts';
import { scoresOf, TreeShap } from './shap.ts';

const golden = goldenTrees();
const still = { aborted: false, throwIfAborted: (): void => undefined };

async function read(name: string): Promise<{
  readonly model: ReturnType<typeof opened>;
  readonly run: Awaited<ReturnType<ReturnType<typeof opened>['run']>>;
  readonly columns: readonly string[];
  readonly own: number;
  readonly make: (column: number) => TreeShap;
}> {
  const entry = golden.models.find(({ model }) => model === name)!;
  const { columns, rows, train } = golden.data[entry.data]!;
  const model = opened(name, columns.length);
  const run = await model.run([...rows, ...train.slice(0, 8)]);
  const background = { data: run.encoded.subarray(rows.length * columns.length), rows: 8 };
  const make = (column: number): TreeShap =>
    new TreeShap(
      {
        players: columns,
        plan: model.plan,
        forest: run.forest,
        column,
        method: 'interventional',
        space: 'score',
      },
      background,
    );
  return { model, run, columns, own: rows.length, make };
}

describe('probabilities of classes that share a softmax', () => {
  it.each([
    'lightgbm-multiclass',
    'xgboost-multiclass',
    'sklearn-boosting-multiclass',
    'sklearn-hist-multiclass',
    'catboost-multiclass',
  ])('%s: the values are the Shapley values of the mean probability, by definition', async name => {
    const { model, run, columns, own, make } = await read(name);
    const d = columns.length;
    const classes = model.plan.columns.length;
    const rows = { data: run.encoded.subarray(0, own * d), rows: own };
    const all = [0, 1, 2].map(column => make(column).explain(rows, null, still));
    const coalitions = [...allCoalitions(d)];
    // The first row: every coalition is put to the parsed trees as composed rows.
    const composed = coalitions.flatMap(coalition =>
      Array.from({ length: 8 }, (_, b) =>
        Array.from(run.encoded.subarray((own + b) * d, (own + b + 1) * d), (other, j) =>
          coalition[j] === 1 ? run.encoded[j]! : other,
        ),
      ).flat(),
    );
    const scores = scoresOf(model.plan, run.forest, {
      data: Float64Array.from(composed),
      rows: coalitions.length * 8,
    });
    all.forEach(({ values, baseValue, predictions, additivityError }, column) => {
      const game = Float64Array.from(coalitions, (_, c) => {
        let sum = 0;
        for (let b = 0; b < 8; b++) sum += scores[(c * 8 + b) * classes + column]!;
        return sum / 8;
      });
      exactShapley(game, d).forEach((value, j) => expect(values[j]).toBeCloseTo(value, 12));
      expect(baseValue).toBeCloseTo(game[0]!, 12);
      expect(additivityError).toBeLessThan(1e-12);
      predictions.forEach((each, i) => expect(each).toBeCloseTo(run.scores[i * classes + column]!, 6));
    });
    // All classes together are always 1: what one gains, others lose.
    all[0]!.values.forEach((value, at) =>
      expect(value + all[1]!.values[at]! + all[2]!.values[at]!).toBeCloseTo(0, 12),
    );
  });

  it('are refused where too many columns make a difference', async () => {
    const { run, columns, make } = await read('lightgbm-digits');
    const row = { data: run.encoded.subarray(0, columns.length), rows: 1 };
    expect(() => make(3).explain(row, null, still)).toThrow(BadInput);
    expect(() => make(3).explain(row, null, still)).toThrow(/10 classes share one softmax.*more than 13/);
  });
});
