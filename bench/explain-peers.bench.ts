import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { shapley } from '../src/core/explain/shapley.ts';
import type { ComposedModel, Mix } from '../src/core/explain/types.ts';
import { permutation, seeded } from '../src/core/random.ts';
import { DataFile } from '../src/engine/data/dataFile.ts';
import { composedModel, explainedOf } from '../src/engine/explain/explained.ts';
import { ExactExplainer } from '../src/engine/explain/exact.ts';
import { matchData } from '../src/engine/match/matchData.ts';
import { loadFile } from '../src/engine/model/load.ts';
import { Scorer } from '../src/engine/predict/scorer.ts';
import { resolveTask } from '../src/engine/predict/task.ts';
import { neverAborted } from '../src/engine/tasks/signal.ts';
import { seconds, timed } from './parts.ts';

/**
 * A model of 100 trees asked as a black box, beside shap's explainers over Python's onnxruntime: the same model,
 * rows, background and number of coalitions, one thread each, in turn; the first time in a fresh process, when what
 * compiles while it runs is compiled (Numba for PermutationExplainer), and the median of the rounds after it. The
 * errors are those against the exact values. The runtime alone is given the very rows that the explainer asks: in its order, in which
 * alike rows follow each other, which makes the runtime faster; and in the two orders of a caller who did not think of
 * that, for each row and coalition each row of the background, or for each row and row of the background each coalition.
 */
const rows = 20;
const background = 50;
const budget = 400;
const rounds = 9;
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const python = join(cache, 'slipway', 'fixtures-venv', 'bin', 'python');
const oneThread = { threads: 1, optimisation: 'all' } as const;

interface PeerFound {
  readonly ms: number;
  readonly cpuMs: number;
  readonly evaluations: number;
  readonly values: readonly (readonly number[])[];
}

if (existsSync(python)) await compare();
else console.log('shap is not installed: run tools/fixtures/make.sh for the comparison.');

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const child = spawn(
    python,
    [
      '-W',
      'ignore',
      join(import.meta.dirname, 'explain_peer.py'),
      folder,
      ...[rows, background, budget].map(String),
    ],
    {
      env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const said = async <T>(): Promise<T> => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the peer ended');
      return JSON.parse(value) as T;
    };
    const versions = await said<{ readonly shap: string; readonly onnxruntime: string }>();
    const peer = async (name: string): Promise<PeerFound> => {
      child.stdin.write(`${name}\n`);
      return await said<PeerFound>();
    };
    const own = await ours(folder);
    const first = {
      KernelExplainer: await peer('KernelExplainer'),
      PermutationExplainer: await peer('PermutationExplainer'),
    };
    const measured = {
      slipway: [] as number[],
      alike: [] as number[],
      byCoalition: [] as number[],
      byBackground: [] as number[],
      KernelExplainer: [] as PeerFound[],
      PermutationExplainer: [] as PeerFound[],
    };
    for (let round = 0; round < rounds; round++) {
      measured.alike.push((await timed(own.alike)).cpuMs);
      measured.slipway.push((await timed(own.ask)).cpuMs);
      measured.byCoalition.push((await timed(own.byCoalition)).cpuMs);
      measured.byBackground.push((await timed(own.byBackground)).cpuMs);
      measured.KernelExplainer.push(await peer('KernelExplainer'));
      measured.PermutationExplainer.push(await peer('PermutationExplainer'));
    }
    const share = (times: readonly number[]): string =>
      `${Math.round(100 * median(times.map((time, i) => time / measured.slipway[i]!)))} %`;
    const count = own.evaluations.toLocaleString('en');
    console.log(
      `100 trees of depth 6, 20 columns: ${rows} rows x ${budget} coalitions x ${background} background rows; ` +
        `shap ${versions.shap}, onnxruntime ${versions.onnxruntime}; processor time, median of ${rounds} rounds`,
    );
    console.log(
      `  the runtime alone, ${count} rows in batches: ${seconds(median(measured.alike))} in Slipway's order, ` +
        `${seconds(median(measured.byCoalition))} in that of row, coalition, background, ` +
        `${seconds(median(measured.byBackground))} in that of row, background, coalition`,
    );
    const ourError = squared(own.values, own.truth);
    console.log(
      `  Slipway: ${count} evaluations in ${seconds(median(measured.slipway))} (${seconds(own.firstMs)} the first time), ` +
        `${share(measured.alike)}, ${share(measured.byCoalition)} and ${share(measured.byBackground)} of the ` +
        `runtime's throughput in these; relative squared error ${ourError.toPrecision(2)}`,
    );
    for (const name of ['PermutationExplainer', 'KernelExplainer'] as const) {
      const found = measured[name];
      const { evaluations, values } = found[0]!;
      const more = evaluations / own.evaluations;
      const faster = median(found.map(({ cpuMs }, i) => cpuMs / measured.slipway[i]!)) / more;
      const firstFaster = first[name].cpuMs / own.firstMs / more;
      const ofRuntime = median(found.map(({ cpuMs }, i) => measured.alike[i]! / cpuMs)) * more;
      const error = squared(values.flat(), own.truth);
      // The squared error falls as the evaluations grow: to the same error is the product of both ratios.
      const same = (faster * error * more) / ourError;
      console.log(
        `  ${name}: ${evaluations.toLocaleString('en')} evaluations in ${seconds(median(found.map(({ cpuMs }) => cpuMs)))} ` +
          `(${seconds(first[name].cpuMs)} the first time), ${Math.round(100 * ofRuntime)} % of the runtime's throughput in Slipway's order; Slipway ${faster.toFixed(1)} times as ` +
          `fast for the same evaluations (${firstFaster.toFixed(1)} times the first time); relative squared error ${error.toPrecision(2)}, so ${same.toFixed(1)} times ` +
          'as fast to the same error',
      );
    }
    await own.close();
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ours {
  readonly ask: () => Promise<unknown>;
  /** The same composed rows once more with nothing done to them, in our order and in two plain ones. */
  readonly alike: () => Promise<void>;
  readonly byCoalition: () => Promise<void>;
  readonly byBackground: () => Promise<void>;
  readonly evaluations: number;
  /** Processor time of the first explanation in this process, ms. */
  readonly firstMs: number;
  readonly values: Float64Array;
  readonly truth: Float64Array;
  readonly close: () => Promise<void>;
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
  const black = composedModel(scorer, pool, names, explained);
  const ask = async (asked: ComposedModel): ReturnType<typeof shapley> =>
    await shapley(
      asked,
      {
        rows: Int32Array.from({ length: rows }, (_, i) => i),
        background: Int32Array.from({ length: background }, (_, i) => rows + i),
        seed: 1,
        signal: neverAborted,
        progress: () => undefined,
      },
      { budget },
    );
  const before = process.cpuUsage();
  const found = await ask(black);
  const { user, system } = process.cpuUsage(before);
  const mixes: Mix[] = [];
  const mixed: ComposedModel['mixed'] = async (some, signal) => {
    mixes.push(...some);
    return await black.mixed!(some, signal);
  };
  const recorded = await recordedBatches(session, async () => await ask({ ...black, mixed }));
  const replay = (batches: readonly Feeds[]) => async (): Promise<void> => {
    for (const feeds of batches) await session.run(feeds);
  };
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
  return {
    ask: async () => await ask(black),
    alike: replay(recorded),
    byCoalition: replay(laidOut(recorded, mixes, (a, b) => a.turn - b.turn || a.other - b.other)),
    byBackground: replay(laidOut(recorded, mixes, (a, b) => a.other - b.other || a.turn - b.turn)),
    evaluations: found.evaluations,
    firstMs: (user + system) / 1000,
    values: found.values,
    truth: truth.attributions.values.subarray(0, rows * names.length),
    close: async () => {
      await session.release();
      await data.close();
    },
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

/** A composed row: of which two rows, and the turn of its coalition, at random, among theirs. */
interface Turn {
  readonly own: number;
  readonly other: number;
  readonly turn: number;
  /** Its place among all that was recorded. */
  readonly row: number;
}

/** The rows of such batches, those of an explained row in another order. */
function laidOut(
  recorded: readonly Feeds[],
  mixes: readonly Mix[],
  order: (a: Turn, b: Turn) => number,
): Feeds[] {
  const tensors = recorded.map(feeds => Object.entries(feeds)[0]!);
  const [name, { dims }] = tensors[0]!;
  const width = dims[1]!;
  const asked = Float32Array.from(tensors.flatMap(([, { data }]) => [...(data as Float32Array)]));
  // First come the rows themselves and the background.
  let row = rows + background;
  const random = seeded(1);
  const turns = mixes.flatMap(({ own, other, players, coalitions }): Turn[] => {
    const places = permutation(random, coalitions.length / players.length);
    return Array.from(places, turn => ({ own, other, turn, row: row++ }));
  });
  turns.sort((a, b) => a.own - b.own || order(a, b));
  const laid = Float32Array.from(asked);
  turns.forEach((turn, i) => {
    laid.set(asked.subarray(turn.row * width, (turn.row + 1) * width), (rows + background + i) * width);
  });
  let from = 0;
  return tensors.map(([, tensor]) => {
    const part = laid.subarray(from, (from += tensor.size));
    return {
      [name]: new (tensor.constructor as new (...given: unknown[]) => Tensor)('float32', part, tensor.dims),
    };
  });
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

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
