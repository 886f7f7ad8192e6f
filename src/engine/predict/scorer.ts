import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { Answer } from '../../core/onnx/facts.ts';
import type { Mix } from '../../core/explain/types.ts';
import type { Signal } from '../../core/signal.ts';
import type { MatchPlan } from '../match/plan.ts';
import { numbersOf, wordsOf } from './elements.ts';
import { Feeds, type Pool } from './feeds.ts';
import { placesOf } from './mixes.ts';
import { severalValues } from './task.ts';

/** Rows a call: large enough that the call itself costs nothing, small enough for the caches. */
const batchRows = 4096;

/** What the model answered for n rows. */
export interface Answers {
  readonly rows: number;
  /** Columns of `scores`. */
  readonly width: number;
  /** n x width, row-major; empty when the model has no score output. */
  readonly scores: Float64Array;
  /** The predicted labels as text; null when they were not asked for. */
  readonly labels: readonly string[] | null;
}

export interface ScorerOptions {
  /** Also fetch the label output. */
  readonly labels: boolean;
  /** Whether a regression may give several values a row. */
  readonly several?: boolean;
}

/** Asks a model for its scores, batch by batch. */
export class Scorer {
  readonly feeds: Feeds;
  readonly #session: InferenceSession;
  readonly #answer: Answer;
  readonly #fetches: readonly string[];
  readonly #labels: boolean;
  readonly #several: boolean;
  readonly #fixedRows: number | null;
  /** Scores of the last mixes: a black box is asked for thousands of batches, whose garbage would be collected beside. */
  #mixed = new Float64Array(0);
  /** Rows a call has. */
  readonly batchRows: number;
  /** Milliseconds spent inside the runtime, for the benchmarks. */
  runtimeMs = 0;

  private constructor(
    feeds: Feeds,
    session: InferenceSession,
    answer: Answer,
    plan: MatchPlan,
    options: ScorerOptions,
  ) {
    this.feeds = feeds;
    this.#session = session;
    this.#answer = answer;
    this.#labels = answer.labelOutput !== null && (options.labels || answer.scoreOutput === null);
    this.#several = options.several === true;
    this.#fetches = [answer.scoreOutput, this.#labels ? answer.labelOutput : null].filter(
      name => name !== null,
    );
    this.#fixedRows = plan.inputs.reduce<number | null>((rows, input) => rows ?? input.fixedRows, null);
    this.batchRows = this.#fixedRows ?? batchRows;
  }

  static async create(
    session: InferenceSession,
    answer: Answer,
    plan: MatchPlan,
    options: ScorerOptions,
  ): Promise<Scorer> {
    if (answer.scoreOutput === null && answer.labelOutput === null)
      throw new BadInput(
        'no-answer',
        'The model has no output that reads as a score, a label or a value. Set its task in slipway.yaml.',
      );
    return new Scorer(await Feeds.create(plan), session, answer, plan, options);
  }

  /** Scores of a table's rows; the table's columns are the plan's features in order. */
  async table(table: Table, path: string, offset: number, signal: Signal): Promise<Answers> {
    return await this.pool(this.feeds.passing(table, path, offset), signal);
  }

  async pool(pool: Pool, signal: Signal): Promise<Answers> {
    return await this.#batches(pool.rows, signal, (from, count, padded) =>
      this.feeds.slice(pool, from, count, padded),
    );
  }

  /** The answer to one row of a pool, in a call of its own. */
  async row(pool: Pool, row: number, signal: Signal): Promise<Answers> {
    return await this.#batches(1, signal, (_, count, padded) => this.feeds.slice(pool, row, count, padded));
  }

  /** Scores of composed rows: row i takes feature j from pool row picks[i * d + j]. */
  async composed(pool: Pool, picks: Int32Array, d: number, signal: Signal): Promise<Answers> {
    return await this.#batches(picks.length / d, signal, (from, count, padded) =>
      this.feeds.gather(pool, picks, d, from, count, padded),
    );
  }

  /** Scores of mixes of two rows of a pool each, one a coalition; the next call may write over them. */
  async mixed(pool: Pool, mixes: readonly Mix[], signal: Signal): Promise<Answers> {
    const places = placesOf(mixes, this.feeds.features);
    return await this.#batches(
      places.rows,
      signal,
      (from, count, padded) => this.feeds.mix(pool, mixes, places, from, count, padded),
      size => {
        if (this.#mixed.length < size) this.#mixed = new Float64Array(size);
        return this.#mixed.subarray(0, size);
      },
    );
  }

  /** Scores of points, rows x features, row-major; for inputs of real numbers. */
  async points(points: Float64Array, d: number, signal: Signal): Promise<Answers> {
    return await this.#batches(points.length / d, signal, (from, count, padded) =>
      this.feeds.points(points, from, count, padded),
    );
  }

  async #batches(
    rows: number,
    signal: Signal,
    feed: (from: number, count: number, padded: number) => Record<string, Tensor>,
    room = (size: number): Float64Array<ArrayBuffer> => new Float64Array(size),
  ): Promise<Answers> {
    const size = this.batchRows;
    let width = 0;
    let scores = new Float64Array(0);
    const labels: string[] = [];
    for (let from = 0; from < rows; from += size) {
      signal.throwIfAborted();
      const count = Math.min(size, rows - from);
      const answers = await this.#run(feed(from, count, this.#fixedRows ?? count));
      const part = this.#scores(answers);
      if (part !== null) {
        if (from === 0) {
          width = part.length / (this.#fixedRows ?? count);
          requireWidth(width, this.#answer, this.#several);
          scores = room(rows * width);
        }
        scores.set(part.length === count * width ? part : part.subarray(0, count * width), from * width);
      }
      if (this.#labels) labels.push(...wordsOf(answers[this.#answer.labelOutput!]!.data).slice(0, count));
    }
    return { rows, width, scores, labels: this.#labels ? labels : null };
  }

  async #run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    const before = performance.now();
    try {
      return await this.#session.run(feeds, this.#fetches);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new BadInput(
        'model-refuses',
        `ONNX Runtime could not run the model on these rows: ${message} ` +
          'Check that the data holds what the model was trained on.',
      );
    } finally {
      this.runtimeMs += performance.now() - before;
    }
  }

  #scores(answers: Record<string, Tensor>): Float32Array | Float64Array | null {
    if (this.#answer.scoreOutput === null) return null;
    const { data, type } = answers[this.#answer.scoreOutput]!;
    return data instanceof Float32Array ? data : numbersOf(data, type);
  }
}

function requireWidth(width: number, answer: Answer, several: boolean): void {
  if (Number.isInteger(width) && width > 0 && (several || !(answer.task === 'regression' && width > 1)))
    return;
  if (answer.task === 'regression' && width > 1) throw severalValues(width);
  throw new BadInput(
    'output-shape',
    `The model's output \`${answer.scoreOutput ?? ''}\` does not hold one line a row. ` +
      'Export it with the rows as its first axis.',
  );
}
