import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DataSource, ModelMeaning } from '../src/protocol/engine.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { forBatches, loadFile } from '../src/engine/model/load.ts';
import { modelAnswering } from '../src/engine/predict/answering.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { scorePass } from '../src/engine/tasks/scorePass.ts';
import { validate } from '../src/engine/tasks/validate.ts';
import { perceptron } from './models.ts';

/**
 * Validation of 1,000,000 rows x 20 columns against what cannot be spared: DuckDB's own scan of the file and the
 * model's own inference. Each is measured in a process of its own; ratios say more than times on a shared machine.
 */
const rows = 1_000_000;
const width = 20;
const meaning: ModelMeaning = { task: 'binary', label: 'y', positive: '1', threshold: null, unit: null };

interface Measured {
  readonly ms: number;
  readonly peakMb: number;
}

const [, , part, dataFile, modelFile] = process.argv;
if (part === undefined) await main();
else {
  const source = { file: dataFile!, path: 'bench data' };
  const ms = await run(part, source, modelFile!);
  process.send?.({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }, undefined, undefined, () =>
    process.exit(),
  );
}

async function run(name: string, data: DataSource, model: string): Promise<number> {
  const before = performance.now();
  if (name === 'scan') await scan(data);
  else if (name === 'inference') return await inference(model);
  else if (name === 'pass') await pass(data, model);
  else await job(data, model);
  return performance.now() - before;
}

/** DuckDB's own reading, into its column vectors. */
async function scan({ file }: DataSource): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const from = file.endsWith('.csv') ? `read_csv('${file}')` : `read_parquet('${file}')`;
  const result = await connection.stream(`select * from ${from}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (let column = 0; column < chunk.columnCount; column++) chunk.getColumnVector(column);
  }
}

/** Milliseconds in the runtime for the same number of rows, in the batches that validation uses. */
async function inference(file: string): Promise<number> {
  const model = await loadFile(file);
  const session = await model.session(forBatches);
  const { Tensor } = await import('onnxruntime-node');
  const batch = 4096;
  const values = Float32Array.from({ length: batch * width }, (_, i) => (i % 97) / 10 - 5);
  const x = new Tensor('float32', values, [batch, width]);
  const before = performance.now();
  for (let row = 0; row < rows; row += batch) await session.run({ x });
  return performance.now() - before;
}

async function pass(source: DataSource, file: string): Promise<void> {
  const model = await loadFile(file);
  const data = await DataFile.open(source);
  const plan = await matchData(model.facts, data, meaning.label, null);
  const session = await model.session(forBatches);
  const { answer } = model.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: false });
  await scorePass({
    answering: [modelAnswering(scorer, plan, answer, meaning)],
    data,
    label: meaning.label,
    groups: [],
    seed: 1,
    progress: () => undefined,
  });
  await data.close();
}

async function job(holdout: DataSource, file: string): Promise<void> {
  await validate(
    {
      kind: 'validate',
      model: { file, ref: { digest: '', name: null, version: null, path: 'bench model', size: 0 } },
      predictions: null,
      baseline: null,
      original: null,
      meaning,
      policy: { metrics: {}, checks: {}, margins: {}, groups: [] },
      holdout,
      reference: null,
      resamples: 100,
      seed: 1,
    },
    { progress: () => undefined, entry: null },
  );
}

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const model = join(dir, 'perceptron.onnx');
    await writeFile(model, perceptron(width));
    await generate(dir);
    for (const kind of ['csv', 'parquet']) {
      const data = join(dir, `rows.${kind}`);
      const megabytes = Math.round((await stat(data)).size / 1e6);
      const scan = await measured('scan', data, model);
      const inference = await measured('inference', data, model);
      const pass = await measured('pass', data, model);
      const job = await measured('job', data, model);
      const floor = scan.ms + inference.ms;
      console.log(
        `${kind} (${megabytes} MB): scan ${seconds(scan)}, inference ${seconds(inference)}; ` +
          `streamed pass ${seconds(pass)} = ${(pass.ms / floor).toFixed(2)}x their sum, peak ${Math.round(pass.peakMb)} MB; ` +
          `whole job with 100 resamples ${seconds(job)} = ${(job.ms / floor).toFixed(2)}x, peak ${Math.round(job.peakMb)} MB`,
      );
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measured(name: string, data: string, model: string): Promise<Measured> {
  const child = fork(import.meta.filename, [name, data, model]);
  const [result] = (await once(child, 'message')) as [Measured];
  await once(child, 'exit');
  return result;
}

function seconds({ ms }: Measured): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

async function generate(dir: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = Array.from({ length: width }, (_, i) => `(random() * 10 - 5)::float as x${i}`);
  await connection.run('select setseed(0.5)');
  await connection.run(
    `create table t as select ${columns.join(', ')}, (random() < 0.3)::int as y from range(${rows})`,
  );
  await connection.run(`copy t to '${join(dir, 'rows.csv')}' (header)`);
  await connection.run(`copy t to '${join(dir, 'rows.parquet')}' (format parquet)`);
  connection.closeSync();
}
