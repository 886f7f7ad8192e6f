import { Worker } from 'node:worker_threads';
import type { NumberState } from './columns.ts';

/** Columns of a batch, one after the other; without them, the states are asked for. */
export interface NumbersSaid {
  readonly slab: Float64Array<ArrayBuffer> | null;
  readonly rows: number;
}

/** A slab that is free again, or the states. */
export type NumbersHeard = Float64Array<ArrayBuffer> | readonly NumberState[];

/** Batches under way: one that is counted, and the next. */
const slabs = 2;

/** Counts columns of numbers on a thread beside, batch after batch: the counts of `NumberCounter`, to the bit. */
export class NumbersBeside {
  readonly #worker: Worker;
  readonly #columns: number;
  readonly #free: (Float64Array<ArrayBuffer> | null)[] = new Array<null>(slabs).fill(null);
  #heard: () => void = () => undefined;
  #states: readonly NumberState[] | null = null;
  #failure: Error | null = null;

  /** @param file the worker's entry */
  constructor(file: string, columns: number) {
    this.#columns = columns;
    this.#worker = new Worker(file, { workerData: columns });
    this.#worker.on('message', (heard: NumbersHeard) => {
      if (heard instanceof Float64Array) this.#free.push(heard);
      else this.#states = heard;
      this.#heard();
    });
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#heard();
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', code => fail(new Error(`The counting thread ended early, with code ${code}.`)));
  }

  /** @param columns as many as were said; copied */
  async add(columns: readonly Float64Array[], rows: number): Promise<void> {
    await this.#until(() => this.#free.length > 0);
    const size = rows * this.#columns;
    const known = this.#free.pop() ?? null;
    const slab = known === null || known.length < size ? new Float64Array(size) : known;
    columns.forEach((values, c) => slab.set(values, c * rows));
    this.#worker.postMessage({ slab, rows } satisfies NumbersSaid, [slab.buffer]);
  }

  /** Of each column, when all batches are counted. */
  async states(): Promise<readonly NumberState[]> {
    this.#worker.postMessage({ slab: null, rows: 0 } satisfies NumbersSaid);
    await this.#until(() => this.#states !== null);
    return this.#states!;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>(resolve => (this.#heard = resolve));
    }
  }
}
