import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ab } from '../protocol/results/ab.ts';
import { abPlan } from '../protocol/results/abPlan.ts';
import { comparison } from '../protocol/results/comparison.ts';
import { explanation } from '../protocol/results/explanation.ts';
import { policyPreview } from '../protocol/results/policyPreview.ts';
import { counterfactuals } from '../protocol/results/counterfactuals.ts';
import { explanationComparison } from '../protocol/results/explanationComparison.ts';
import { prototypes } from '../protocol/results/prototypes.ts';
import { doctor } from '../protocol/results/doctor.ts';
import { release } from '../protocol/results/release.ts';
import { surrogate } from '../protocol/results/surrogate.ts';
import { validation } from '../protocol/results/validation.ts';
import { temporaryFolder, writeFiles } from '../workspace/testing.ts';
import { comparisonText } from './compare.ts';
import { buildSlipway, copyExample, runSlipway, type Ended } from './testProgram.ts';

/** The real program over the real engine and server, as a user runs it. */
const root = resolve(import.meta.dirname, '../..');
let folder: string;
let dist: string;
let example: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  dist = await buildSlipway(folder);
  example = join(folder, 'credit-risk');
  copyExample('credit-risk', example);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function slipway(cwd: string, ...args: string[]): Promise<Ended> {
  return runSlipway(dist, cwd, args);
}

async function json(cwd: string, ...args: string[]): Promise<{ code: number; document: unknown }> {
  const { code, stdout } = await slipway(cwd, ...args, '--json');
  expect(stdout.trimEnd().split('\n').length).toBe(1);
  return { code, document: JSON.parse(stdout) };
}

test('versions and inspect', async () => {
  const { stdout } = await slipway(example, 'versions');
  expect(stdout).toMatch(/credit-risk +2\.0\.0 +[0-9a-f]{8}/);
  const { document } = await json(example, 'inspect', 'credit-risk@1.0.0');
  expect(document).toMatchObject({
    schema: 'slipway/model@1',
    model: { version: '1.0.0' },
    facts: { answer: { task: 'binary', classes: ['bad', 'good'] } },
  });
});

test('ab: a decision with its exit code; a plan', async () => {
  const rows = Array.from({ length: 1200 }, (_, i) => {
    const arm = i % 2 === 0 ? 'a' : 'b';
    return `${arm},${i % (arm === 'a' ? 20 : 5) < 2 ? 1 : 0}`;
  });
  writeFiles(folder, { 'ab.csv': `arm,bought\n${rows.join('\n')}\n` });
  const asked = ['--data', 'ab.csv', '--arm', 'arm', '--outcome', 'bought'];
  const shipped = await json(folder, 'ab', ...asked);
  expect(shipped.code).toBe(0);
  expect(ab.parse(shipped.document).decision.kind).toBe('ship');
  expect((await slipway(folder, 'ab', ...asked, '--better', 'lower')).code).toBe(1);
  const plan = await json(
    folder,
    'ab',
    '--plan',
    '--baseline',
    '0.5',
    '--min-effect',
    '10%',
    '--split',
    '90:10',
  );
  expect(abPlan.parse(plan.document)).toMatchObject({ minEffect: { absolute: 0.05 }, share: 0.1 });
  const { code, stderr } = await slipway(folder, 'ab', '--data', 'ab.csv');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--outcome')]);
});

test('a folder that is not there is bad input', async () => {
  const { code, stderr } = await slipway(folder, '-C', 'nowhere', 'versions');
  expect([code, stderr]).toEqual([2, expect.stringContaining('There is no folder')]);
});

test('validate: a document of its schema, the same again from the store; the verdict is the exit code', async () => {
  const first = await json(example, 'validate', 'credit-risk@1.1.0');
  expect(first.code).toBe(0);
  const result = validation.parse(first.document);
  expect(result.model?.version).toBe('1.1.0');
  expect((await json(example, 'validate', 'credit-risk@1.1.0')).document).toEqual(first.document);

  const strict = join(folder, 'strict');
  cpSync(example, strict, { recursive: true });
  writeFiles(strict, {
    'slipway.yaml':
      'version: 1\nmodels:\n  credit-risk:\n    path: models/credit-risk-*.onnx\n    label: default\n    positive: bad\n    data: { holdout: data/holdout.csv }\n    policy: { metrics: { roc_auc: { min: 0.99 } } }\n',
  });
  const failed = await slipway(strict, 'validate', 'credit-risk@1.1.0', '--resamples', '200');
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/^Fails/);
});

test('policy preview: stored results under a changed policy; the newest verdict is the exit code', async () => {
  await slipway(example, 'validate', 'credit-risk@1.1.0');
  const preview = (...args: string[]) => json(example, 'policy', 'preview', 'credit-risk', ...args);
  const stricter = await preview('--set', 'roc_auc.min=0.95');
  expect(stricter.code).toBe(1);
  const document = policyPreview.parse(stricter.document);
  expect(document.changed).toEqual(['metrics.roc_auc']);
  expect(document.versions[0]).toMatchObject({ version: '1.1.0', stale: null, after: { status: 'fail' } });
  writeFiles(folder, {
    'changed.yaml': readFileSync(join(example, 'slipway.yaml'), 'utf8').replace('0.65', '0.6'),
  });
  const { code, stdout } = await slipway(
    example,
    'policy',
    'preview',
    'credit-risk',
    '--file',
    '../changed.yaml',
  );
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^No verdict changes on 1 past result\./)]);
  for (const args of [[], ['--set', 'auc.min=0.8'], ['--file', 'nowhere.yaml']])
    expect(await preview(...args)).toMatchObject({ code: 2, document: { schema: 'slipway/error@1' } });
});

test('a bare file with its data, from anywhere', async () => {
  const model = join(example, 'models/credit-risk-1.0.0.onnx');
  const data = join(example, 'data/holdout.parquet');
  const where = temporaryFolder();
  const { code, document } = await json(
    where,
    'validate',
    model,
    '--data',
    data,
    '--label',
    'default',
    '--resamples',
    '200',
  );
  expect(code).toBe(0);
  expect(validation.parse(document)).toMatchObject({ task: 'binary', n: 300, model: { name: null } });
  const predicted = await json(where, 'predict', model, '--data', data, '--rows', '3');
  expect(predicted.document).toMatchObject({
    schema: 'slipway/predictions@1',
    columns: ['prediction', 'P(bad)', 'P(good)'],
  });
});

test('explain and compare', async () => {
  const explained = await json(
    example,
    ...['explain', 'credit-risk@1.0.0', '--rows', '3', '--background-rows', '10', '--budget', '64'],
  );
  expect(explained.code).toBe(0);
  expect(explanation.parse(explained.document).rows.length).toBe(3);
  const compared = await json(
    example,
    'compare',
    'credit-risk@1.0.0',
    'credit-risk@1.1.0',
    '--resamples',
    '200',
  );
  const result = comparison.parse(compared.document);
  expect(compared.code).toBe(result.verdict.status === 'fail' ? 1 : 0);
  expect([result.a.version, result.b.version]).toEqual(['1.0.0', '1.1.0']);
  // The policy's own, and those that stand for a metric without one, in three digits.
  const text = comparisonText(result);
  expect(text).toMatch(/^roc_auc .* 0\.01 /m);
  const { margin } = result.metrics.find(({ name }) => name === 'log_loss')!;
  expect(text).toMatch(new RegExp(`^log_loss .* ${Number(margin!.toPrecision(3))} `, 'm'));
});

test('deploy, status, predict over the target, roll back', async () => {
  writeFiles(example, {
    'slipway.yaml': `version: 1
models:
  credit-risk:
    path: models/credit-risk-*.onnx
    label: default
    positive: bad
    data: { holdout: data/holdout.csv }
targets:
  staging: { kind: local, port: 0, model: credit-risk, keep: 1 }
`,
  });
  const looked = await json(example, 'doctor');
  expect([looked.code, doctor.parse(looked.document).targets]).toEqual([
    0,
    [{ target: 'staging', findings: [{ ok: true, what: 'The port is ours.', mend: null }] }],
  ]);
  const planned = await json(example, 'deploy', 'credit-risk@1.0.0', 'staging', '--dry-run');
  expect(release.parse(planned.document)).toMatchObject({ state: 'planned', dryRun: true });
  try {
    const first = await json(example, 'deploy', 'credit-risk@1.0.0', 'staging');
    expect(release.parse(first.document)).toMatchObject({ state: 'live', release: 'r-0001' });
    expect((await json(example, 'deploy', 'credit-risk@1.1.0', 'staging')).code).toBe(0);
    const status = await slipway(example, 'status', '--history');
    expect(status.stdout).toMatch(/staging +local +1\.1\.0 100 %/);
    const asked = await json(example, 'predict', 'staging', '--rows', '2');
    expect(asked.document).toMatchObject({
      by: { target: 'staging' },
      columns: ['label', 'probabilities[0]', 'probabilities[1]'],
    });
    const back = await json(example, 'rollback', 'staging');
    expect(release.parse(back.document)).toMatchObject({
      action: 'rollback',
      state: 'live',
      model: { version: '1.0.0' },
    });
  } finally {
    const { document } = await json(example, 'status', 'staging');
    const { endpoint } = (document as { targets: { endpoint: string | null }[] }).targets[0]!;
    expect(endpoint).not.toBeNull();
    expect((await slipway(example, 'remove', 'staging')).code).toBe(0);
  }
});

test('doctor says what a deployment would be refused for, of each target, with its mend', async () => {
  const other = join(example, '../doctor');
  copyExample('credit-risk', other);
  writeFiles(other, {
    'slipway.yaml': `version: 1
models:
  credit-risk: { path: models/credit-risk-*.onnx, label: default, positive: bad }
targets:
  bundle: { kind: folder, path: models }
  misspelt: { kind: local, port: 0, tokn: BOX_TOKEN }
  token: { kind: local, port: 0, token: A_TOKEN_THAT_IS_NOT_SET }
`,
  });
  const { code, document } = await json(other, 'doctor');
  const { targets } = doctor.parse(document);
  const said = targets.map(({ target, findings }) => `${target}: ${JSON.stringify(findings)}`).join('\n');
  expect(code).toBe(1);
  expect(said).toMatch(/bundle: .*"ok":false.*models/);
  expect(said).toMatch(/misspelt: .*"ok":false.*tokn/);
  expect(said).toMatch(/token: .*"ok":false.*A_TOKEN_THAT_IS_NOT_SET/);
  expect(await slipway(other, 'doctor', 'nowhere')).toMatchObject({ code: 2 });
  expect((await slipway(other, 'doctor', 'bundle')).stdout).toMatch(/bundle +FAIL/);
});

test('serve answers until it is stopped, and leaves nothing behind', async () => {
  const child = spawn(
    process.execPath,
    [join(dist, 'cli.js'), 'serve', 'credit-risk@1.0.0', '--port', '0', '--json'],
    {
      cwd: example,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, pid } = JSON.parse(line) as { url: string; pid: number };
  expect(((await (await fetch(url)).json()) as { inputs: unknown[] }).inputs.length).toBe(20);
  child.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test.each([
  ['no such model', ['validate', 'nobody'], /There is no model `nobody`/],
  ['no such command', ['valdate'], /unknown command 'valdate'/],
  ['a wrong option', ['validate', 'credit-risk', '--resamples', 'many'], /whole number|must be a number/],
  ['a missing file', ['validate', 'credit-risk', '--data', 'gone.csv'], /gone\.csv/],
  ['a column that is not there', ['validate', 'credit-risk', '--label', 'nothing'], /nothing/],
  ['no such target', ['rollback', 'nowhere'], /nowhere/],
])('%s is bad input: exit code 2 and a sentence', async (_, args, sentence) => {
  const { code, stdout, stderr } = await slipway(example, ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n +at /);
  expect(stdout).toBe('');
});

test.each([
  ['truncated.onnx', 2],
  ['random.onnx', 2],
  ['empty.onnx', 2],
  ['lfs-pointer.onnx', 2],
  ['external-missing.onnx', 2],
  ['external-parent.onnx', 2],
  ['external-absolute.onnx', 2],
  ['opset-99.onnx', 2],
  ['unknown-operator.onnx', 2],
  ['no-such.onnx', 2],
])('%s is refused in a sentence', async (name, expected) => {
  const folder = temporaryFolder();
  const { code, stderr } = await slipway(
    folder,
    'predict',
    join(root, 'test/models', name),
    '--data',
    join(example, 'data/holdout.csv'),
  );
  expect(stderr).toMatch(/[.!]\n$/);
  expect(stderr).not.toMatch(/\n +at /);
  expect(code).toBe(expected);
});

test('a malformed slipway.yaml is told line by line and hides nothing else', async () => {
  const where = temporaryFolder();
  writeFiles(where, { 'slipway.yaml': 'version: 1\nmodels:\n  m: { path: m.onnx, tsk: binary }\n' });
  const { code, stdout, stderr } = await slipway(where, 'versions');
  expect(stderr).toContain('slipway.yaml:3: `models.m` has no key `tsk`. Did you mean `task`?');
  expect(stderr).toContain('slipway.yaml:3: There is no file `m.onnx`.');
  expect(stdout).toMatch(/no models/);
  expect(code).toBe(0);
});

test('a misspelt setting of a target stops its deployment', async () => {
  const where = temporaryFolder();
  const targets = 'targets:\n  box: { kind: folder, path: out, plattform: linux-x64 }\n';
  const model = `models:\n  credit-risk: { path: ${join(example, 'models/credit-risk-1.0.0.onnx')} }\n`;
  writeFiles(where, { 'slipway.yaml': `version: 1\n${model}${targets}` });
  const { code, stderr } = await slipway(where, 'deploy', 'credit-risk', 'box');
  expect(stderr).toContain(
    'Nothing is changed on box until slipway.yaml is mended: `targets.box` has no key `plattform`. Did you mean `platform`?',
  );
  expect(code).toBe(2);
  writeFiles(where, { 'slipway.yaml': `version: 1\n${model}targets:\n  box: { kind: folder }\n` });
  const lacking = await slipway(where, 'deploy', 'credit-risk', 'box');
  expect(lacking.stderr).toContain(
    'The target `box` in slipway.yaml cannot be used until it is mended: `path` is missing.',
  );
  expect(lacking.code).toBe(2);
});

test('explain: what would have to change, what is alike, a small tree, cohorts and versions side by side', async () => {
  const model = 'credit-risk@1.0.0';
  const changed = await json(
    example,
    ...['explain', model, '--method', 'counterfactual', '--row', '3', '--set', 'age=41'],
    ...['--frozen', 'purpose', '--increase', 'duration', '--count', '2'],
  );
  const found = counterfactuals.parse(changed.document);
  expect(found.constraints).toEqual({
    frozen: ['purpose'],
    bounds: {},
    monotonic: { duration: 'increasing' },
  });
  expect(found.inputs).toContain(41);
  const said = await slipway(example, 'explain', model, '--method', 'prototypes', '--row', '3');
  expect(said.stdout).toMatch(/most similar reference rows.*\n\nMost like it by inputs/);
  const alike = await json(example, 'explain', model, '--method', 'prototypes', '--row', '3');
  expect(prototypes.parse(alike.document).row).toBe(3);
  const tree = await slipway(example, 'explain', model, '--method', 'surrogate', '--depth', '2');
  expect(tree.stdout).toMatch(/^if .*\n {2}if /m);
  const small = await json(example, 'explain', model, '--method', 'surrogate', '--depth', '2');
  expect(surrogate.parse(small.document).depth).toBe(2);
  const cohorts = await json(
    example,
    ...['explain', model, '--where', 'age > 40', '--versus', 'age <= 40', '--rows', '20'],
  );
  expect(explanationComparison.parse(cohorts.document).of).toBe('cohorts');
  const versions = await json(
    example,
    ...['compare', model, 'credit-risk@1.1.0', '--explanations', '--rows', '20'],
  );
  expect(explanationComparison.parse(versions.document).of).toBe('versions');
  const wrong = await slipway(example, 'explain', model, '--method', 'counterfactual', '--bounds', 'age');
  expect(wrong).toMatchObject({
    code: 2,
    stderr: '`age` is no bound. Write one such as `age=18..60` or `age=18..`.\n',
  });
});
