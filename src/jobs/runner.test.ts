import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineRequests, ExplainJob, ValidateJob } from '../protocol/engine.ts';
import type { Validation } from '../protocol/results/validation.ts';
import { ResultStore } from '../workspace/store.ts';
import { temporaryFolder, validationOf, writeFiles } from '../workspace/testing.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { EngineParams, EngineResult } from './engineClient.ts';
import { Jobs } from './runner.ts';

const config = `version: 1
policy: { groups: [age] }
models:
  m:
    path: m-*.onnx
    task: binary
    label: y
    data: { holdout: h.csv }
    policy: { margins: { roc_auc: 0.01 } }
`;

/** Jobs over a real folder and store; the engine only writes down what it is asked. */
async function setUp(text = config) {
  const root = temporaryFolder();
  writeFiles(root, { 'slipway.yaml': text, 'm-1.onnx': 'one', 'm-2.onnx': 'two', 'h.csv': 'y\n1\n' });
  const asked: { method: string; params: unknown }[] = [];
  const meanwhile: (() => void)[] = [];
  const engine = {
    call: <M extends keyof EngineRequests>(method: M, params: EngineParams<M>): Promise<EngineResult<M>> => {
      asked.push({ method, params });
      meanwhile.pop()?.();
      const { model } = params as ValidateJob;
      const digest = createHash('sha256')
        .update(readFileSync(join(root, 'h.csv')))
        .digest('hex');
      const data: Validation['data'] = [{ role: 'holdout', path: 'h.csv', digest, rows: 1 }];
      const answer = { ...validationOf('from the engine'), data, model: model?.ref ?? null };
      return Promise.resolve(answer as EngineResult<M>);
    },
  };
  const workspace = await Workspace.open(root);
  return { root, workspace, asked, meanwhile, jobs: new Jobs(workspace, engine, new ResultStore(root)) };
}

test('a job is built from slipway.yaml, with what the caller says over it', async () => {
  const { workspace, jobs, asked, root } = await setUp();
  const model = await workspace.resolve('m@1');
  await jobs.validate(model, { threshold: 0.3, data: 'other.csv' });
  expect(asked[0]?.params).toEqual({
    kind: 'validate',
    model: model.source,
    predictions: null,
    baseline: null,
    original: null,
    meaning: { task: 'binary', label: 'y', positive: null, threshold: 0.3, unit: null },
    policy: { metrics: {}, checks: {}, margins: { roc_auc: 0.01 }, groups: ['age'] },
    holdout: { file: `${root}/other.csv`, path: 'other.csv' },
    reference: null,
    resamples: 1000,
    seed: 1,
  });
});

test('the same job is not run twice, unless fresh', async () => {
  const { workspace, jobs, asked } = await setUp();
  const model = await workspace.resolve('m@1');
  const first = await jobs.validate(model);
  expect(first.job).toMatch(/^[0-9a-f]{64}$/);
  expect(await jobs.validate(model)).toEqual(first);
  expect(asked.length).toBe(1);
  await jobs.validate(model, {}, { fresh: true });
  expect(asked.length).toBe(2);
  await jobs.validate(model, { seed: 2 });
  await jobs.validate(await workspace.resolve('m@2'));
  expect(asked.length).toBe(4);
});

test('a result of data that changed meanwhile is refused and not kept', async () => {
  const { workspace, jobs, root, meanwhile } = await setUp();
  const model = await workspace.resolve('m@1');
  meanwhile.push(() => {
    writeFiles(root, { 'h.csv': 'y\n1\n0\n' });
  });
  await expect(jobs.validate(model)).rejects.toThrow(
    '`h.csv` changed while it was being read, so nothing is kept of this run. Run it again when the file is written.',
  );
  expect(await jobs.latest.validation(model)).toBeNull();
  // A file of rows is not there either.
  const out = join(root, 'rows.parquet');
  meanwhile.push(() => {
    writeFiles(root, { 'h.csv': 'y\n1\n' });
  });
  await expect(jobs.explain(model, { out })).rejects.toMatchObject({ code: 'data-changed' });
  expect(existsSync(out)).toBe(false);
  expect((await jobs.validate(model)).job).toMatch(/^[0-9a-f]{64}$/);
});

test('an explanation of one row is not stored as that of the version', async () => {
  const { workspace, jobs, asked } = await setUp();
  const model = await workspace.resolve('m@1');
  await jobs.explainRow(model, 7);
  expect(asked[0]?.params).toMatchObject({ rows: [7] });
  expect(await jobs.latest.explanation(model)).toBeNull();
});

test('changed data and a changed policy make the stored result stale', async () => {
  const { workspace, jobs, root } = await setUp();
  expect(await jobs.latest.validation(await workspace.resolve('m@1'))).toBeNull();
  await jobs.validate(await workspace.resolve('m@1'));
  expect((await jobs.latest.validation(await workspace.resolve('m@1')))?.stale).toBeNull();

  writeFiles(root, { 'slipway.yaml': config.replace('0.01', '0.02') });
  await workspace.reload();
  expect((await jobs.latest.validation(await workspace.resolve('m@1')))?.stale).toBe(
    'The policy or the settings have changed since.',
  );

  writeFiles(root, { 'slipway.yaml': config, 'h.csv': 'y\n1\n0\n' });
  await workspace.reload();
  expect((await jobs.latest.validation(await workspace.resolve('m@1')))?.stale).toMatch(
    /`data\/h.csv`|has changed/,
  );
});

test('explaining without data says what to give', async () => {
  const { workspace, jobs } = await setUp('version: 1\nmodels:\n  m: { path: "m-*.onnx" }\n');
  const model = await workspace.resolve('m');
  await expect(jobs.explain(model)).rejects.toThrow(
    'Explaining needs data: give a file (`--data F`), or set `data.holdout` of `m` in slipway.yaml.',
  );
  await expect(jobs.predict(model, null, { offset: 0, limit: 1 })).rejects.toMatchObject({ code: 'no-data' });
});

test('explanations compare with the background, else the reference', async () => {
  const { workspace, jobs, asked } = await setUp(config.replace('h.csv', 'h.csv, reference: h.csv'));
  const model = await workspace.resolve('m');
  await jobs.explain(model, { rows: [3] }).catch(() => undefined);
  const job = asked[0]?.params as ExplainJob;
  expect(job.background?.path).toBe('h.csv');
  expect(job.rows).toEqual([3]);
});
