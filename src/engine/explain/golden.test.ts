import { expect, it } from 'vitest';
import { goldenTrees } from '../../../tools/fixtures/goldenTrees.ts';
import type { Cell } from '../../core/data/table.ts';
import { attribute, forgetModels } from '../tasks/attribute.ts';
import { dataOf, modelSource, noMeaning } from '../testing.ts';

/** Golden models asked through the engine: file, data, matching, runtime and method together. */
const golden = goldenTrees();
const asked = [
  'double-boosting-regression',
  'double-tree-regression',
  'xgboost-regression',
  'lightgbm-regression',
];

it.each(golden.models.filter(({ model }) => asked.includes(model)))(
  "$model has shap's values in the engine, in its own precision",
  async ({ model, data: name, double, interventional, path }) => {
    const { columns, train, rows } = golden.data[name]!;
    // The golden numbers are of cells in float32.
    const line = (row: readonly (number | 'NaN')[]): string =>
      row.map(cell => (cell === 'NaN' ? '' : Math.fround(cell))).join(',');
    const data = await dataOf(`${columns.join(',')}\n${train.map(line).join('\n')}\n`);
    const values = rows.map(row =>
      Object.fromEntries(
        columns.map((column, j): [string, Cell] => [
          column,
          row[j] === 'NaN' ? null : Math.fround(Number(row[j])),
        ]),
      ),
    );
    for (const [method, expected, background] of [
      ['tree', interventional, Array.from({ length: golden.background }, (_, i) => i)],
      ['tree-path', path, train.length],
    ] as const) {
      if (expected === undefined) continue;
      const found = await attribute({
        model: modelSource(`test/trees/${model}.onnx`),
        meaning: noMeaning,
        data,
        background: null,
        backgroundRows: background,
        method,
        output: null,
        space: null,
        budget: 1,
        seed: 1,
        rows: values,
      });
      const predictions = found.rows.map(({ prediction }) => prediction);
      const range = Math.max(...predictions) - Math.min(...predictions);
      const worst = Math.max(
        Math.abs(found.baseValue - expected.base[0]!),
        ...found.rows.flatMap((row, i) =>
          row.values.map((value, j) => Math.abs(value - expected.values[0]![i]![j]!)),
        ),
      );
      expect(worst / range).toBeLessThan(double ? 1e-9 : 1e-5);
    }
    await forgetModels();
  },
);
