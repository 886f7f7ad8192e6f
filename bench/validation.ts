import { DuckDBInstance } from '@duckdb/node-api';
import type { DataSource, ModelMeaning, ModelSource } from '../src/protocol/engine.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { forBatches, loadFile } from '../src/engine/model/load.ts';
import { modelAnswering } from '../src/engine/predict/answering.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { scorePass } from '../src/engine/tasks/scorePass.ts';
import type { Validation } from '../src/protocol/results/validation.ts';
import { validate } from '../src/engine/tasks/validate.ts';
import { timed, type Measured } from './parts.ts';

/** The parts of a validation of rows of `writeRows`: what cannot be spared, the streamed pass, the whole job. */

const meaning: ModelMeaning = { task: 'binary', label: 'y', positive: '1', threshold: null, unit: null };
/** The engine, whose threads share the work as they do for a user. */
const entry = new URL('../dist/engine.js', import.meta.url).pathname;
/** Rows a call of the runtime in a validation. */
const batch = 4096;

/** DuckDB's own reading, into its column vectors. */
export async function scan(file: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const from = file.endsWith('.csv') ? `read_csv('${file}')` : `read_parquet('${file}')`;
  const result = await connection.stream(`select * from ${from}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (let column = 0; column < chunk.columnCount; column++) chunk.getColumnVector(column);
  }
}

/** The runtime's time alone for so many rows, in the batches that validation uses. */
export async function inference(file: string, rows: number, width: number): Promise<Measured> {
  const model = await loadFile(file);
  const session = await model.session(forBatches);
  const { Tensor } = await import('onnxruntime-node');
  const values = Float32Array.from({ length: batch * width }, () => Math.random() * 10 - 5);
  const x = new Tensor('float32', values, [batch, width]);
  const fetches = [model.facts.answer.scoreOutput!];
  return await timed(async () => {
    for (let row = 0; row < rows; row += batch) await session.run({ x }, fetches);
  });
}

/** Reads, profiles and scores the file: the part of a validation that grows with the rows. */
export async function pass(path: string, modelFile: string): Promise<void> {
  const source = { file: path, path: 'bench data' };
  const model = await loadFile(modelFile);
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
    entry,
  });
  await data.close();
}

export interface Beside {
  readonly reference?: string;
  readonly baseline?: string;
  readonly groups?: readonly string[];
}

/** All that a user waits for: digests, the pass, metrics with 1,000 resamples, charts, every check. */
export async function job(modelFile: string, holdout: string, beside: Beside = {}): Promise<Validation> {
  const source = (file: string | undefined): DataSource | null =>
    file === undefined ? null : { file, path: 'bench data' };
  const model = (file: string): ModelSource => ({
    file,
    ref: { digest: '', name: null, version: null, path: 'bench model', size: 0 },
  });
  return await validate(
    {
      kind: 'validate',
      model: model(modelFile),
      predictions: null,
      baseline: beside.baseline === undefined ? null : model(beside.baseline),
      original: null,
      meaning,
      policy: { metrics: {}, checks: {}, margins: {}, groups: beside.groups ?? [] },
      holdout: source(holdout),
      reference: source(beside.reference),
      resamples: 1000,
      seed: 1,
    },
    { progress: () => undefined, entry },
  );
}
