import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInput } from '../core/failure.ts';
import type { ExplainJob, RowsRequest } from '../protocol/engine.ts';
import { EngineClient } from './engineClient.ts';
import { EngineStopped } from './engineLane.ts';

const root = resolve(import.meta.dirname, '../..');
const engineFile = join(root, 'src/engine/main.ts');
const model = join(root, 'examples/credit-risk/models/credit-risk-1.1.0.onnx');
const holdout = { file: join(root, 'examples/credit-risk/data/holdout.csv'), path: 'holdout.csv' };

const page: RowsRequest = { data: holdout, offset: 0, limit: 2, orderBy: null, filter: null };

/** Attributions of all rows with a large budget: minutes of work. */
const long: ExplainJob = {
  kind: 'explain',
  model: { file: model, ref: { digest: '', name: null, version: null, path: 'm.onnx', size: 0 } },
  meaning: { task: null, label: null, positive: null, threshold: null, unit: null },
  data: holdout,
  background: null,
  backgroundRows: 300,
  where: null,
  rows: 300,
  method: 'shapley',
  output: null,
  space: null,
  budget: 2000,
  seed: 1,
};

let client: EngineClient;
let dir: string;
const open = (options: Partial<ConstructorParameters<typeof EngineClient>[0]> = {}): EngineClient => {
  client = new EngineClient({ engineFile, memoryLimitMb: 4000, log: () => undefined, ...options });
  return client;
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slipway-client-'));
});
afterEach(async () => {
  client.dispose();
  await rm(dir, { recursive: true, force: true });
});

describe('the engine through its client', () => {
  it('answers several calls and tells bad input apart', async () => {
    const engine = open();
    const [facts, rows] = await Promise.all([
      engine.call('inspect', { file: model }),
      engine.call('rows', page),
    ]);
    expect(facts.inputs).toHaveLength(20);
    expect(rows).toMatchObject({ total: 300 });
    const failure = engine.call('inspect', { file: join(dir, 'none.onnx') });
    await expect(failure).rejects.toThrow(BadInput);
    await expect(failure).rejects.toThrow(/no readable file/);
  });

  it('cancels a job at once and leaves the questions alone', async () => {
    const engine = open();
    const abort = new AbortController();
    let told = 0;
    const job = engine.call('explain', long, {
      signal: abort.signal,
      onProgress: () => {
        if (told++ === 0) abort.abort();
      },
    });
    const question = engine.call('inspect', { file: model });
    await expect(job).rejects.toThrow(/abort/i);
    expect((await question).operators.length).toBeGreaterThan(0);
    // The next job finds a new engine.
    const again = engine.call('explain', { ...long, rows: [0], backgroundRows: 5, budget: 100 });
    expect((await again).rows).toHaveLength(1);
  });

  it('does not run a queued call that was cancelled', async () => {
    const engine = open();
    const abort = new AbortController();
    const first = engine.call('rows', page);
    const second = engine.call('rows', page, { signal: abort.signal });
    abort.abort();
    await expect(second).rejects.toThrow(/abort/i);
    expect((await first).rows).toHaveLength(2);
  });

  it('says how a crashed engine ended, and starts another', async () => {
    const crashing = join(dir, 'crash.mjs');
    await writeFile(
      crashing,
      "process.on('message', () => { console.error('Error: out of luck'); process.abort(); });",
    );
    const engine = open({ engineFile: crashing });
    const crash = engine.call('inspect', { file: model });
    await expect(crash).rejects.toThrow(EngineStopped);
    await expect(crash).rejects.toThrow(/SIGABRT.*Start it again.*out of luck/);
    await expect(engine.call('inspect', { file: model })).rejects.toThrow(EngineStopped);
  });

  it('says when the engine cannot be started', async () => {
    const engine = open({ engineFile: join(dir, 'missing.js') });
    await expect(engine.call('inspect', { file: model })).rejects.toThrow(/ended with code 1/);
  });

  it('stops an engine that uses more memory than the setting allows', async () => {
    const engine = open({ memoryLimitMb: 20 });
    const job = engine.call('explain', long);
    await expect(job).rejects.toThrow(BadInput);
    await expect(job).rejects.toThrow(/slipway\.engine\.memoryLimit/);
  });

  it('stops an idle engine and starts it when asked again', async () => {
    const engine = open({ idleMs: 1 });
    await engine.call('rows', page);
    await new Promise(done => setTimeout(done, 100));
    expect((await engine.call('rows', page)).total).toBe(300);
  });

  it('rejects what is pending when it is disposed', async () => {
    const engine = open();
    const job = engine.call('explain', long);
    const queued = engine.call('explain', long);
    engine.dispose();
    await expect(job).rejects.toThrow();
    await expect(queued).rejects.toThrow(EngineStopped);
    await expect(engine.call('rows', page)).rejects.toThrow(/closed/);
  });
});
