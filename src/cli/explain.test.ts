import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { effects } from '../protocol/results/effects.ts';
import { explanation } from '../protocol/results/explanation.ts';
import { importance } from '../protocol/results/importance.ts';
import { whatIf } from '../protocol/results/whatIf.ts';
import { writeFiles } from '../workspace/testing.ts';
import { buildSlipway, copyExample, runSlipway, type Ended } from './testProgram.ts';

/** `slipway explain` and `slipway merge` over the real engine, as a user runs them. */
let folder: string;
let dist: string;
let example: string;
const model = 'credit-risk@1.1.0';
const quick = ['--rows', '12', '--background-rows', '10'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-explain-'));
  dist = await buildSlipway(folder);
  example = join(folder, 'credit-risk');
  copyExample('credit-risk', example);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function slipway(...args: string[]): Promise<Ended> {
  return runSlipway(dist, example, args);
}

async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await slipway(...args, '--json');
  expect(stderr.split('\n').filter(line => line.startsWith('Error'))).toEqual([]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

test('effects: exact steps of trees, local effects, and words for a terminal', async () => {
  const asked = [model, '--rows', '40', '--feature', 'duration', 'purpose'];
  const found = effects.parse(await json('explain', ...asked, '--method', 'pdp', '--grid', '6'));
  const duration = found.features.find(({ feature }) => feature === 'duration')!;
  expect(duration.partial).toMatchObject({ method: 'exact', shape: 'steps' });
  expect(duration.accumulated).toBeNull();
  const { stdout } = await slipway('explain', ...asked, '--method', 'ale', '--grid', '6');
  expect(stdout).toMatch(/duration +local effect on P\(bad\)/);
  const wrong = await slipway('explain', model, '--method', 'pdp', '--feature', 'durtion');
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Did you mean `duration`/) as string,
  });
});

test('importance: permutation of groups, SAGE with its stop', async () => {
  const shuffled = importance.parse(
    await json(
      'explain',
      model,
      '--method',
      'permutation',
      '--repeats',
      '2',
      '--groups',
      'money=credit_amount,savings',
    ),
  );
  expect(shuffled.global.find(({ feature }) => feature === 'money')!.columns).toEqual([
    'credit_amount',
    'savings',
  ]);
  const sage = ['--method', 'sage', '--rows', '130', '--background-rows', '5', '--precision', '0.9'];
  const { stdout, code } = await slipway('explain', model, ...sage);
  expect(code).toBe(0);
  expect(stdout).toMatch(/takes off the loss, nats/);
  const wrong = await slipway('explain', model, '--method', 'permutation', '--metric', 'r2');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/no metric `r2`/) as string });
});

test.each([
  ['sampled', ['--method', 'shapley', '--budget', '100']],
  ['exact', ['--method', 'tree', '--space', 'raw', '--interactions']],
])('parts, merged, are the whole: %s', async (name, method) => {
  const asked = [model, ...quick, ...method];
  const whole = explanation.parse(await json('explain', ...asked));
  const files = ['3', '1', '2'].map(part => `${name}-${part}.json`);
  for (const [i, file] of files.entries()) {
    const part = await json('explain', ...asked, '--shard', `${['3', '1', '2'][i]!}/3`);
    writeFiles(example, { [file]: JSON.stringify(part) });
  }
  const merged = explanation.parse(await json('merge', ...files));
  // Fewer rows at a time may be added up in another order by the exact method.
  if (name === 'sampled') expect(merged).toEqual(whole);
  expect({ ...merged, rows: [], global: [], interactions: null, proof: null }).toEqual({
    ...whole,
    rows: [],
    global: [],
    interactions: null,
    proof: null,
  });
  merged.rows.forEach(({ values, row }, i) => {
    expect(row).toBe(whole.rows[i]!.row);
    values.forEach((value, j) => expect(value).toBeCloseTo(whole.rows[i]!.values[j]!, 9));
  });
  const { code, stderr } = await slipway('merge', files[0]!, files[1]!);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Of 3 parts, 2 is missing/)]);
});

test('parts whose rows are in Parquet files, merged, are the whole and its file', async () => {
  const asked = ['explain', model, '--background-rows', '10'];
  const whole = explanation.parse(await json(...asked, '--out', 'whole.parquet'));
  for (const part of ['1', '2']) {
    const out = ['--out', `part-${part}.parquet`, '--shard', `${part}/2`];
    writeFiles(example, { [`file-${part}.json`]: JSON.stringify(await json(...asked, ...out)) });
  }
  const files = ['file-2.json', 'file-1.json'];
  const merged = explanation.parse(await json('merge', ...files, '--out', 'merged.parquet'));
  expect(merged.rowsFile).toEqual({ path: 'merged.parquet', rows: whole.n });
  expect({ ...merged, global: [], proof: null, rowsFile: null }).toEqual({
    ...whole,
    global: [],
    proof: null,
    rowsFile: null,
  });
  merged.global.forEach(({ feature, value }, i) => {
    expect(feature).toBe(whole.global[i]!.feature);
    expect(value).toBeCloseTo(whole.global[i]!.value, 12);
  });
  const instance = await DuckDBInstance.create(':memory:');
  onTestFinished(() => {
    instance.closeSync();
  });
  const connection = await instance.connect();
  const ask = async (sql: string): Promise<unknown> => await (await connection.run(sql)).getRowsJson();
  const [ours, theirs] = ['merged', 'whole'].map(name => `'${join(example, `${name}.parquet`)}'`) as [
    string,
    string,
  ];
  for (const question of ['describe from {}', 'select key, value from parquet_kv_metadata({})'])
    expect(await ask(question.replace('{}', ours))).toEqual(await ask(question.replace('{}', theirs)));
  expect(await ask(`select row, prediction from ${ours}`)).toEqual(
    await ask(`select row, prediction from ${theirs}`),
  );
  const [most] = (await ask(
    `select max(abs(a.shap_duration - b.shap_duration)) from ${ours} a join ${theirs} b using (row)`,
  )) as [[number]];
  expect(most[0]).toBeLessThan(1e-12);

  const nowhere = await slipway('merge', ...files);
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Say where all rows go/) as string,
  });
  rmSync(join(example, 'part-2.parquet'));
  const lost = await slipway('merge', ...files, '--out', 'again.parquet');
  expect(lost).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no file `part-2.parquet`/) as string,
  });
  expect(existsSync(join(example, 'again.parquet'))).toBe(false);
});

test('what a change of a row does to its answer and reasons', async () => {
  const found = whatIf.parse(
    await json('explain', model, '--row', '3', '--set', 'duration=60', 'purpose=', '--background-rows', '10'),
  );
  expect(found.changes).toMatchObject([
    { column: 'duration', to: '60' },
    { column: 'purpose', to: null },
  ]);
  for (const { prediction, values } of [found.before, found.after])
    expect(values.reduce((sum, value) => sum + value, found.baseValue)).toBeCloseTo(prediction, 5);
  expect(found.after.prediction).toBeGreaterThan(found.before.prediction);
  const wrong = await slipway('explain', model, '--row', '3', '--set', 'durtion=60');
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/Did you mean `duration`/) as string,
  });
  const beyond = await slipway('explain', model, '--row', '3000', '--set', 'duration=60');
  expect(beyond).toMatchObject({ code: 2, stderr: expect.stringMatching(/no row 3000/) as string });
});

test('dependence, groups, Owen values and a stop', async () => {
  const { stdout } = await slipway(
    'explain',
    model,
    ...quick,
    '--method',
    'dependence',
    '--feature',
    'duration',
  );
  expect(stdout).toMatch(/duration +rows +mean attribution to P\(bad\)/);
  const grouped = await slipway('explain', model, ...quick, '--groups', 'money=credit_amount,savings');
  expect(grouped.stdout).toMatch(/^money /m);
  const owen = await slipway('explain', model, ...quick, '--correlated', '0.4', '--owen', '--budget', '120');
  expect(owen.stdout).toMatch(/Owen values/);
  const stop = ['--method', 'shapley', '--tolerance', '0.05', '--budget', '400'];
  const sampled = await slipway('explain', model, ...quick, ...stop);
  expect(sampled.stdout).toMatch(/each value is known within/);
});
