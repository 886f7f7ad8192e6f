import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shapley, type StopRule } from '../src/core/explain/shapley.ts';
import type { ComposedModel, ExplainTask } from '../src/core/explain/types.ts';
import { seeded } from '../src/core/random.ts';
import { normalQuantile } from '../src/core/stats/distributions.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { sampleOf } from '../src/engine/data/sampleOf.ts';
import { composedModel, explainedOf } from '../src/engine/explain/explained.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { forBatches, loadFile } from '../src/engine/model/load.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { resolveTask } from '../src/engine/predict/task.ts';
import { neverAborted } from '../src/engine/tasks/signal.ts';
import { perceptron } from './models.ts';

/**
 * How far sampled Shapley values are from the exact ones, and how often their 95 % intervals hold these: the same rows
 * and background with many seeds. The exact values are those of every coalition, against one background row after the
 * other: columns in which the two rows hold the same need not be asked.
 */
const rows = 3;
const background = 20;
const seeds = 40;
const asked: readonly { readonly what: string; readonly budget: number; readonly stop?: StopRule }[] = [
  { what: '50 coalitions', budget: 50 },
  { what: '100 coalitions', budget: 100 },
  { what: '400 coalitions', budget: 400 },
  {
    what: 'until half-widths are 5 % of the largest value',
    budget: 4000,
    stop: { share: 0.05, absolute: 0 },
  },
];
const others = Array.from({ length: background }, (_, i) => rows + i);
/** A model that answers in float32 is known no better than this. */
const floatError = 1e-6;
const root = resolve(import.meta.dirname, '..');

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
try {
  const width = 14;
  writeFileSync(join(folder, 'perceptron.onnx'), perceptron(width));
  const random = seeded(7);
  const line = (): string => Array.from({ length: width }, () => random() * 10 - 5).join(',');
  const header = Array.from({ length: width }, (_, j) => `x${j}`).join(',');
  writeFileSync(join(folder, 'rows.csv'), [header, ...Array.from({ length: 100 }, line)].join('\n'));
  const credit = join(root, 'examples/credit-risk');
  for (const version of ['1.0.0', '1.1.0', '2.0.0'])
    await study(
      `credit-risk ${version}`,
      join(credit, `models/credit-risk-${version}.onnx`),
      join(credit, 'data/reference.csv'),
    );
  await study(`a perceptron of ${width} numbers`, join(folder, 'perceptron.onnx'), join(folder, 'rows.csv'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function study(name: string, file: string, dataFile: string): Promise<void> {
  const model = await loadFile(file);
  const data = await DataFile.open({ file: dataFile, path: 'data.csv' });
  const plan = await matchData(model.facts, data, null, null);
  const session = await model.session(forBatches);
  const { answer } = model.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: false });
  const table = await data.read(plan.features, sampleOf(await data.rows(), rows + background, 1));
  const meaning = { task: null, label: null, positive: null, threshold: null, unit: null };
  const composed = composedModel(
    scorer,
    scorer.feeds.pool(table, 'data.csv'),
    plan.features.map(feature => feature.name),
    explainedOf({ output: null, space: null }, answer, resolveTask(answer, meaning, 1, null)),
  );
  const truth = await exact(composed);
  console.log(`${name}: ${rows} rows x ${background} background rows, ${seeds} seeds`);
  for (const { what, ...options } of asked) {
    let [error, inside, coalitions] = [0, 0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const found = await shapley(composed, task(others, seed), options);
      coalitions += found.sampling!.coalitions / seeds;
      found.values.forEach((value, at) => {
        const miss = value - truth[at]!;
        error += miss * miss;
        if (Math.abs(miss) <= normalQuantile(0.975) * found.errors![at]! + floatError) inside++;
      });
    }
    const size = truth.reduce((sum, value) => sum + value * value, 0);
    const share = (100 * inside) / (seeds * truth.length);
    console.log(
      `  ${what}: relative squared error ${(error / seeds / size).toPrecision(2)}, ` +
        `${share.toFixed(1)} % of the values are in their intervals, ${Math.round(coalitions)} coalitions asked a row`,
    );
  }
  await session.release();
  await data.close();
}

/** The mean of the values against each background row by itself. */
async function exact(model: ComposedModel): Promise<Float64Array> {
  const mean = new Float64Array(rows * model.players.length);
  for (const other of others) {
    const { values } = await shapley(model, task([other], 1), { budget: 2 ** 20 });
    values.forEach((value, at) => (mean[at]! += value / others.length));
  }
  return mean;
}

function task(against: readonly number[], seed: number): ExplainTask {
  return {
    rows: Int32Array.from({ length: rows }, (_, i) => i),
    background: Int32Array.from(against),
    seed,
    signal: neverAborted,
    progress: () => undefined,
  };
}
