import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenTrees } from '../../../../tools/fixtures/goldenTrees.ts';
import type { EffectsJob } from '../../../protocol/engine.ts';
import type { PartialDependence } from '../../../protocol/results/effects.ts';
import { effectsOf } from '../../tasks/effects.ts';
import { dataOf, modelSource, noMeaning, quiet, root } from '../../testing.ts';

const job: Omit<EffectsJob, 'model' | 'data'> = {
  kind: 'effects',
  meaning: noMeaning,
  reference: null,
  where: null,
  curves: 'partial',
  features: null,
  pairs: [],
  rows: 1000,
  grid: 8,
  individuals: 3,
  output: null,
  space: null,
  seed: 1,
};

/** The step that a position lies in. */
function stepOf({ positions }: PartialDependence, value: number): number {
  const at = positions.findIndex((edge, k) => k > 0 && value <= (edge as number));
  return at - 1;
}

const golden = goldenTrees();

describe('exact partial dependence', () => {
  // Plain, boosted and averaged trees, missing values, several classes, double precision.
  it.each([
    'sklearn-boosting-regression',
    'sklearn-forest-multiclass',
    'lightgbm-missing-binary',
    'xgboost-binary',
    'catboost-multiclass',
    'double-boosting-binary',
  ])('of %s is what the runtime answers at both ends of every step', async name => {
    const { columns, train } = golden.data[golden.models.find(({ model }) => model === name)!.data]!;
    const lines = train.slice(0, 40).map(row => row.map(cell => (cell === 'NaN' ? '' : Math.fround(cell))));
    const csv = (rows: readonly (readonly (number | string)[])[]): string =>
      `${columns.join(',')}\n${rows.map(row => row.join(',')).join('\n')}\n`;
    const model = modelSource(`test/trees/${name}.onnx`);
    const found = await effectsOf(
      { ...job, model, data: await dataOf(csv(lines)), features: columns.slice(0, 3) },
      quiet,
    );
    const exact = found.features.filter(({ partial }) => partial?.method === 'exact');
    expect(exact.length).toBeGreaterThan(0);
    expect(found.proof.maxDifference).toBeLessThan(
      1e-4 * Math.max(1, ...exact.map(({ partial }) => partial!.range)),
    );
    const { feature, partial } = exact[0]!;
    expect(partial).toMatchObject({ shape: 'steps', merged: 0 });
    expect(partial!.positions).toHaveLength(partial!.values.length + 1);
    // By brute force: every row with the column at the upper end of each step.
    const at = columns.indexOf(feature);
    for (const [k, value] of partial!.values.entries()) {
      if (k % Math.ceil(partial!.values.length / 6) !== 0) continue;
      const made = lines.map(row =>
        row.map((cell, j) => (j === at ? (partial!.positions[k + 1] as number) : cell)),
      );
      const brute = await effectsOf(
        { ...job, model, data: await dataOf(csv(made)), features: [columns[(at + 1) % 3]!] },
        quiet,
      );
      expect(Math.abs(brute.meanPrediction - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    }
  });

  it('of the examples is that of scikit-learn', async () => {
    const { partial_dependence: entries } = JSON.parse(
      await readFile(join(root, 'test/golden/effects.json'), 'utf8'),
    ) as {
      readonly partial_dependence: readonly {
        readonly model: string;
        readonly data: string;
        readonly rows: readonly number[];
        readonly curves: readonly {
          readonly column: string;
          readonly grid: readonly (number | string)[];
          readonly average: readonly number[];
        }[];
      }[];
    };
    let compared = 0;
    for (const { model, data, rows, curves } of entries) {
      const [head, ...lines] = (await readFile(join(root, data), 'utf8')).trimEnd().split('\n');
      const source = await dataOf(`${head!}\n${rows.map(row => lines[row]!).join('\n')}\n`);
      const features = curves.map(({ column }) => column);
      const output = model.includes('credit') ? 'bad' : null;
      const asked = { ...job, model: modelSource(model), data: source, features, output };
      const found = await effectsOf(asked, quiet);
      for (const { column, grid, average } of curves) {
        const { partial } = found.features.find(({ feature }) => feature === column)!;
        if (partial!.method !== 'exact') continue;
        grid.forEach((value, k) => {
          const step = stepOf(partial!, value as number);
          if (step < 0) return;
          compared++;
          expect(Math.abs(partial!.values[step]! - average[k]!)).toBeLessThan(
            partial!.merged + 2e-6 * Math.max(1, ...average.map(Math.abs)),
          );
        });
      }
    }
    expect(compared).toBeGreaterThan(20);
  });
});
