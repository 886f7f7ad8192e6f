import { parentPort, workerData } from 'node:worker_threads';
import { TreeShap } from '../../core/explain/tree/shap.ts';
import { BadInput } from '../../core/failure.ts';
import type { WorkerAnswer, WorkerQuestion, WorkerRefusal, WorkerTask } from './shapWorkers.ts';

/** A worker thread's entry: one explainer, asked for chunks of rows. */
const { task, background } = workerData as WorkerTask;
const shap = new TreeShap(task, background);
const never = { aborted: false, throwIfAborted: (): void => undefined };

parentPort!.on('message', ({ id, data, rows }: WorkerQuestion) => {
  try {
    const { values, predictions } = shap.explain({ data, rows }, null, never);
    const answer: WorkerAnswer = { id, values, predictions };
    parentPort!.postMessage(answer, [values.buffer as ArrayBuffer, predictions.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const refusal: WorkerRefusal = { id, code: error.code, sentence: error.message };
    parentPort!.postMessage(refusal);
  }
});
