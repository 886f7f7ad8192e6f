import { expect, test } from 'vitest';
import type { Tensor } from '../contracts/request.ts';
import { noCounts } from '../observe/counts.ts';
import { Batcher } from './batcher.ts';

const row = (...data: number[]): readonly Tensor[] => [
  { type: 'float32', shape: [data.length, 1], data: Float32Array.from(data) },
];

interface Runs {
  readonly batcher: Batcher;
  readonly sizes: number[];
}

function batcherOf(rows: number, delay: number): Runs {
  const sizes: number[] = [];
  const batcher = new Batcher({
    settings: () => ({ rows, delay }),
    counts: noCounts('m', 'v'),
    run: async inputs => {
      sizes.push(inputs[0]!.shape[0]!);
      if ((inputs[0]!.data as Float32Array).includes(13)) throw new Error('thirteen');
      return await Promise.resolve(inputs);
    },
  });
  batcher.joins = true;
  return { batcher, sizes };
}

const valuesOf = (outputs: readonly Tensor[]): number[] => [...(outputs[0]!.data as Float32Array)];
const answer = (batcher: Batcher, inputs: readonly Tensor[], until = Infinity): Promise<readonly Tensor[]> =>
  new Promise((answered, failed) =>
    batcher.ask({ inputs, since: performance.now(), until, answered, failed }),
  );
const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

test('requests of one turn are one run, of at most so many rows', async () => {
  const { batcher, sizes } = batcherOf(4, 0);
  const answers = await Promise.all([row(1), row(2, 3), row(4), row(5), row(6)].map(x => answer(batcher, x)));
  expect(answers.map(valuesOf)).toEqual([[1], [2, 3], [4], [5], [6]]);
  expect(sizes).toEqual([4, 2]);
});

test('one request that spoils a run fails alone', async () => {
  const { batcher } = batcherOf(100, 0);
  const answers = await Promise.allSettled([row(1), row(13), row(2)].map(x => answer(batcher, x)));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[1]).toMatchObject({ reason: { status: 400, message: /thirteen/ } });
  await batcher.idle();
});

test('who comes too late is told to come again', async () => {
  const { batcher, sizes } = batcherOf(100, 0);
  await expect(answer(batcher, row(1), performance.now() - 1)).rejects.toMatchObject({
    ...{ status: 503, headers: { 'retry-after': '1' } },
  });
  expect(sizes).toEqual([]);
});

test('requests wait for others only while others come', async () => {
  const { batcher, sizes } = batcherOf(100, 40);
  // Alone: no wait.
  for (let n = 0; n < 3; n++) {
    const began = performance.now();
    await answer(batcher, row(n));
    expect(performance.now() - began).toBeLessThan(35);
  }
  // Company lets the wait grow; then those that come one after the other within it go together.
  for (let n = 0; n < 5; n++) await Promise.all([row(1), row(2)].map(x => answer(batcher, x)));
  sizes.length = 0;
  const first = answer(batcher, row(1));
  await later(5);
  await Promise.all([first, answer(batcher, row(2))]);
  expect(sizes).toEqual([2]);
  // Without company it shrinks to nothing again.
  for (let n = 0; n < 8; n++) await answer(batcher, row(n));
  const began = performance.now();
  await answer(batcher, row(1));
  expect(performance.now() - began).toBeLessThan(35);
});

test('a full run does not wait', async () => {
  const { batcher, sizes } = batcherOf(2, 1000);
  await Promise.all([row(1), row(2)].map(x => answer(batcher, x)));
  const began = performance.now();
  await Promise.all([row(1), row(2)].map(x => answer(batcher, x)));
  expect(performance.now() - began).toBeLessThan(500);
  expect(sizes).toEqual([2, 2]);
});
