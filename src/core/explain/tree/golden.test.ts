import { describe, expect, it } from 'vitest';
import { goldenTrees, opened, type GoldenTree } from '../../../../tools/fixtures/goldenTrees.ts';
import { TreeShap, type TreeSpace } from './shap.ts';
import type { TreeMethod } from './treeGame.ts';

/** Every golden model's values against shap's of the original library's model. */
const golden = goldenTrees();
const still = { aborted: false, throwIfAborted: (): void => undefined };

/** Of the range of the output over the rows and the background: float32 leaves, or float64. */
const tolerance = ({ double }: GoldenTree): number => (double ? 1e-9 : 1e-5);

describe.each(golden.models.filter(({ refused }) => refused === null))('$model', entry => {
  const { columns, rows, train } = golden.data[entry.data]!;
  const model = opened(entry.model, columns.length);

  const explained = async (
    method: TreeMethod,
    space: TreeSpace,
    background: number,
    column: number,
  ): Promise<{ shap: TreeShap; own: Float32Array | Float64Array; range: number }> => {
    const { forest, encoded } = await model.run([...rows, ...train.slice(0, background)]);
    const own = encoded.subarray(0, rows.length * columns.length);
    const task = { players: columns, plan: model.plan, forest, column, method, space };
    const shap = new TreeShap(task, {
      data: encoded.subarray(rows.length * columns.length),
      rows: background,
    });
    const all = new TreeShap(task, { data: encoded, rows: rows.length + background });
    const { predictions } = all.explain({ data: encoded, rows: rows.length + background }, null, still);
    const range = Math.max(...predictions) - Math.min(...predictions);
    return { shap, own, range };
  };

  const modes = [
    ['interventional', 'interventional', 'margin', golden.background],
    ['path', 'path', 'margin', train.length],
    ['probability', 'interventional', 'score', golden.background],
  ] as const;
  for (const [key, method, space, background] of modes) {
    const expected = entry[key];
    if (expected === undefined) continue;
    it(`${key} values are shap's`, async () => {
      for (const [at, values] of expected.values.entries()) {
        // The margin of a model that has one is that of its last score.
        const column = entry.classes?.[at] ?? model.plan.columns.length - 1;
        const { shap, own, range } = await explained(method, space, background, column);
        const found = shap.explain({ data: own, rows: rows.length }, null, still);
        const worst = Math.max(
          ...values.flat().map((value, i) => Math.abs(value - found.values[i]!)),
          Math.abs(expected.base[at]! - found.baseValue),
        );
        expect(worst / range).toBeLessThan(tolerance(entry));
        expect(found.additivityError / range).toBeLessThan(1e-12);
      }
    });
  }

  const interactions = entry.path_interactions;
  if (interactions !== undefined)
    it("interaction values are shap's", async () => {
      const { shap, own, range } = await explained('path', 'margin', train.length, 0);
      const found = shap.interactions({ data: own, rows: 2 }, still);
      const worst = Math.max(...interactions[0]!.flat(2).map((value, i) => Math.abs(value - found[i]!)));
      expect(worst / range).toBeLessThan(tolerance(entry));
    });
});
