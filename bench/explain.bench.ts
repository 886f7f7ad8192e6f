import { resolve } from 'node:path';
import { shapley } from '../src/core/explain/shapley.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { composedModel, explainedOf } from '../src/engine/explain/explained.ts';
import { sampleOf } from '../src/engine/data/sampleOf.ts';
import { ExactExplainer } from '../src/engine/explain/exact.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { forBatches, loadFile } from '../src/engine/model/load.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { resolveTask } from '../src/engine/predict/task.ts';
import { neverAborted } from '../src/engine/tasks/signal.ts';

/**
 * The share of a black-box explanation's wall time that is spent inside ONNX Runtime's run (at least 85 % is
 * asked for), and the exact method beside it where the model has one: same rows, same background.
 */
const rows = 20;
const background = 50;
const budget = 400;
const root = resolve(import.meta.dirname, '..');

for (const [example, version, label] of [
  ['credit-risk', '1.0.0', 'default'],
  ['credit-risk', '1.1.0', 'default'],
  ['credit-risk', '2.0.0', 'default'],
  ['bike-demand', '1.1.0', 'bikers'],
  ['bike-demand', '2.0.0', 'bikers'],
] as const)
  await measure(example, version, label);

async function measure(example: string, version: string, label: string): Promise<void> {
  const folder = `${root}/examples/${example}`;
  const model = await loadFile(`${folder}/models/${example}-${version}.onnx`);
  const data = await DataFile.open({ file: `${folder}/data/reference.csv`, path: 'data/reference.csv' });
  const plan = await matchData(model.facts, data, label, null);
  const session = await model.session(forBatches);
  const { answer } = model.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: false });
  const table = await data.read(plan.features, sampleOf(await data.rows(), rows + background, 1));
  const meaning = { task: null, label: null, positive: 'bad', threshold: null, unit: null };
  const task = resolveTask(answer, meaning, answer.classes.length === 0 ? 1 : 2, null);
  const explained = explainedOf({ output: null, space: null }, answer, task);
  const players = plan.features.map(({ name }) => name);
  const pool = scorer.feeds.pool(table, 'data/reference.csv');

  scorer.runtimeMs = 0;
  const before = performance.now();
  const { evaluations, method } = await shapley(
    composedModel(scorer, pool, players, explained),
    {
      rows: Int32Array.from({ length: rows }, (_, i) => i),
      background: Int32Array.from({ length: background }, (_, i) => rows + i),
      seed: 1,
      signal: neverAborted,
      progress: () => undefined,
    },
    { budget },
  );
  const ms = performance.now() - before;
  const inside = scorer.runtimeMs;

  const exactBefore = performance.now();
  const other = await data.read(plan.features, sampleOf(await data.rows(), background, 2));
  const exact = await ExactExplainer.open(
    {
      model,
      scorer,
      match: plan,
      task,
      asked: { method: 'auto', output: null, space: null },
      background: scorer.feeds.pool(other, 'data/reference.csv'),
      session: forBatches,
      workerFile: null,
    },
    null,
    neverAborted,
  );
  const found = 'refused' in exact ? null : await exact.explain(pool, neverAborted);
  const exactMs = performance.now() - exactBefore;
  console.log(
    `${example} ${version}: ${method}, ${evaluations} evaluations in ${(ms / 1000).toFixed(2)} s ` +
      `(${Math.round((evaluations / ms) * 1000)}/s), ${((100 * inside) / ms).toFixed(0)} % inside run; ` +
      (found !== null
        ? `exact values in ${exactMs.toFixed(0)} ms, ${(ms / exactMs).toFixed(0)}x faster`
        : 'no exact method'),
  );
  await session.release();
  await data.close();
}
