import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { combinedEnsemble } from '../src/core/explain/tree/combined.ts';
import { forestOf, type Forest } from '../src/core/explain/tree/forest.ts';
import { planAdditive, type AdditivePlan } from '../src/core/explain/tree/pipeline.ts';
import { TreeShap, type Encoded } from '../src/core/explain/tree/shap.ts';
import type { TreeMethod } from '../src/core/explain/tree/treeGame.ts';
import { decodeModel } from '../src/core/onnx/decode.ts';
import { attribute, forgetModels } from '../src/engine/tasks/attribute.ts';
import type { AttributeRequest } from '../src/protocol/attribute.ts';

/**
 * Exact tree SHAP beside shap's C kernel: the same model, rows and background, one thread each, processor time
 * of each process, so that others on the machine matter less. The ratio is what to read.
 */
const still = { aborted: false, throwIfAborted: (): void => undefined };
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const python = join(cache, 'slipway', 'fixtures-venv', 'bin', 'python');
/** Of `bench/requirements-xgboost.txt`: XGBoost's own method is another since 3.3. */
const xgboostPython = join(cache, 'slipway', 'xgboost-venv', 'bin', 'python');

interface Peer {
  readonly columns: number;
  readonly names: readonly string[];
  readonly version: string;
  readonly times: Readonly<Record<string, number>>;
  readonly first: readonly number[];
}

/** `trees.bench.ts 200` measures the smaller model only. */
const wanted = process.argv[2];
if (existsSync(python))
  for (const [trees, depth] of [
    [200, 6],
    [500, 8],
  ] as const) {
    if (wanted === undefined || wanted === String(trees)) await compare(trees, depth);
  }
else console.log('shap is not installed: run tools/fixtures/make.sh for the comparison.');

async function compare(trees: number, depth: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const peer = peerOf(folder, trees, depth);
    const { plan, forest } = read(join(folder, 'model.onnx'));
    const bytes = readFileSync(join(folder, 'rows.bin'));
    const cells = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const rows = (from: number, to: number): Encoded => ({
      data: cells.subarray(from * peer.columns, to * peer.columns),
      rows: to - from,
    });
    const make = (method: TreeMethod, background: Encoded): TreeShap =>
      made(plan, forest, method, background);
    console.log(`${trees} trees of depth ${depth}, ${peer.columns} columns; shap ${peer.version}`);

    const found = make('interventional', rows(1000, 1100)).explain(rows(0, 1), null, still).values;
    const gap = Math.max(...peer.first.map((value, j) => Math.abs(value - found[j]!)));
    console.log(`  largest difference from the first row's values by enumeration: ${gap.toExponential(1)}`);

    // As shap does not check that its values add up, and as the engine knows them: the answers are there before.
    const answers = make('path', rows(0, 1)).explain(rows(0, 1000), null, still).predictions;
    const { path_1000: path, interventional_100: hundred, interactions_100: pairs } = peer.times;
    const background = rows(1000, 2000);
    line('path-dependent, 1,000 rows', path!, () =>
      make('path', background).explain(rows(0, 1000), answers, still),
    );
    line('interventional, 100 rows x 100', hundred!, () =>
      make('interventional', rows(1000, 1100)).explain(rows(0, 100), answers.subarray(0, 100), still),
    );
    line('interventional, 1,000 x 1,000 (shap: 100 times its 100 x 100)', 100 * hundred!, () =>
      make('interventional', background).explain(rows(0, 1000), answers, still),
    );
    if (pairs !== undefined) {
      line('interactions, path-dependent, 100 rows, with the covers counted anew', pairs, () =>
        make('path', background).interactions(rows(0, 100), still),
      );
      // As shap's explainer, ours is made before.
      const ready = make('path', background);
      line('interactions, path-dependent, 100 rows', pairs, () => ready.interactions(rows(0, 100), still));
    }
    const theirs = read(join(folder, 'xgboost.onnx'));
    const own = xgboostOf(folder, peer.columns);
    line(
      'path-dependent, 1,000 rows, a model of XGBoost',
      own.seconds,
      () => made(theirs.plan, theirs.forest, 'path', background).explain(rows(0, 1000), null, still),
      `XGBoost ${own.version}'s pred_contribs`,
    );
    for (const method of ['interventional', 'path'] as const)
      oneRow(method, make(method, rows(1000, 1100)), rows);
    await fromRequest(folder, peer.names, rows(0, 1000));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peerOf(folder: string, trees: number, depth: number): Peer {
  return asked(python, 'trees_peer.py', [folder, `${trees}`, `${depth}`]) as Peer;
}

/** XGBoost's own values of its own model; those of an older version where there is no environment for a new one. */
function xgboostOf(folder: string, columns: number): { readonly version: string; readonly seconds: number } {
  const newer = existsSync(xgboostPython);
  if (!newer)
    console.log('  XGBoost 3.3 or newer is not installed (bench/README.md says how, with Python 3.12).');
  const found = asked(newer ? xgboostPython : python, 'xgboost_peer.py', [folder, `${columns}`]);
  return found as { version: string; seconds: number };
}

function asked(interpreter: string, script: string, args: readonly string[]): unknown {
  const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const file = join(import.meta.dirname, script);
  return JSON.parse(execFileSync(interpreter, ['-W', 'ignore', file, ...args], { env }).toString());
}

function made(plan: AdditivePlan, forest: Forest, method: TreeMethod, background: Encoded): TreeShap {
  const players = plan.raw.map(({ column }) => `x${column}`);
  return new TreeShap({ players, plan, forest, column: 0, method, space: 'margin' }, background);
}

/** Best of seven: the first ones also compile. */
function line(what: string, theirs: number, work: () => unknown, peer = 'shap'): void {
  const own = Math.min(...Array.from({ length: 7 }, () => seconds(work)));
  console.log(
    `  ${what}: ${own.toFixed(3)} s, ${peer} ${theirs.toFixed(2)} s, ${(theirs / own).toFixed(1)} times as fast`,
  );
}

interface ReadModel {
  readonly plan: AdditivePlan;
  readonly forest: Forest;
}

function read(file: string): ReadModel {
  const planned = planAdditive(decodeModel(readFileSync(file)), 'variable');
  if ('refused' in planned) throw new Error(planned.refused);
  return { plan: planned.plan, forest: forestOf(combinedEnsemble(planned.plan, true)) };
}

/** A row in the engine, from the request with its values to the answer with its attributions: wall time. */
async function fromRequest(folder: string, names: readonly string[], rows: Encoded): Promise<void> {
  const d = names.length;
  const lines = Array.from({ length: rows.rows }, (_, i) =>
    names.map((_name, j) => rows.data[i * d + j]).join(','),
  );
  const data = { file: join(folder, 'rows.csv'), path: 'rows.csv' };
  writeFileSync(data.file, `${names.join(',')}\n${lines.join('\n')}\n`);
  const request: Omit<AttributeRequest, 'rows'> = {
    model: {
      file: join(folder, 'model.onnx'),
      ref: { digest: '', name: null, version: null, path: 'model.onnx', size: 0 },
    },
    meaning: { task: null, label: null, positive: null, threshold: null, unit: null },
    data,
    background: null,
    backgroundRows: 100,
    method: 'tree',
    output: null,
    space: null,
    budget: 1,
    seed: 1,
  };
  const ask = async (i: number): Promise<number> => {
    const row = Object.fromEntries(names.map((name, j) => [name, rows.data[i * d + j]!]));
    const before = performance.now();
    await attribute({ ...request, rows: [row] });
    return performance.now() - before;
  };
  const first = await ask(0);
  const times: number[] = [];
  const used = process.cpuUsage();
  for (let i = 1; i < 300; i++) times.push(await ask(i));
  const { user, system } = process.cpuUsage(used);
  times.sort((a, b) => a - b);
  console.log(
    `  one row in the engine, from request to answer: median ${times[150]!.toFixed(2)} ms, ` +
      `95th percentile ${times[285]!.toFixed(2)} ms, processor time ${((user + system) / 299_000).toFixed(2)} ms each ` +
      `(the first, which loads and proves: ${first.toFixed(0)} ms)`,
  );
  await forgetModels();
}

/** A row as the page asks for it: the tables are there, and what they are looked up for is not. */
function oneRow(method: TreeMethod, shap: TreeShap, rows: (from: number, to: number) => Encoded): void {
  const preparing = seconds(() => shap.prepare(still));
  const count = 200;
  for (let i = 0; i < count; i++) shap.explain(rows(i, i + 1), null, still);
  const each = seconds(() => {
    for (let i = 0; i < count; i++) shap.explain(rows(i, i + 1), null, still);
  });
  console.log(
    `  one row, ${method}: ${((each / count) * 1000).toFixed(2)} ms (prepared in ${preparing.toFixed(2)} s)`,
  );
}

/** Processor time of this process. */
function seconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
