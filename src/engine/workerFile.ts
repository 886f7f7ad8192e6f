import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A worker's bundle beside the engine's. @param entry null: not bundled, and then there are no workers */
export function workerFile(entry: string | null, bundle: string): string | null {
  return entry === null || entry.endsWith('.ts') ? null : join(dirname(entry), bundle);
}

export type Said<Answer> = { readonly done: number } | { readonly answer: Answer };

/**
 * Asks a thread of its own one thing.
 * @param file the worker's entry, which answers with `answering`
 * @param task is copied
 */
export async function askedBeside<Answer>(
  file: string,
  task: object,
  progress: (done: number) => void = () => undefined,
): Promise<Answer> {
  const worker = new Worker(file, { workerData: task });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (said: Said<Answer>) => {
        if ('answer' in said) resolve(said.answer);
        else progress(said.done);
      });
      worker.on('error', reject);
      worker.on('exit', code => reject(new Error(`The thread of ${file} ended early, with code ${code}.`)));
    });
  } finally {
    await worker.terminate();
  }
}
