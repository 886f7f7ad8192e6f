import { additivityError } from '../../core/explain/additivity.ts';
import type { Encoded, TreeShap, TreeSpace } from '../../core/explain/tree/shap.ts';
import type { LinearShap } from '../../core/explain/linear/shap.ts';
import { isScalar, type Link } from '../../core/explain/tree/link.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { Signal } from '../../core/signal.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { LoadedModel, SessionOptions } from '../model/load.ts';
import type { Pool } from '../predict/feeds.ts';
import type { Answers, Scorer } from '../predict/scorer.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { AdditiveModel, type Refused } from './additiveModel.ts';
import { explainedOf, type Explained } from './explained.ts';
import type { ColumnGroup, Player } from './players.ts';
import { chunkRows, ShapWorkers, type OnRows, type WorkerTask } from './shapWorkers.ts';

type Asked = Pick<ExplainJob, 'method' | 'output' | 'space' | 'interactions'>;

export interface ExactSetup {
  readonly model: LoadedModel;
  /** Of the unchanged model: its answers are what is explained. */
  readonly scorer: Scorer;
  readonly match: MatchPlan;
  readonly task: ResolvedTask;
  readonly asked: Asked;
  readonly background: Pool;
  /** Columns that are to be one player; absent: each by itself. */
  readonly groups?: readonly ColumnGroup[];
  readonly session: SessionOptions;
  /** The worker's bundle for many rows; absent or null: this thread does all. */
  readonly workerFile?: string | null;
}

export interface ExactRows {
  readonly attributions: Attributions;
  /** n x d x d, row-major, when asked for. */
  readonly interactions: Float64Array | null;
  /** The values are those of the margin, in the units of the score. */
  readonly rescaled: boolean;
  /** Largest difference between the parsed model's scores and the runtime's. */
  readonly readingError: number;
}

/**
 * Exact SHAP values of a model of trees or of weighted columns behind its encoders, in the raw columns, over one
 * background. Made once and asked often. The reading of the file is held against the runtime's own output on
 * every row of the background and of what is explained.
 */
export class ExactExplainer {
  readonly additive: AdditiveModel;
  readonly shap: TreeShap | LinearShap;
  readonly output: Explained['output'];
  readonly space: Explained['space'];
  readonly method: 'tree' | 'tree-path' | 'linear';
  /** The runtime's own mean answer on the background; null where it does not answer in the space explained. */
  readonly meanBackground: number | null;
  readonly #setup: ExactSetup;
  /** The explained number of the runtime's answers; null where they do not give it. */
  readonly #of: Explained['of'] | null;
  /** The task of workers; null for weights, which need none. */
  readonly #treeTask: WorkerTask | null;
  #workers: ShapWorkers | null = null;

  private constructor(
    setup: ExactSetup,
    additive: AdditiveModel,
    shap: TreeShap | LinearShap,
    chosen: Chosen,
    meanBackground: number | null,
    treeTask: WorkerTask | null,
  ) {
    this.#setup = setup;
    this.additive = additive;
    this.shap = shap;
    this.output = chosen.output;
    this.space = chosen.space;
    this.method = chosen.method;
    this.#of = chosen.of;
    this.meanBackground = meanBackground;
    this.#treeTask = treeTask;
  }

  /**
   * @param rows further rows that the encoders are tried with
   * @returns why the model has no exact method, when it has none
   */
  static async open(setup: ExactSetup, rows: Pool | null, signal: Signal): Promise<ExactExplainer | Refused> {
    const { model, scorer, match, background } = setup;
    const additive = await AdditiveModel.open(model, match, setup.session, setup.groups);
    if ('refused' in additive) return additive;
    let kept = false;
    try {
      const chosen = choose(setup, additive);
      if ('refused' in chosen) return chosen;
      const encoded = await additive.encoded(background, signal);
      const answers = await scorer.pool(background, signal);
      const { refused } = additive.proven(encoded, answers.scores);
      if (refused !== null) return { refused };
      for (const pool of rows === null ? [background] : [background, rows]) {
        const wrong = await additive.traced(pool, match.features.length, signal);
        if (wrong !== null) return wrong;
      }
      const method = chosen.method === 'tree-path' ? 'path' : 'interventional';
      const treeTask = additive.treeTask(method, chosen.column, chosen.treeSpace);
      const shap = additive.explainer(method, chosen.column, chosen.treeSpace, encoded);
      kept = true;
      const own = chosen.of?.(answers) ?? null;
      const mean = own === null ? null : own.reduce((sum, value) => sum + value, 0) / own.length;
      const workers = treeTask === null ? null : { task: treeTask, background: encoded };
      return new ExactExplainer(setup, additive, shap, chosen, mean, workers);
    } catch (error) {
      // A class that the model lacks is no question of the method.
      if (error instanceof BadInput && error.code !== 'unknown-output') return { refused: error.message };
      throw error;
    } finally {
      if (!kept) await additive.release();
    }
  }

  get players(): readonly Player[] {
    return this.additive.players;
  }

  /** Whether the values are those of the margin, in the units of the score. */
  get rescaled(): boolean {
    const { link } = this.additive.plan;
    return this.space !== 'raw' && link !== 'identity' && isScalar(link);
  }

  /**
   * @param onRows told how many rows are done, where that takes several steps
   * @returns why these rows have no exact values, when one is not read as the runtime reads it or has too many
   * coalitions
   */
  async explain(pool: Pool, signal: Signal, onRows?: OnRows): Promise<ExactRows | Refused> {
    const { scorer, asked } = this.#setup;
    const encoded = await this.additive.encoded(pool, signal);
    const answers = await scorer.pool(pool, signal);
    const { refused, largestError } = this.additive.proven(encoded, answers.scores);
    if (refused !== null) return { refused };
    try {
      return {
        attributions: await this.#attributions(encoded, this.#predictions(answers), signal, onRows),
        interactions: asked.interactions === true ? this.shap.interactions(encoded, signal) : null,
        rescaled: this.rescaled,
        readingError: largestError,
      };
    } catch (error) {
      if (error instanceof BadInput && error.code === 'too-many-coalitions')
        return { refused: error.message };
      throw error;
    }
  }

  /** Many rows go to worker threads, a chunk at a time. */
  async #attributions(
    rows: Encoded,
    predictions: Float64Array | null,
    signal: Signal,
    onRows?: OnRows,
  ): Promise<Attributions> {
    const file = this.#setup.workerFile ?? null;
    if (this.#treeTask === null || file === null || rows.rows <= chunkRows(this.#treeTask.task))
      return this.shap.explain(rows, predictions, signal);
    this.#workers ??= new ShapWorkers(file, this.#treeTask);
    const found = await this.#workers.explain(rows, onRows);
    const shown = predictions ?? found.predictions;
    const { baseValue } = this.shap;
    return {
      method: this.method,
      exact: true,
      players: this.players.map(({ name }) => name),
      values: found.values,
      errors: null,
      baseValue,
      predictions: shown,
      additivityError: additivityError(found.values, baseValue, shown),
      evaluations: 0,
    };
  }

  /** The runtime's own number is what values add up to, where it gives it to full precision. */
  #predictions(answers: Answers): Float64Array | null {
    const behindLink = this.space === 'raw' && this.additive.plan.link !== 'identity';
    return behindLink || this.#of === null ? null : this.#of(answers);
  }

  async release(): Promise<void> {
    await this.#workers?.close();
    await this.additive.release();
  }
}

interface Chosen {
  readonly method: ExactExplainer['method'];
  readonly column: number;
  readonly treeSpace: TreeSpace;
  readonly output: Explained['output'];
  readonly space: Explained['space'];
  readonly of: Explained['of'] | null;
}

/** Which score is explained by which method in which space. @throws BadInput as `explainedOf` */
function choose({ model, task, asked }: ExactSetup, { plan, forest }: AdditiveModel): Chosen | Refused {
  const { method } = asked;
  if (method === 'linear' && forest !== null) return { refused: 'The model is a tree ensemble, not linear.' };
  if ((method === 'tree' || method === 'tree-path') && forest === null)
    return { refused: 'The model is no tree ensemble.' };
  // Columns that are explained together say less than sampled values of each.
  if (plan.merged !== null && method === 'auto') return { refused: plan.merged };
  const behind = plan.link !== 'identity';
  const space = asked.space ?? (behind && marginOnly(asked, plan.link) ? 'raw' : null);
  const marginOfValue = task.task === 'regression' && space === 'raw' && behind;
  const explained = explainedOf({ ...asked, space: marginOfValue ? null : space }, model.facts.answer, task);
  const margin = marginOfValue || explained.space === 'raw';
  if (margin && !behind && task.task !== 'regression' && task.probabilities)
    return {
      refused:
        'The model adds up probabilities, not log-odds: choose the space of probabilities for exact values.',
    };
  const column = plan.columns.length === 1 ? 0 : explained.output.index;
  if (plan.columns.length === 1 && explained.output.class !== null && explained.output.index !== 1)
    return { refused: 'The model scores its second class only: choose that class.' };
  return {
    method: forest === null ? 'linear' : method === 'tree-path' ? 'tree-path' : 'tree',
    column,
    treeSpace: margin ? 'margin' : 'score',
    space: margin && behind ? 'raw' : explained.space,
    output:
      margin && behind ? { ...explained.output, title: marginTitle(plan.link, explained) } : explained.output,
    of: margin && behind && plan.link !== 'logistic' ? null : explained.of,
  };
}

/** Whether the values asked for exist before the link only, and the caller has not said where to be. */
function marginOnly({ method, interactions }: Asked, link: Link): boolean {
  return method === 'tree-path' || interactions === true || (method !== 'auto' && !isScalar(link));
}

function marginTitle(link: Link, { output }: Explained): string {
  if (link === 'logistic')
    return output.title.startsWith('log-odds') ? output.title : `log-odds of ${output.title}`;
  if (link === 'exp') return `log of the ${output.title}`;
  return `margin of ${output.class ?? output.title}`;
}
