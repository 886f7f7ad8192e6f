import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { seeded } from '../core/random.ts';
import { TrialJobs } from '../jobs/trialJobs.ts';
import type { Stored } from '../protocol/pages.ts';
import { comparison } from '../protocol/results/comparison.ts';
import { crossValidation } from '../protocol/results/crossValidation.ts';
import { ranking } from '../protocol/results/ranking.ts';
import { validation } from '../protocol/results/validation.ts';
import { ResultStore, type ResultOf } from '../workspace/store.ts';
import { writeFiles } from '../workspace/testing.ts';
import { Workspace } from '../workspace/workspace.ts';
import { buildSlipway, copyExample, runSlipway } from './testProgram.ts';

/** Cross-validation and candidates by the real program, with a training command that writes ONNX. */
let folder: string;
let dist: string;
let work: string;
let example: string;
const random = seeded(3);
const rows = Array.from({ length: 90 }, (_, i) => {
  const [x1, x2] = [random(), random()];
  const y = 2 * x1 - x2 + 0.1 * (random() - 0.5);
  return `${x1},${x2},${y},${['a', 'b', 'c'][i % 3]!},${i % 3},${1000 + i}`;
});
const trainer = resolve(import.meta.dirname, '../jobs/testTrainer.ts');
const config = (
  args: readonly string[],
  output = 'model.onnx',
  command = process.execPath,
): string => `version: 1
models:
  line:
    path: models/*.onnx
    task: regression
    label: y
    data: { reference: train.csv, holdout: test.csv }
    train:
      command: ${JSON.stringify(command)}
      args: ${JSON.stringify(args)}
      output: ${output}
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-trials-'));
  dist = await buildSlipway(folder);
  work = join(folder, 'line');
  example = join(folder, 'credit-risk');
  copyExample('credit-risk', example);
  const head = 'x1,x2,y,customer,fold,at';
  writeFiles(work, {
    'train.csv': `${head}\n${rows.slice(0, 60).join('\n')}\n`,
    'test.csv': `${head}\n${rows.slice(60).join('\n')}\n`,
    'slipway.yaml': config([trainer, '0']),
  });
}, 60_000);
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; stderr: string; document: unknown }> {
  const { code, stdout, stderr } = await runSlipway(dist, cwd, [...args, '--json']);
  return { code, stderr, document: JSON.parse(stdout) };
}

describe('cross-validate', () => {
  it('--retrain trains a model for each fold and measures it on the rows held out', async () => {
    const { document, stderr } = await run(work, 'cross-validate', 'line', '--retrain', '--folds', '4');
    const found = crossValidation.parse(document);
    expect(found).toMatchObject({
      kind: 'retrained',
      task: 'regression',
      data: { path: 'train.csv', rows: 60 },
    });
    expect(found.folds.map(({ train, test }) => [train, test])).toEqual(Array(4).fill([45, 15]));
    expect(new Set(found.folds.map(({ model }) => model)).size).toBe(4);
    const r2 = found.metrics.find(({ name }) => name === 'r2')!;
    expect(r2.mean).toBeGreaterThan(0.98);
    expect(r2.interval!.method).toContain('Nadeau and Bengio');
    expect(stderr).toContain('Training of line, fold 4 of 4');
    expect((await keptOf('crossValidate', 'line'))[0]).toMatchObject({ result: found, stale: null });
  });

  it('keeps groups whole, follows time, and takes folds as a column gives them', async () => {
    const groups = crossValidation.parse(
      (await run(work, 'cross-validate', 'line', '--retrain', '--folds', '3', '--groups', 'customer'))
        .document,
    );
    expect(groups.plan.scheme).toBe('whole groups of `customer`');
    const time = crossValidation.parse(
      (await run(work, 'cross-validate', 'line', '--retrain', '--folds', '3', '--time', 'at')).document,
    );
    expect(time.folds.map(({ train }) => train)).toEqual([15, 30, 45]);
    expect(time.data.rows).toBe(60);
    expect(time.plan.scheme).toBe('in the order of `at`, trained on what came before');
    const given = crossValidation.parse(
      (await run(work, 'cross-validate', 'line', '--retrain', '--fold-column', 'fold')).document,
    );
    expect(given.folds).toHaveLength(3);
    // Folds by `customer` and by `fold` are the same rows here: the same models, to the last bit.
    const models = (of: typeof groups): (string | null)[] => of.folds.map(({ model }) => model).sort();
    expect(models(given)).toEqual(models(groups));
  });

  it('without it, one model is measured on parts of the data, and says what that means', async () => {
    const { document } = await run(example, 'cross-validate', 'credit-risk@1.1.0', '--repeats', '3');
    const found = crossValidation.parse(document);
    expect(found).toMatchObject({ kind: 'fixed', command: null, model: { version: '1.1.0' } });
    expect(found.folds).toHaveLength(15);
    expect(found.sentence).toContain('was not trained again');
    expect(found.metrics.find(({ name }) => name === 'roc_auc')!.interval!.method).toContain('fixed model');
  });

  it('quotes what a command said that failed, and leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, temporary);
    writeFileSync(join(work, 'slipway.yaml'), config(['-e', 'console.error("no memory"); process.exit(7)']));
    const failed = await run(work, 'cross-validate', 'line', '--retrain');
    expect(failed.code).toBe(2);
    expect(failed.document).toMatchObject({ code: 'training-failed' });
    expect(failed.stderr).toMatch(/ended with code 7. Its last lines:\nno memory/);
    writeFileSync(join(work, 'slipway.yaml'), config(['-e', '0']));
    expect((await run(work, 'cross-validate', 'line', '--retrain')).stderr).toContain('left no `model.onnx`');
    writeFileSync(join(work, 'slipway.yaml'), config([], 'model.onnx', 'no-such-trainer'));
    expect((await run(work, 'cross-validate', 'line', '--retrain')).stderr).toContain('was not found');
    expect((await run(work, 'cross-validate', 'line', '--retrain', '--folds', '1')).stderr).toMatch(
      /2 to 60/,
    );
    expect(readdirSync(temporary).filter(name => name.startsWith('slipway-'))).toEqual([]);
    expect((await run(example, 'cross-validate', 'credit-risk', '--retrain')).document).toMatchObject({
      code: 'no-training-command',
    });
  });
});

describe('saved predictions', () => {
  it('are a subject of slipway.yaml: listed, validated by name, and refused where a model is needed', async () => {
    const data = Array.from(
      { length: 60 },
      (_, i) => `${i % 2 === 0 ? 'yes' : 'no'},${i % 3},${(i % 2 === 0 ? 0.6 : 0.4) + 0.01 * (i % 30)}`,
    );
    writeFiles(work, { 'log.csv': `y,x,p\n${data.join('\n')}\n` });
    const subject = (name: string, scores: string): string =>
      `  ${name}:\n    predictions: { scores: [${scores}] }\n    label: y\n    positive: yes\n    data: { holdout: log.csv }\n`;
    writeFileSync(
      join(work, 'slipway.yaml'),
      `version: 1\nmodels:\n${subject('legacy', 'p')}${subject('other', 'yes=p')}    baseline: legacy\n`,
    );
    const { document } = await run(work, 'versions');
    expect(document).toMatchObject({ models: [{ name: 'legacy' }, { name: 'other' }] });
    const found = validation.parse((await run(work, 'validate', 'legacy')).document);
    expect(found).toMatchObject({ model: null, task: 'binary', positive: 'yes', n: 60 });
    expect(found.metrics.find(({ name }) => name === 'roc_auc')!.value).toBeGreaterThan(0.5);
    // The same job again, and the one of the other subject, each from its own place.
    expect((await run(work, 'validate', 'legacy')).document).toEqual(found);
    const against = validation.parse((await run(work, 'validate', 'other')).document);
    expect(against.checks.find(({ id }) => id === 'churn')!.status).not.toBe('not-run');
    for (const command of ['explain', 'inspect'])
      expect((await run(work, command, 'legacy')).document).toMatchObject({ code: 'saved-predictions' });

    const folds = crossValidation.parse(
      (await run(work, 'cross-validate', 'legacy', '--repeats', '1')).document,
    );
    expect(folds).toMatchObject({
      kind: 'fixed',
      model: { name: 'legacy', predictions: { prediction: null } },
    });
    const both = comparison.parse((await run(work, 'compare', 'legacy', 'other')).document);
    expect(both).toMatchObject({ a: { name: 'legacy' }, b: { name: 'other' }, churn: { rows: 0 } });
    expect((await run(work, 'compare', 'legacy', 'other', '--explanations')).document).toMatchObject({
      code: 'saved-predictions',
    });
    const ranked = ranking.parse((await run(work, 'rank', 'legacy', 'other', '--resamples', '50')).document);
    expect(ranked.candidates.map(({ model }) => model.name)).toEqual(['legacy', 'other']);
  });

  it('stand in the place of either version, both, or of candidates, by their columns', async () => {
    const [head, ...lines] = readFileSync(join(example, 'data/holdout.csv'), 'utf8').trim().split('\n');
    const logged = lines.map((line, i) => `${line},${i % 3 === 0 ? 'bad' : 'good'},${(i % 7) / 7}`);
    writeFiles(example, { 'data/log.csv': `${head!},old,new\n${logged.join('\n')}\n` });
    const compared = async (...args: string[]): Promise<unknown> =>
      (await run(example, 'compare', ...args, '--data', 'data/log.csv', '--resamples', '50')).document;
    const version = 'credit-risk@1.1.0';
    expect(comparison.parse(await compared(version, '--scores', 'new'))).toMatchObject({
      ...{ a: { version: '1.1.0' }, b: { version: 'new', path: 'data/log.csv' } },
      data: [{ path: 'data/log.csv' }, {}],
    });
    expect(comparison.parse(await compared(version, '--baseline-predictions', 'old'))).toMatchObject({
      ...{ a: { version: 'old' }, b: { version: '1.1.0' } },
    });
    const columns = ['--baseline-predictions', 'old', '--scores', 'new'];
    const both = comparison.parse(await compared(...columns, '--label', 'default', '--positive', 'bad'));
    expect(both).toMatchObject({ a: { version: 'old' }, b: { version: 'new' }, speed: null });
    // The name says whose label holds.
    expect(comparison.parse(await compared('credit-risk', ...columns)).metrics).toEqual(both.metrics);
    expect(await compared(version, version, '--scores', 'new')).toMatchObject({ code: 'two-versions' });
    expect(await compared(version, '--scores', 'new', '--explanations')).toMatchObject({
      code: 'saved-predictions',
    });
  });

  it('are candidates, and measured in parts, by their columns', async () => {
    const version = 'credit-risk@1.1.0';
    const { document } = await run(
      ...([example, 'rank', version, '--scores', 'new', '--predictions', 'old'] as const),
      ...(['--metric', 'accuracy', '--data', 'data/log.csv', '--resamples', '50'] as const),
    );
    const found = ranking.parse(document);
    expect(found.candidates.map(({ model }) => model.version).sort()).toEqual(['1.1.0', 'new', 'old']);
    const folds = crossValidation.parse(
      (await run(example, 'cross-validate', 'credit-risk', '--scores', 'new', '--data', 'data/log.csv'))
        .document,
    );
    expect(folds.model).toMatchObject({ version: 'new', name: null });
  });
});

describe('rank', () => {
  it('puts versions in order, with a correction for how many there were', async () => {
    const { document } = await run(example, 'rank', 'credit-risk', '--resamples', '100');
    const found = ranking.parse(document);
    expect(found.candidates.map(({ rank }) => rank)).toEqual([1, 2, 3].slice(0, found.candidates.length));
    expect(found.candidates.length).toBeGreaterThan(1);
    expect(found.metric.name).toBe('roc_auc');
    expect(found.sentence).toMatch(/; .* may be as good\.|, better than /);
    expect(found.corrected!.value).toBeLessThanOrEqual(found.candidates[0]!.value! + 0.02);
    expect((await run(example, 'rank', 'credit-risk', '--metric', 'auc')).document).toMatchObject({
      code: 'unknown-metric',
    });
  });

  it('--train takes every .onnx file that a command leaves', async () => {
    writeFileSync(join(work, 'slipway.yaml'), config([trainer, '0', '1', '100']));
    const { document } = await run(
      work,
      'rank',
      'line',
      '--train',
      '--keep',
      'candidates',
      '--resamples',
      '100',
    );
    const found = ranking.parse(document);
    expect(found.candidates.map(({ model }) => model.path)).toEqual([
      'ridge-0.onnx',
      'ridge-1.onnx',
      'ridge-2.onnx',
    ]);
    expect(found.candidates[2]).toMatchObject({ asGood: false });
    expect(readdirSync(join(work, 'candidates')).sort()).toEqual(
      found.candidates.map(({ model }) => model.path),
    );
    expect((await run(work, 'rank', 'line', '--train', '--keep', 'candidates')).document).toMatchObject({
      code: 'keep-folder',
    });
    const [kept] = await keptOf('rank', 'line');
    expect(kept).toMatchObject({ result: { job: found.job, seed: 1, n: 30 }, stale: null });
  });

  it('--train makes versions of them by itself, or leaves nothing when told to or when it fails', async () => {
    const versions = (): string[] =>
      existsSync(join(work, 'models')) ? readdirSync(join(work, 'models')) : [];
    writeFileSync(join(work, 'slipway.yaml'), config([trainer, '0', '1']));
    const train = ['rank', 'line', '--train', '--resamples', '50'];
    await run(work, ...train, '--no-keep');
    expect(versions()).toEqual([]);
    const found = ranking.parse((await run(work, ...train)).document);
    expect(found.candidates.map(({ model }) => model.version!).sort()).toEqual([
      expect.stringMatching(/^ridge-0-[0-9a-f]{8}$/),
      expect.stringMatching(/^ridge-1-[0-9a-f]{8}$/),
    ]);
    expect(versions().sort()).toEqual(found.candidates.map(({ model }) => `${model.version!}.onnx`).sort());
    for (const { model } of found.candidates) expect(model.version).toContain(model.digest.slice(0, 8));
    // The same bytes again are the same versions; they are ranked by name as they were.
    await run(work, ...train);
    expect(versions()).toHaveLength(2);
    const again = ranking.parse((await run(work, 'rank', 'line', '--resamples', '50')).document);
    expect(again.candidates.map(({ model }) => model.digest)).toEqual(
      found.candidates.map(({ model }) => model.digest),
    );
    const broken = 'require("node:fs").writeFileSync(process.env.SLIPWAY_OUTPUT + "/x.onnx", "no model")';
    writeFileSync(join(work, 'slipway.yaml'), config(['-e', broken]));
    expect((await run(work, ...train)).document).toMatchObject({ code: 'no-candidates' });
    expect(versions()).toHaveLength(2);
    rmSync(join(work, 'models'), { recursive: true });
  });
});

describe('stopped', () => {
  it.each([
    ['rank --train', ['rank', 'line', '--train']],
    ['rank --train --keep', ['rank', 'line', '--train', '--keep', 'stopped/here']],
    ['cross-validate --retrain', ['cross-validate', 'line', '--retrain']],
  ])('%s ends the command with all it started, and leaves nothing', async (_, args) => {
    const own = join(folder, `stopped-${args.length}-${args[0]!}`);
    const temporary = join(own, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const beats = join(own, 'beats');
    // It has left half of a model, and has a worker of its own, when it is stopped.
    const worker = `setInterval(() => require("fs").appendFileSync(${JSON.stringify(beats)}, "."), 10)`;
    const script =
      'require("fs").writeFileSync(process.env.SLIPWAY_OUTPUT + "/half.onnx", "half"); ' +
      `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(worker)}]); setTimeout(() => 0, 60000)`;
    writeFileSync(join(work, 'slipway.yaml'), config(['-e', script]));
    const before = [readdirSync(work), await keptOf('rank', 'line'), await keptOf('crossValidate', 'line')];
    const child = spawn(process.execPath, [join(dist, 'cli.js'), ...args, '--json'], {
      cwd: work,
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const said = text(child.stdout);
    const ended = once(child, 'exit');
    while (!existsSync(beats)) await after(10);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(3);
    expect(JSON.parse(await said)).toMatchObject({ schema: 'slipway/error@1', code: 'stopped' });
    const { size } = statSync(beats);
    await after(200);
    expect(statSync(beats).size).toBe(size);
    expect(readdirSync(temporary).filter(name => name.startsWith('slipway-'))).toEqual([]);
    // The folder that was to hold them is made for its name alone.
    if (existsSync(join(work, 'stopped'))) expect(readdirSync(join(work, 'stopped'))).toEqual([]);
    rmSync(join(work, 'stopped'), { recursive: true, force: true });
    expect([readdirSync(work), await keptOf('rank', 'line'), await keptOf('crossValidate', 'line')]).toEqual(
      before,
    );
  });
});

async function keptOf<K extends 'crossValidate' | 'rank'>(
  kind: K,
  name: string,
): Promise<Stored<ResultOf<K>>[]> {
  const nothing = { call: () => Promise.reject(new Error('the engine was asked')) };
  const trials = new TrialJobs(await Workspace.open(work), nothing, new ResultStore(work));
  return await trials.keptOf(kind, { name });
}
