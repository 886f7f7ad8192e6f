import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { EngineClient } from '../src/jobs/engineClient.ts';
import { Remaining, remainingWords } from '../src/core/remaining.ts';
import type { ExplainJob } from '../src/protocol/engine.ts';

/**
 * 1,000,000 rows (or as many as the argument says) of a model of 100 trees of depth 6, explained over 100 background
 * rows and streamed to Parquet through the engine process as the command line does it: time, memory of the whole
 * process, and how honest the remaining time was.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const root = resolve(import.meta.dirname, '..');
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const python = join(cache, 'slipway', 'fixtures-venv', 'bin', 'python');

if (existsSync(python)) await million();
else console.log('The model is trained in Python: run tools/fixtures/make.sh first.');

async function million(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const script = join(import.meta.dirname, 'trees_peer.py');
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const said = execFileSync(python, ['-W', 'ignore', script, folder, '100', '6', '--model'], { env });
    const { names } = JSON.parse(said.toString()) as { names: readonly string[] };
    await writeRows(join(folder, 'rows.parquet'), names);
    const client = new EngineClient({
      engineFile: join(root, 'dist/engine.js'),
      memoryLimitMb: 4000,
      log: line => {
        console.log(line);
      },
    });
    const job: ExplainJob = {
      kind: 'explain',
      model: {
        file: join(folder, 'model.onnx'),
        ref: { digest: '', name: null, version: null, path: 'model.onnx', size: 0 },
      },
      meaning: { task: null, label: null, positive: null, threshold: null, unit: null },
      data: { file: join(folder, 'rows.parquet'), path: 'rows.parquet' },
      background: null,
      backgroundRows: 100,
      where: null,
      rows: 'all',
      method: 'tree',
      output: null,
      space: null,
      budget: 1,
      seed: 1,
      out: { file: join(folder, 'values.parquet'), path: 'values.parquet' },
    };
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, engineMb())), 200);
    const remaining = new Remaining();
    const said10: { readonly at: number; readonly words: string }[] = [];
    const before = performance.now();
    const result = await client.call('explain', job, {
      onProgress: ({ done, total, what }) => {
        const now = performance.now();
        const left = remaining.after(done, total, what, now);
        if (left === null || done === total || done / total < (said10.length + 1) / 4) return;
        said10.push({ at: now, words: `${Math.round((100 * done) / total)} %: ${remainingWords(left)}` });
      },
    });
    const after = performance.now();
    clearInterval(watch);
    client.dispose();
    const seconds = (after - before) / 1000;
    const megabytes = statSync(job.out!.file).size / 2 ** 20;
    console.log(
      `${rows.toLocaleString('en')} rows, 100 trees of depth 6, ${names.length} columns, 100 background rows: ` +
        `${seconds.toFixed(0)} s (${Math.round(rows / seconds).toLocaleString('en')} rows/s), ` +
        `the engine's peak ${peak} MB, ${megabytes.toFixed(0)} MB of Parquet, ` +
        `additivity within ${result.proof.maxAdditivityError!.toExponential(1)}`,
    );
    for (const { at, words } of said10)
      console.log(`  at ${words}; it was ${((after - at) / 1000).toFixed(0)} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Real rows again and again, their numbers moved a little, so that few are equal. */
async function writeRows(file: string, names: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const source = join(root, 'examples/bike-demand/data/reference.csv');
  const columns = names.map(name => `("${name}" + 0.02 * (random() - 0.5))::float as "${name}"`);
  await connection.run(
    `create table source as select * from read_csv('${source}'); select setseed(0.5);` +
      `copy (select ${columns.join(', ')} from source, range(ceil(${rows} / (select count(*) from source))::int) ` +
      `limit ${rows}) to '${file}' (format parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** Resident memory of this process's children that are engines. */
function engineMb(): number {
  try {
    const pids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ');
    const sizes = pids
      .filter(pid => pid.trim() !== '')
      .map(pid => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0');
    return Math.round(sizes.reduce((sum, kb) => sum + Number(kb), 0) / 1024);
  } catch {
    return 0;
  }
}
