import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparison } from '../protocol/results/comparison.ts';
import { versionTable } from '../protocol/results/versionTable.ts';
import { versionTableText } from './compareTable.ts';
import { commit, git, writeFiles } from '../workspace/testing.ts';
import { buildSlipway, copyExample, runSlipway, type Ended } from './testProgram.ts';

/** Versions side by side: files, and commits of one file. */
const models = resolve(import.meta.dirname, '../../examples/credit-risk/models');
let folder: string;
let dist: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-compare-'));
  dist = await buildSlipway(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compare(cwd: string, ...names: string[]): Promise<Ended> {
  return runSlipway(dist, cwd, ['compare', ...names, '--resamples', '50', '--json']);
}

test('three versions are a table, each against the first', async () => {
  const root = join(folder, 'files');
  copyExample('credit-risk', root);
  const names = ['1.0.0', '1.1.0', '2.0.0'].map(version => `credit-risk@${version}`);
  const { stdout, code } = await compare(root, ...names);
  const table = versionTable.parse(JSON.parse(stdout));
  expect(table.versions.map(({ model }) => model.version)).toEqual(['1.0.0', '1.1.0', '2.0.0']);
  expect(code).toBe(table.versions.some(({ verdict }) => verdict?.status === 'fail') ? 1 : 0);
  const read = await runSlipway(dist, root, ['compare', ...names, '--resamples', '50']);
  expect(read.stdout).toContain(table.sentence);
  const twice = await compare(root, names[0]!, names[1]!, names[0]!);
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('in the list twice') as string });
});

test('the table says in which unit its errors are', () => {
  const cell = { value: 41.2, ...{ delta: null, interval: null, p: null, adjusted: null, status: null } };
  const shared = { comparison: null, verdict: null, flips: null, churn: null, latency: null };
  const model = { digest: 'd', name: 'rides', version: '1.0.0', path: 'rides.onnx', size: 1000 };
  const text = versionTableText({
    schema: 'slipway/version-table@1',
    ...{ job: 'j', engine: 'e', seed: 1, data: [], label: 'count', task: 'regression', n: 40, sentence: '' },
    metrics: [
      { name: 'mean_absolute_error', title: 'Mean absolute error', better: 'lower', unit: 'bikes' },
      { name: 'r2', title: 'R²', better: 'higher', unit: null },
    ],
    headline: 'mean_absolute_error',
    versions: [
      {
        ...shared,
        model,
        place: 1,
        cells: [cell, cell],
        regressions: [],
        breaking: [],
        changes: 0,
        size: 1000,
      },
    ],
  });
  expect(text.match(/mean_absolute_error \(bikes\)/g)).toHaveLength(2);
  expect(text).toMatch(/^r2 +41\.2/m);
});

test('commits of one file are versions: two side by side, with what changed in the graph', async () => {
  const root = join(folder, 'commits');
  copyExample('credit-risk', root);
  rmSync(join(root, 'models'), { recursive: true });
  git(root, 'init', '-q', '-b', 'main');
  writeFiles(root, {
    'slipway.yaml': `version: 1
models:
  risk:
    path: risk.onnx
    versions: git
    label: default
    positive: bad
    data: { holdout: data/holdout.csv }
`,
  });
  const commits = ['1.0.0', '2.0.0'].map(version => {
    copyFileSync(join(models, `credit-risk-${version}.onnx`), join(root, 'risk.onnx'));
    commit(root, `train ${version}`);
    return git(root, 'rev-parse', '--short=7', 'HEAD').trim();
  });
  const { stdout } = await compare(root, ...commits.map(name => `risk@${name}`));
  const result = comparison.parse(JSON.parse(stdout));
  expect([result.a.version, result.b.version]).toEqual(
    commits.map(name => expect.stringContaining(name) as string),
  );
  expect(result.flips).not.toBeNull();
  expect(result.churn!.n).toBe(300);
  const kinds = new Set(result.structure.map(({ kind }) => kind));
  expect(kinds).toContain('operator');
});
