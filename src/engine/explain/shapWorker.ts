import { parentPort, workerData } from 'node:worker_threads';
import { TreeShap } from '../../core/explain/tree/shap.ts';
import type { WorkerAnswer, WorkerQuestion, WorkerTask } from './shapWorkers.ts';

/** A worker thread's entry: one explainer, asked for chunks of rows. */
const { task, background } = workerData as WorkerTask;
const shap = new TreeShap(task, background);
const never = { aborted: false, throwIfAborted: (): void => undefined };

parentPort!.on('message', ({ id, data, rows }: WorkerQuestion) => {
  const { values, predictions } = shap.explain({ data, rows }, null, never);
  const answer: WorkerAnswer = { id, values, predictions };
  parentPort!.postMessage(answer, [values.buffer as ArrayBuffer, predictions.buffer as ArrayBuffer]);
});
