import type { Tensor } from '../contracts/request.ts';
import { HttpError } from '../http/httpError.ts';
import type { VersionCounts } from '../observe/counts.ts';
import type { BatchSettings } from '../serving.ts';
import { batchKey, joinRows, rowsOf, takeRows } from './batch.ts';

interface Waiting {
  readonly inputs: readonly Tensor[];
  /** Time (performance.now) at which it came. */
  readonly since: number;
  /** Time (performance.now) after which nobody waits for the answer. */
  readonly until: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatcherOptions {
  /** One call of the runtime. */
  readonly run: (inputs: readonly Tensor[]) => Promise<readonly Tensor[]>;
  readonly settings: () => BatchSettings;
  readonly counts: VersionCounts;
}

/**
 * Joins requests into runs. Those that arrive in one turn of the event loop go together: a run blocks the
 * loop, so that under load the requests that came meanwhile are the next run. With a `delay` in the settings
 * a request also waits for others, as long as this pays: the wait doubles towards the delay with each run
 * that had company, and halves with each that had none (as Clipper grows batches; Crankshaw et al. 2017).
 */
export class Batcher {
  /** Whether requests may be joined at all. */
  joins = false;
  readonly #options: BatcherOptions;
  #waiting: Waiting[] = [];
  #rows = 0;
  #timer: NodeJS.Timeout | null = null;
  #wait = 0;
  #inFlight = 0;
  #idle: (() => void) | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** @param until time (performance.now) by which the run must have begun */
  answer(inputs: readonly Tensor[], until: number): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      this.#inFlight++;
      this.#waiting.push({ inputs, since: performance.now(), until, resolve, reject });
      const { rows, delay } = this.#options.settings();
      this.#rows += inputs[0]?.shape[0] ?? 1;
      if (this.#waiting.length === 1) {
        // A timer shorter than this would be no timer.
        if (this.joins && delay > 0 && this.#wait >= 0.5)
          this.#timer = setTimeout(this.#flush, Math.min(this.#wait, delay));
        else setImmediate(this.#flush);
      } else if (this.#timer !== null && this.#rows >= rows) {
        clearTimeout(this.#timer);
        this.#timer = null;
        setImmediate(this.#flush);
      }
    });
  }

  /** Resolves when the last request was answered. */
  async idle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>(resolve => (this.#idle = resolve));
  }

  readonly #flush = (): void => void this.#run();

  async #run(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#rows = 0;
    this.#timer = null;
    this.#learn(waiting.length);
    const now = performance.now();
    const inTime = waiting.filter(request => request.until >= now);
    if (inTime.length < waiting.length) this.#refuse(waiting.filter(request => request.until < now));
    for (const request of inTime) this.#options.counts.queue += (now - request.since) / 1000;
    for (const group of this.#groups(inTime)) await this.#answer(group);
  }

  #learn(company: number): void {
    const { delay } = this.#options.settings();
    this.#wait = company > 1 ? Math.min(delay, Math.max(delay / 8, this.#wait * 2)) : this.#wait / 2;
  }

  #refuse(late: readonly Waiting[]): void {
    for (const request of late) {
      request.reject(new HttpError(503, 'The server is too busy to answer in time.', { 'retry-after': '1' }));
      this.#settled();
    }
  }

  #groups(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
    if (!this.joins) return waiting.map(request => [request]);
    const maxRows = this.#options.settings().rows;
    const groups: Waiting[][] = [];
    const open = new Map<string, { group: Waiting[]; rows: number }>();
    for (const request of waiting) {
      const rows = rowsOf(request.inputs);
      if (rows === null) {
        groups.push([request]);
        continue;
      }
      const key = batchKey(request.inputs);
      let target = open.get(key);
      if (target === undefined || target.rows + rows > maxRows) {
        target = { group: [], rows: 0 };
        open.set(key, target);
        groups.push(target.group);
      }
      target.group.push(request);
      target.rows += rows;
    }
    return groups;
  }

  async #answer(group: readonly Waiting[]): Promise<void> {
    try {
      const outputs = await this.#options.run(joinRows(group.map(request => request.inputs)));
      let from = 0;
      for (const request of group) {
        const rows = request.inputs[0]!.shape[0]!;
        request.resolve(group.length === 1 ? outputs : outputs.map(output => takeRows(output, from, rows)));
        from += rows;
      }
    } catch (error) {
      if (group.length > 1) {
        // One request's values may have spoilt the run: the others must not pay for it.
        for (const request of group) await this.#answer([request]);
        return;
      }
      const said = error instanceof Error ? error.message : String(error);
      group[0]!.reject(new HttpError(400, `The model cannot be run on these inputs: ${said}`));
    }
    for (let i = 0; i < group.length; i++) this.#settled();
  }

  #settled(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#idle?.();
  }
}
