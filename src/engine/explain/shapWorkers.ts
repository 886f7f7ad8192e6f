import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { isScalar } from '../../core/explain/tree/link.ts';
import type { Encoded, TreeExplainer } from '../../core/explain/tree/shap.ts';
import { BadInput } from '../../core/failure.ts';

export interface WorkerTask {
  readonly task: TreeExplainer;
  readonly background: Encoded;
}

/** Encoded rows, row-major. */
export interface WorkerQuestion {
  readonly id: number;
  readonly data: Float64Array;
  readonly rows: number;
}

export interface WorkerAnswer {
  readonly id: number;
  /** Rows x players. */
  readonly values: Float64Array;
  /** By the parsed trees. */
  readonly predictions: Float64Array;
}

export type OnRows = (done: number) => void;

/** Rows that have no exact values. */
export interface WorkerRefusal {
  readonly id: number;
  readonly code: string;
  readonly sentence: string;
}

/**
 * Rows of one chunk, whatever the number of workers: the same rows give the same bits on every machine. Tables
 * are made once a chunk, and a chunk's values stay in a core's cache; classes that share a link are explained
 * row by row, each row a piece of work.
 */
export function chunkRows({ space, plan }: TreeExplainer): number {
  return space === 'score' && !isScalar(plan.link) ? 16 : 2048;
}

const mostWorkers = 8;

/** Explains many rows of a tree ensemble on worker threads, a chunk at a time. */
export class ShapWorkers {
  readonly #workers: readonly Worker[];
  readonly #chunkRows: number;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: WorkerAnswer) => void; readonly reject: (error: Error) => void }
  >();
  #asked = 0;
  #failure: Error | null = null;

  constructor(file: string, given: WorkerTask, count = Math.min(availableParallelism(), mostWorkers)) {
    const workerData: WorkerTask = plain(given);
    this.#chunkRows = chunkRows(given.task);
    this.#workers = Array.from({ length: count }, () => {
      const worker = new Worker(file, { workerData });
      worker.on('message', (answer: WorkerAnswer | WorkerRefusal) => {
        const asked = this.#waiting.get(answer.id);
        this.#waiting.delete(answer.id);
        if ('code' in answer) asked?.reject(new BadInput(answer.code, answer.sentence));
        else asked?.resolve(answer);
      });
      worker.on('error', (error: Error) => this.#fail(error));
      return worker;
    });
  }

  /**
   * @param onRows told how many rows are done
   * @returns rows x players, and the margin or score of each row by the parsed trees
   * @throws BadInput for rows without exact values
   */
  async explain(
    { data, rows }: Encoded,
    onRows: OnRows = () => undefined,
  ): Promise<Omit<WorkerAnswer, 'id'>> {
    const width = data.length / rows;
    let done = 0;
    const answers: Promise<WorkerAnswer>[] = [];
    for (let from = 0; from < rows; from += this.#chunkRows) {
      const to = Math.min(rows, from + this.#chunkRows);
      const part = new Float64Array((to - from) * width);
      for (let i = 0; i < part.length; i++) part[i] = data[from * width + i]!;
      answers.push(
        this.#ask(part, to - from).then(answer => {
          onRows((done += to - from));
          return answer;
        }),
      );
    }
    const found = await Promise.all(answers);
    return {
      values: joined(found.map(({ values }) => values)),
      predictions: joined(found.map(({ predictions }) => predictions)),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }

  async #ask(data: Float64Array, rows: number): Promise<WorkerAnswer> {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#asked++;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const question: WorkerQuestion = { id, data, rows };
      this.#workers[id % this.#workers.length]!.postMessage(question, [data.buffer as ArrayBuffer]);
    });
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Only what the worker reads: a plan also holds the graph. */
function plain({ task, background }: WorkerTask): WorkerTask {
  const { playerOf, link } = task.plan;
  return { task: { ...task, plan: { playerOf, link } }, background };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
