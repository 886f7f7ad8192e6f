import { onTestFinished, expect, it } from 'vitest';
import { examplePlan } from '../../../tools/fixtures/examplePlan.ts';
import { combinedEnsemble } from '../../core/explain/tree/combined.ts';
import { forestOf, type ForestNode } from '../../core/explain/tree/forest.ts';
import { TreeShap, type TreeExplainer } from '../../core/explain/tree/shap.ts';
import { BadInput } from '../../core/failure.ts';
import { rowsOf } from '../../../tools/fixtures/exampleModel.ts';
import { neverAborted } from '../tasks/signal.ts';
import { chunkRows, ShapWorkers } from './shapWorkers.ts';

const file = new URL('./shapWorker.ts', import.meta.url).pathname;

it('workers give the bits that one thread gives chunk by chunk, however many they are', async () => {
  const data = await rowsOf('examples/bike-demand/data/reference.csv');
  const columns = Object.keys(data[0]!).filter(name => name !== 'bikers');
  const example = await examplePlan('examples/bike-demand/models/bike-demand-1.1.0.onnx', columns);
  const chunk = 2048;
  const n = chunk + 700;
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
  expect(chunkRows(task)).toBe(chunk);
  const first = shap.explain({ data: rows.data.slice(0, chunk * width), rows: chunk }, null, neverAborted);
  for (const count of [1, 3]) {
    const workers = new ShapWorkers(file, { task, background }, count);
    onTestFinished(() => workers.close());
    const found = await workers.explain(rows);
    expect(found.predictions).toHaveLength(n);
    expect(found.values.slice(0, first.values.length)).toEqual(first.values);
  }
});

it('rows that have no exact values are refused by a worker as by one thread, and others answered', async () => {
  // 20 columns in two classes: rows that differ in all of them have more coalitions than are enumerated.
  const stump = (feature: number): ForestNode => ({
    feature,
    low: 0,
    high: 1,
    holds: null,
    whenTrue: { value: Float64Array.of(1, 0) },
    whenFalse: { value: Float64Array.of(0, 1) },
  });
  const columns = Array.from({ length: 20 }, (_, feature) => feature);
  const task: TreeExplainer = {
    players: columns.map(String),
    plan: { playerOf: Int32Array.from(columns), link: 'softmax' },
    forest: {
      trees: columns.map(stump),
      features: 20,
      outputs: 2,
      base: new Float64Array(2),
      cuts: columns.map(() => Float64Array.of(0.5)),
      single: true,
      pathFeatures: 1,
    },
    column: 0,
    method: 'interventional',
    space: 'score',
  };
  const background = { data: new Float64Array(20), rows: 1 };
  const workers = new ShapWorkers(file, { task, background }, 2);
  onTestFinished(() => workers.close());
  const few = { data: Float64Array.from({ length: 800 }, (_, at) => (at % 20 < 3 ? 1 : 0)), rows: 40 };
  const one = new TreeShap(task, background).explain(few, null, neverAborted);
  const told: number[] = [];
  expect((await workers.explain(few, done => told.push(done))).values).toEqual(one.values);
  expect(told).toHaveLength(3);
  expect(told.at(-1)).toBe(40);
  const many = { data: new Float64Array(800).fill(1), rows: 40 };
  await expect(workers.explain(many)).rejects.toThrow(BadInput);
  await expect(workers.explain(many)).rejects.toThrow(/share one softmax/);
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
