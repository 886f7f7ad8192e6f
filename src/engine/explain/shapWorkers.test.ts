import { onTestFinished, expect, it } from 'vitest';
import { examplePlan } from '../../../tools/fixtures/examplePlan.ts';
import { combinedEnsemble } from '../../core/explain/tree/combined.ts';
import { forestOf } from '../../core/explain/tree/forest.ts';
import { TreeShap, type TreeExplainer } from '../../core/explain/tree/shap.ts';
import { rowsOf } from '../../../tools/fixtures/exampleModel.ts';
import { neverAborted } from '../tasks/signal.ts';
import { chunkRows, ShapWorkers } from './shapWorkers.ts';

const file = new URL('./shapWorker.ts', import.meta.url).pathname;

it('workers give the bits that one thread gives chunk by chunk, however many they are', async () => {
  const data = await rowsOf('examples/bike-demand/data/reference.csv');
  const columns = Object.keys(data[0]!).filter(name => name !== 'bikers');
  const example = await examplePlan('examples/bike-demand/models/bike-demand-1.1.0.onnx', columns);
  const n = chunkRows + 700;
  const { encoded } = await example.run(n, (row, column) => data[row % data.length]![column]!);
  const width = example.plan.playerOf.length;
  const task: TreeExplainer = {
    players: example.columns,
    plan: example.plan,
    forest: forestOf(combinedEnsemble(example.plan, true)),
    column: 0,
    method: 'interventional',
    space: 'margin',
  };
  const rows = { data: Float64Array.from(encoded), rows: n };
  const background = { data: rows.data.slice(0, 40 * width), rows: 40 };
  const shap = new TreeShap(task, background);
  const first = shap.explain(
    { data: rows.data.slice(0, chunkRows * width), rows: chunkRows },
    null,
    neverAborted,
  );
  for (const count of [1, 3]) {
    const workers = new ShapWorkers(file, { task, background }, count);
    onTestFinished(() => workers.close());
    const found = await workers.explain(rows);
    expect(found.predictions).toHaveLength(n);
    expect(found.values.slice(0, first.values.length)).toEqual(first.values);
  }
});

it('a worker that fails says why, now and later', async () => {
  const background = { data: new Float64Array(0), rows: 0 };
  const forest = {
    trees: [],
    features: 1,
    outputs: 1,
    base: new Float64Array(1),
    cuts: [],
    single: true,
    pathFeatures: 0,
  };
  const task: TreeExplainer = {
    players: ['a'],
    plan: { playerOf: new Int32Array(1), link: 'identity' },
    forest,
    column: 0,
    method: 'interventional',
    space: 'margin',
  };
  const workers = new ShapWorkers(file, { task, background }, 1);
  onTestFinished(() => workers.close());
  const rows = { data: new Float64Array(1), rows: 1 };
  await expect(workers.explain(rows)).rejects.toThrow(/background has no rows/);
  await expect(workers.explain(rows)).rejects.toThrow(/background has no rows/);
});
