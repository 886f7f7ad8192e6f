import { parentPort, workerData } from 'node:worker_threads';
import { NumberCounter } from './columns.ts';
import type { NumbersHeard, NumbersSaid } from './numbersBeside.ts';

/** A worker thread's entry: counts the columns of each batch, and gives its memory back. */
const counters = Array.from({ length: workerData as number }, () => new NumberCounter());
parentPort!.on('message', ({ slab, rows }: NumbersSaid) => {
  if (slab === null) {
    parentPort!.postMessage(counters.map(({ state }) => state) satisfies NumbersHeard);
    return;
  }
  counters.forEach((counter, c) =>
    counter.add({ kind: 'number', name: '', values: slab.subarray(c * rows, (c + 1) * rows) }),
  );
  parentPort!.postMessage(slab satisfies NumbersHeard, [slab.buffer]);
});
