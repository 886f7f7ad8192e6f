import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { shapley } from '../src/core/explain/shapley.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { composedModel, explainedOf } from '../src/engine/explain/explained.ts';
import { ExactExplainer } from '../src/engine/explain/exact.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { loadFile } from '../src/engine/model/load.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { resolveTask } from '../src/engine/predict/task.ts';
import { neverAborted } from '../src/engine/tasks/signal.ts';
import { timed, type Measured } from './parts.ts';

/**
 * A model of 100 trees asked as a black box, beside shap's explainers over Python's onnxruntime: the same model,
 * rows, background and number of coalitions, one thread each. The errors are those against the exact values.
 */
const rows = 20;
const background = 50;
const budget = 400;
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const python = join(cache, 'slipway', 'fixtures-venv', 'bin', 'python');
const oneThread = { threads: 1, optimisation: 'all' } as const;

interface Peer {
  readonly shap: string;
  readonly onnxruntime: string;
  readonly found: Readonly<
    Record<
      string,
      {
        readonly ms: number;
        readonly cpuMs: number;
        readonly evaluations: number;
        readonly values: readonly (readonly number[])[];
      }
    >
  >;
}

if (existsSync(python)) await compare();
else console.log('shap is not installed: run tools/fixtures/make.sh for the comparison.');

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const script = join(import.meta.dirname, 'explain_peer.py');
    const sizes = [rows, background, budget].map(String);
    const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
    const said = execFileSync(python, ['-W', 'ignore', script, folder, ...sizes], {
      env,
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const peer = JSON.parse(said.toString()) as Peer;
    const own = await ours(folder);
    const share = (measured: Measured, count: number): string =>
      `${Math.round((100 * (own.raw.cpuMs / own.rawRows)) / (measured.cpuMs / count))} % of the runtime's raw throughput`;
    console.log(
      `100 trees of depth 6, 20 columns: ${rows} rows x ${budget} coalitions x ${background} background rows; ` +
        `shap ${peer.shap}, onnxruntime ${peer.onnxruntime}; processor time`,
    );
    console.log(
      `  the runtime alone, ${own.rawRows.toLocaleString('en')} rows in batches: ${(own.raw.cpuMs / 1000).toFixed(2)} s`,
    );
    const ourError = squared(own.values, own.truth);
    console.log(
      `  Slipway: ${own.evaluations.toLocaleString('en')} evaluations in ${(own.time.cpuMs / 1000).toFixed(2)} s, ` +
        `${share(own.time, own.evaluations)}; relative squared error ${ourError.toPrecision(2)}`,
    );
    for (const [name, found] of Object.entries(peer.found)) {
      const each = found.cpuMs / found.evaluations;
      const faster = each / (own.time.cpuMs / own.evaluations);
      const error = squared(found.values.flat(), own.truth);
      // The squared error falls as the evaluations grow: to the same error is the product of both ratios.
      const same = (faster * error * found.evaluations) / (ourError * own.evaluations);
      console.log(
        `  ${name}: ${found.evaluations.toLocaleString('en')} evaluations in ${(found.cpuMs / 1000).toFixed(2)} s, ` +
          `${share({ ...found, peakMb: 0 }, found.evaluations)}; Slipway ${faster.toFixed(1)} times as fast for the same ` +
          `evaluations; relative squared error ${error.toPrecision(2)}, so ${same.toFixed(1)} times as fast to the same error`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ours {
  readonly time: Measured;
  readonly evaluations: number;
  readonly values: Float64Array;
  readonly truth: Float64Array;
  readonly raw: Measured;
  readonly rawRows: number;
}

async function ours(folder: string): Promise<Ours> {
  const model = await loadFile(join(folder, 'model.onnx'));
  const data = await DataFile.open({ file: join(folder, 'rows.csv'), path: 'rows.csv' });
  const plan = await matchData(model.facts, data, null, null);
  const session = await model.session(oneThread);
  const { answer } = model.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: false });
  const table = await data.read(plan.features, 'all');
  const meaning = { task: null, label: null, positive: null, threshold: null, unit: null };
  const task = resolveTask(answer, meaning, 1, null);
  const explained = explainedOf({ output: null, space: null }, answer, task);
  const pool = scorer.feeds.pool(table, 'rows.csv');
  const names = plan.features.map(({ name }) => name);
  const ask = async (): ReturnType<typeof shapley> =>
    await shapley(
      composedModel(scorer, pool, names, explained),
      {
        rows: Int32Array.from({ length: rows }, (_, i) => i),
        background: Int32Array.from({ length: background }, (_, i) => rows + i),
        seed: 1,
        signal: neverAborted,
        progress: () => undefined,
      },
      { budget },
    );
  const found = await ask();
  const time = await least(ask);
  // The very same composed rows once more with nothing done to them: what the runtime alone takes.
  const recorded = await recordedBatches(session, ask);
  const rawRows = recorded.reduce((sum, feeds) => sum + Object.values(feeds)[0]!.dims[0]!, 0);
  const raw = await least(async () => {
    for (const feeds of recorded) await session.run(feeds);
  });
  const other = {
    rows: background,
    columns: table.columns.map(column =>
      column.kind === 'number' ? { ...column, values: column.values.subarray(rows) } : column,
    ),
  };
  const exact = await ExactExplainer.open(
    {
      model,
      scorer,
      match: plan,
      task,
      asked: { method: 'tree', output: null, space: null },
      background: scorer.feeds.pool(other, 'rows.csv'),
      session: oneThread,
    },
    null,
    neverAborted,
  );
  if ('refused' in exact) throw new Error(exact.refused);
  const truth = await exact.explain(pool, neverAborted);
  if ('refused' in truth) throw new Error(truth.refused);
  await exact.release();
  await session.release();
  await data.close();
  return {
    time,
    evaluations: found.evaluations,
    values: found.values,
    truth: truth.attributions.values.subarray(0, rows * names.length),
    raw,
    rawRows,
  };
}

type Feeds = Record<string, Tensor>;

/** Copies of all that the session is asked during some work. */
async function recordedBatches(session: InferenceSession, work: () => Promise<unknown>): Promise<Feeds[]> {
  const { Tensor: Made } = await import('onnxruntime-node');
  const recorded: Feeds[] = [];
  const run = session.run.bind(session);
  session.run = async (feeds: Feeds, ...others: unknown[]) => {
    recorded.push(
      Object.fromEntries(
        Object.entries(feeds).map(([name, { data, dims }]) => [
          name,
          new Made('float32', Float32Array.from(data as Float32Array), [...dims]),
        ]),
      ),
    );
    return await (run as (feeds: Feeds, ...others: unknown[]) => ReturnType<typeof run>)(feeds, ...others);
  };
  try {
    await work();
  } finally {
    session.run = run;
  }
  return recorded;
}

/** Others on the machine only ever add. */
async function least(work: () => Promise<unknown>): Promise<Measured> {
  const runs = [await timed(work), await timed(work), await timed(work)];
  return runs.reduce((best, run) => (run.cpuMs < best.cpuMs ? run : best));
}

/** Sum of squared errors over the sum of squared values. */
function squared(values: ArrayLike<number>, truth: Float64Array): number {
  let [error, size] = [0, 0];
  truth.forEach((value, at) => {
    error += (values[at]! - value) ** 2;
    size += value * value;
  });
  return error / size;
}
