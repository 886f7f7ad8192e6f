import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Metric, Validation } from '../protocol/results/validation.ts';
import { ResultStore } from '../workspace/store.ts';
import { temporaryFolder, validationOf, writeFiles } from '../workspace/testing.ts';
import { Workspace } from '../workspace/workspace.ts';
import { PolicyBook } from './policyBook.ts';
import { Jobs } from './runner.ts';

const config = `version: 1
models:
  m:
    path: m-*.onnx
    data: { holdout: h.csv }
    policy: { metrics: { roc_auc: { min: 0.7 } } }
`;

function auc(value: number): Metric {
  const interval = { low: value - 0.01, high: value + 0.01, level: 0.95, method: 'bootstrap' };
  return {
    name: 'roc_auc',
    title: 'ROC AUC',
    value,
    interval,
    n: 10,
    better: 'higher',
    unit: null,
    class: null,
    definition: '',
  };
}

/** Two versions whose validations are stored, the newer one worse. */
async function setUp() {
  const root = temporaryFolder();
  writeFiles(root, { 'slipway.yaml': config, 'm-1.onnx': 'one', 'm-2.onnx': 'two', 'h.csv': 'y\n1\n' });
  const workspace = await Workspace.open(root);
  const store = new ResultStore(root);
  const holdout = await workspace.fileDigest(join(root, 'h.csv'));
  const put = async (
    version: string,
    job: string,
    value: number,
    slices: Validation['slices'] = [],
  ): Promise<void> => {
    const { ref } = await workspace.resolve(`m@${version}`);
    const made: Validation = { ...validationOf(job, holdout), model: ref, metrics: [auc(value)], slices };
    await store.put('validate', [ref.digest], {
      ...made,
      data: [{ digest: holdout, path: 'h.csv', role: 'holdout', rows: 1 }],
    });
  };
  const engine = { call: () => Promise.reject(new Error('Nothing is run.')) };
  const jobs = new Jobs(workspace, engine, store);
  return { root, workspace, put, book: new PolicyBook(workspace, () => jobs) };
}

test('the newest validated version stands for the model, with what was before it', async () => {
  const { book, put } = await setUp();
  expect(await book.standing('m')).toBeNull();
  await put('1', 'a', 0.8);
  await put('2', 'b', 0.6);
  book.forget();
  expect(await book.standing('m')).toMatchObject({
    version: { version: '2' },
    stale: null,
    verdict: { status: 'fail', failed: ['roc_auc'] },
    checks: [{ id: 'roc_auc', status: 'fail', value: 0.6 }],
    before: { version: { version: '1' }, checks: [{ id: 'roc_auc', status: 'pass', value: 0.8 }] },
  });
});

test('a text that is not saved is judged by the stored results', async () => {
  const { book, put } = await setUp();
  await put('1', 'a', 0.8);
  await put('2', 'b', 0.6);
  expect(await book.previewText(config)).toEqual([]);
  for (const mistaken of [
    'models: [',
    config.replace('min: 0.7', 'min: high'),
    config.replace('roc_auc', 'roc'),
  ])
    expect(await book.previewText(mistaken)).toEqual([]);
  const [preview] = await book.previewText(config.replace('0.7', '0.5'));
  expect(preview).toMatchObject({
    model: 'm',
    changed: ['metrics.roc_auc'],
    sentence: '1 of 2 past results would be decided otherwise: 2 would pass (fails now).',
  });
});

test('while it is typed, a limit that the rows cannot decide says how many would', async () => {
  const { book, put } = await setUp();
  await put('1', 'a', 0.8);
  const typed = await book.standingIn(config.replace('0.7', '0.795'), 'm');
  expect(typed).toMatchObject({ verdict: { status: 'inconclusive' } });
  expect(typed!.checks[0]!.advice).toBe(
    'The interval straddles the limit: about 40 labelled rows would decide it.',
  );
  expect(await book.standing('m')).toMatchObject({ verdict: { status: 'pass' } });
  expect(await book.standingIn('models: [', 'm')).toMatchObject({ verdict: { status: 'pass' } });
});

test('a slice of the policy is judged by what was measured on it', async () => {
  const { book, put, root, workspace } = await setUp();
  const young = '{ where: y < 25, metric: roc_auc, min: 0.7 }';
  const text = config.replace('} } }', `} }, slices: { young: ${young} } }`);
  writeFileSync(join(root, 'slipway.yaml'), text);
  await workspace.reload();
  await put('1', 'a', 0.8, [{ name: 'young', where: 'y < 25', failure: null, n: 40, metrics: [auc(0.6)] }]);
  expect(await book.standing('m')).toMatchObject({
    verdict: { status: 'fail', failed: ['slice-young'] },
    checks: [{ id: 'roc_auc' }, { id: 'slice-young', status: 'fail', value: 0.6 }],
  });
  const [preview] = await book.previewText(text.replace('roc_auc, min: 0.7', 'roc_auc, min: 0.5'));
  expect(preview).toMatchObject({
    changed: ['slices.young'],
    versions: [{ checks: [{ id: 'slice-young', before: 'fail', after: 'pass' }] }],
  });
});

test('other data makes a result stale, another policy does not', async () => {
  const { book, put, root } = await setUp();
  await put('1', 'a', 0.8);
  writeFileSync(join(root, 'h.csv'), 'y\n2\n');
  expect(await book.standing('m')).toMatchObject({ stale: 'The holdout data `h.csv` has changed since.' });
});

test('a model that is not there', async () => {
  const { book } = await setUp();
  await expect(book.past('x')).rejects.toMatchObject({ code: 'unknown-model' });
});
