import { parentPort, workerData } from 'node:worker_threads';
import type { Said } from './workerFile.ts';

/** A worker's side of `askedBeside`. @param work may say how much of it is done */
export function answering(work: (task: unknown, say: (done: number) => void) => unknown): void {
  const post = (said: Said<unknown>): void => parentPort!.postMessage(said);
  post({ answer: work(workerData, done => post({ done })) });
}
