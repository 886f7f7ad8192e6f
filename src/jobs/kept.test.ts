import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ab } from '../engine/tasks/ab.ts';
import { describe as describeData } from '../engine/tasks/describe.ts';
import { drift } from '../engine/tasks/drift.ts';
import { ab as abSchema } from '../protocol/results/ab.ts';
import { ResultStore } from '../workspace/store.ts';
import { temporaryFolder, writeFiles } from '../workspace/testing.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { EngineClient } from './engineClient.ts';
import { Jobs } from './runner.ts';

const tasks = {
  ab,
  drift,
  describe: (job: Parameters<typeof describeData>[0]) => describeData(job, () => 0),
};
// The real tasks, in this process.
const engine = {
  call: (method: keyof typeof tasks, params: never) => tasks[method](params),
} as unknown as Pick<EngineClient, 'call'>;
const line = (i: number): string => `${i % 2 === 0 ? 'old' : 'new'},${Number(i % 3 === 0 || i % 7 === 1)}\n`;
const log = `arm,bought\n${Array.from({ length: 400 }, (_, i) => line(i)).join('')}`;

async function setUp() {
  const root = temporaryFolder();
  writeFiles(root, { 'visits.csv': log, 'before.csv': log, 'samples/a.jsonl': asLines(log) });
  return { root, jobs: new Jobs(await Workspace.open(root), engine, new ResultStore(root)) };
}

function asLines(text: string): string {
  const [, ...rows] = text.trim().split('\n');
  return rows
    .map(row => {
      const [arm, bought] = row.split(',');
      return `${JSON.stringify({ arm, bought: Number(bought) })}\n`;
    })
    .join('');
}

test('what was found of a data set is listed, newest first, and says when the rows are others', async () => {
  const { root, jobs } = await setUp();
  expect(await jobs.dataSets.keptOf('ab', 'visits.csv')).toEqual([]);
  const first = await jobs.dataSets.ab({ data: 'visits.csv', arm: 'arm', outcome: 'bought', control: 'old' });
  await jobs.dataSets.ab({ data: 'visits.csv', arm: 'arm', outcome: 'bought', control: 'old' });
  const [only, more] = await jobs.dataSets.keptOf('ab', join(root, 'visits.csv'));
  expect(more).toBeUndefined();
  expect(only).toMatchObject({ result: first, stale: null });
  expect(abSchema.parse(only!.result)).toEqual(first);

  appendFileSync(join(root, 'visits.csv'), line(401));
  const next = await jobs.dataSets.ab({ data: 'visits.csv', arm: 'arm', outcome: 'bought', control: 'old' });
  const kept = await jobs.dataSets.keptOf('ab', 'visits.csv');
  expect(kept.map(({ result, stale }) => [result.job, stale])).toEqual([
    [next.job, null],
    [first.job, 'The data `visits.csv` has changed since.'],
  ]);
  rmSync(join(root, 'visits.csv'));
  expect((await jobs.dataSets.keptOf('ab', 'visits.csv')).map(({ stale }) => stale)).toEqual(
    Array(2).fill('The data `visits.csv` is gone.'),
  );
});

test("a server's log is a folder, and has grown when one of its files has", async () => {
  const { root, jobs } = await setUp();
  await jobs.dataSets.ab({ data: 'samples', arm: 'arm', outcome: 'bought' });
  expect((await jobs.dataSets.keptOf('ab', 'samples')).map(({ stale }) => stale)).toEqual([null]);
  appendFileSync(join(root, 'samples/a.jsonl'), '{"arm":"old","bought":1}\n');
  expect((await jobs.dataSets.keptOf('ab', 'samples')).map(({ stale }) => stale)).toEqual([
    'The data `samples` has changed since.',
  ]);
});

test('descriptions and drift are of the data set that was looked at', async () => {
  const { root, jobs } = await setUp();
  const description = await jobs.dataSets.describe({
    data: 'visits.csv',
    reference: 'before.csv',
    label: 'bought',
    positive: null,
    seed: 1,
  });
  const moved = await jobs.dataSets.drift('before.csv', 'visits.csv', 1);
  expect(await jobs.dataSets.keptOf('describe', 'visits.csv')).toMatchObject([
    { result: description, stale: null },
  ]);
  expect(await jobs.dataSets.keptOf('drift', 'visits.csv')).toMatchObject([{ result: moved, stale: null }]);
  expect(await jobs.dataSets.keptOf('drift', 'before.csv')).toEqual([]);
  appendFileSync(join(root, 'before.csv'), line(401));
  for (const kind of ['describe', 'drift'] as const)
    expect((await jobs.dataSets.keptOf(kind, 'visits.csv'))[0]!.stale).toContain(
      '`before.csv` has changed since.',
    );
});
