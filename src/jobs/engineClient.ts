import { BadInput } from '../core/failure.ts';
import type { EngineProgress, EngineRequests } from '../protocol/engine.ts';
import { EngineLane } from './engineLane.ts';

type Method = keyof EngineRequests;
export type EngineParams<M extends Method> = EngineRequests[M][0];
export type EngineResult<M extends Method> = EngineRequests[M][1];

export interface EngineClientOptions {
  /** Absolute path of the engine's entry: dist/engine.js. */
  readonly engineFile: string;
  /** The setting `slipway.engine.memoryLimit`, in MB, for each engine process. */
  readonly memoryLimitMb: number;
  readonly log: (line: string) => void;
  /** The program that runs the engine; by default the one that runs this. */
  readonly execPath?: string;
  /** An engine that was asked nothing for so long (ms) is stopped, which gives its memory back. */
  readonly idleMs?: number;
}

export interface EngineCallOptions {
  /** Aborting stops the work at once: the engine process is killed, and a new one serves the next call. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

const lanes: Readonly<Record<Method, 'questions' | 'jobs'>> = {
  inspect: 'questions',
  rows: 'questions',
  table: 'questions',
  mergeRows: 'jobs',
  slice: 'jobs',
  predict: 'questions',
  attribute: 'questions',
  golden: 'questions',
  pack: 'questions',
  counterfactuals: 'questions',
  prototypes: 'questions',
  surrogate: 'jobs',
  compareExplanations: 'jobs',
  heatmap: 'jobs',
  tokens: 'jobs',
  validate: 'jobs',
  explain: 'jobs',
  effects: 'jobs',
  importance: 'jobs',
  compare: 'jobs',
  drift: 'jobs',
  describe: 'jobs',
  fixedFolds: 'jobs',
  split: 'jobs',
  score: 'jobs',
  rank: 'jobs',
  ab: 'jobs',
  abBaseline: 'questions',
};

/**
 * Asks the engine. Short questions and long jobs go to one child process each, started when first needed;
 * each child does one call at a time, in the order of asking, so that killing it loses no other call.
 */
export class EngineClient {
  readonly #lanes: Readonly<Record<'questions' | 'jobs', EngineLane>>;
  #disposed = false;

  constructor(options: EngineClientOptions) {
    this.#lanes = { questions: new EngineLane(options), jobs: new EngineLane(options) };
  }

  /**
   * Rejects with BadInput for what the person can mend (bad data, memory limit), with EngineStopped when the
   * engine died, and with the signal's reason when aborted.
   */
  async call<M extends Method>(
    method: M,
    params: EngineParams<M>,
    options: EngineCallOptions = {},
  ): Promise<EngineResult<M>> {
    if (this.#disposed) throw new BadInput('disposed', 'The engine is closed. Open the workspace again.');
    return await this.#lanes[lanes[method]].call(method, params, options);
  }

  /** Stops both processes; pending calls reject. */
  dispose(): void {
    this.#disposed = true;
    this.#lanes.questions.dispose();
    this.#lanes.jobs.dispose();
  }
}
