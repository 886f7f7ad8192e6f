import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../workspace/testing.ts';
import { requireSuccess, spawnTrainer, trainRun, type TrainRun } from './training.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const places = { train: '/f/train.csv', test: '/f/test.csv', output: '/f', fold: 2, seed: 7 };

function run(script: string): TrainRun {
  const command = {
    command: process.execPath,
    args: ['-e', script, '{train}', '{fold}{seed}'],
    output: 'm.onnx',
  };
  return trainRun(command, places, tmpdir(), 'Training of a test');
}

it('fills what stands for files and numbers, as one argument each', () => {
  const { args, environment } = run('{output} {unknown}');
  expect(args).toEqual(['-e', '/f {unknown}', '/f/train.csv', '27']);
  expect(environment).toMatchObject({
    SLIPWAY_TRAIN: '/f/train.csv',
    SLIPWAY_MODEL: 'm.onnx',
    SLIPWAY_SEED: '7',
  });
});

it('gives the code and the last lines, and passes each line on', async () => {
  const told: string[] = [];
  const script = 'for (let i = 0; i < 30; i++) console.log("line " + i); process.exitCode = 5';
  const end = await spawnTrainer(run(script), new AbortController().signal, line => told.push(line));
  expect(end.code).toBe(5);
  expect(end.lines).toHaveLength(20);
  expect(told).toHaveLength(30);
  expect(() => requireSuccess(run(script), end)).toThrow(/ended with code 5\. Its last lines:\nline 10\n/);
});

it('ends a cancelled command with all that it started', async () => {
  const stop = new AbortController();
  const beats = join(temporaryFolder(), 'beats');
  // A worker of its own, as trainers have: it writes down that it lives.
  const worker = `setInterval(() => require("fs").appendFileSync(${JSON.stringify(beats)}, "."), 10)`;
  const script = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(worker)}]); setTimeout(() => 0, 60000)`;
  const cancelled = spawnTrainer(run(script), stop.signal);
  while (!existsSync(beats)) await after(10);
  stop.abort();
  await expect(cancelled).rejects.toThrow(/abort/i);
  await after(200);
  const { size } = statSync(beats);
  await after(200);
  if (process.platform !== 'win32') expect(statSync(beats).size).toBe(size);
});

/** Starts a trainer that lives on when it is told to end, cancels it once it runs. */
async function cancelStubborn(afterAbort: () => void): Promise<void> {
  const stop = new AbortController();
  const script = 'process.on("SIGTERM", () => 0); setTimeout(() => 0, 30000); console.log("ready")';
  let cancelled: Promise<unknown> | undefined;
  await new Promise<void>(ready => {
    cancelled = spawnTrainer(run(script), stop.signal, () => ready());
  });
  stop.abort();
  afterAbort();
  await expect(cancelled).rejects.toThrow(/abort/i);
}

it.skipIf(process.platform === 'win32')(
  'ends by force what does not end in 5 seconds',
  async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await cancelStubborn(() => {
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(5000);
    });
    expect(vi.getTimerCount()).toBe(0);
  },
  10_000,
);

it.skipIf(process.platform === 'win32')(
  'asks taskkill for the tree on Windows',
  async () => {
    const folder = temporaryFolder();
    const program = join(folder, 'taskkill');
    writeFileSync(program, `#!/bin/sh\necho "$@" > '${folder}/asked'\nkill -9 "$2"\n`);
    chmodSync(program, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']!}`);
    vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
    await cancelStubborn(() => undefined);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(/^\/pid \d+ \/t \/f\n$/);
  },
  10_000,
);

it('says of a command that is not there', async () => {
  const missing = { ...run(''), command: 'no-such-trainer' };
  await expect(spawnTrainer(missing, new AbortController().signal)).rejects.toThrow(/was not found/);
});
