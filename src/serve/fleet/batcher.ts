import type { Tensor } from '../contracts/request.ts';
import { HttpError } from '../http/httpError.ts';
import type { VersionCounts } from '../observe/counts.ts';
import type { BatchSettings } from '../serving.ts';
import { canJoin, joinRows, Rows, rowsOf } from './batch.ts';

/** A request that waits for its run. It is told by calls, since a promise each would cost what a prediction costs. */
export interface Waiting {
  readonly inputs: readonly Tensor[];
  /** Time (performance.now) since which it waits. */
  readonly since: number;
  /** Time (performance.now) after which nobody waits for the answer. */
  readonly until: number;
  /** @param outputs in the order of the signature */
  answered(outputs: readonly Tensor[]): void;
  failed(error: unknown): void;
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
  /** Sum of the times at which they came. */
  #arrived = 0;
  #rows = 0;
  #timer: NodeJS.Timeout | null = null;
  #wait = 0;
  #inFlight = 0;
  #idle: (() => void) | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  ask(request: Waiting): void {
    this.#inFlight++;
    this.#waiting.push(request);
    this.#arrived += request.since;
    this.#rows += request.inputs[0]?.shape[0] ?? 1;
    if (this.#waiting.length === 1) {
      const { delay } = this.#options.settings();
      // A timer shorter than this would be no timer.
      if (this.joins && delay > 0 && this.#wait >= 0.5)
        this.#timer = setTimeout(this.#flush, Math.min(this.#wait, delay));
      else setImmediate(this.#flush);
    } else if (this.#timer !== null && this.#rows >= this.#options.settings().rows) {
      clearTimeout(this.#timer);
      this.#timer = null;
      setImmediate(this.#flush);
    }
  }

  /** Resolves when the last request was answered. */
  async idle(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>(resolve => (this.#idle = resolve));
  }

  readonly #flush = (): void => void this.#run();

  async #run(): Promise<void> {
    const waiting = this.#waiting;
    const now = performance.now();
    this.#options.counts.queue += (waiting.length * now - this.#arrived) / 1000;
    this.#waiting = [];
    this.#arrived = 0;
    this.#rows = 0;
    this.#timer = null;
    this.#learn(waiting.length);
    for (const group of this.#groups(this.#inTime(waiting, now))) await this.#answer(group);
  }

  #learn(company: number): void {
    const { delay } = this.#options.settings();
    this.#wait = company > 1 ? Math.min(delay, Math.max(delay / 8, this.#wait * 2)) : this.#wait / 2;
  }

  /** Those that can still be answered in time; the others are told. */
  #inTime(waiting: readonly Waiting[], now: number): readonly Waiting[] {
    if (waiting.every(({ until }) => until >= now)) return waiting;
    for (const request of waiting.filter(({ until }) => until < now)) {
      request.failed(new HttpError(503, 'The server is too busy to answer in time.', { 'retry-after': '1' }));
      this.#settled();
    }
    return waiting.filter(({ until }) => until >= now);
  }

  #groups(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
    if (!this.joins) return waiting.map(request => [request]);
    const maxRows = this.#options.settings().rows;
    const groups: Waiting[][] = [];
    let open: { readonly group: Waiting[]; rows: number }[] = [];
    for (const request of waiting) {
      const rows = rowsOf(request.inputs);
      if (rows === null) {
        groups.push([request]);
        continue;
      }
      const found = open.find(({ group }) => canJoin(group[0]!.inputs, request.inputs));
      if (found !== undefined && found.rows + rows <= maxRows) {
        found.group.push(request);
        found.rows += rows;
        continue;
      }
      const group = [request];
      groups.push(group);
      // One that is full is closed.
      open = [...open.filter(one => one !== found), { group, rows }];
    }
    return groups;
  }

  async #answer(group: readonly Waiting[]): Promise<void> {
    let outputs: readonly Tensor[];
    try {
      outputs = await this.#options.run(joinRows(group.map(request => request.inputs)));
    } catch (error) {
      await this.#refuse(group, error);
      return;
    }
    if (group.length === 1) group[0]!.answered(outputs);
    else {
      const rows = new Rows(outputs);
      let from = 0;
      for (const request of group) {
        const count = request.inputs[0]!.shape[0]!;
        request.answered(rows.take(from, count));
        from += count;
      }
    }
    for (let i = 0; i < group.length; i++) this.#settled();
  }

  async #refuse(group: readonly Waiting[], error: unknown): Promise<void> {
    if (group.length > 1) {
      // One request's values may have spoilt the run: the others must not pay for it.
      for (const request of group) await this.#answer([request]);
      return;
    }
    const said = error instanceof Error ? error.message : String(error);
    group[0]!.failed(new HttpError(400, `The model cannot be run on these inputs: ${said}`));
    this.#settled();
  }

  #settled(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#idle?.();
  }
}
