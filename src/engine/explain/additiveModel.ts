import { LinearShap, linearMargins, linearRounding } from '../../core/explain/linear/shap.ts';
import { combinedEnsemble } from '../../core/explain/tree/combined.ts';
import { binned, evaluateForest, forestOf, type Forest } from '../../core/explain/tree/forest.ts';
import { planAdditive, type AdditivePlan } from '../../core/explain/tree/pipeline.ts';
import { proveReading, roundingOf, type Precision, type Reading } from '../../core/explain/tree/proof.ts';
import { TreeShap, type Encoded, type TreeExplainer, type TreeSpace } from '../../core/explain/tree/shap.ts';
import { misplaced } from '../../core/explain/tree/swapped.ts';
import type { TreeMethod } from '../../core/explain/tree/treeGame.ts';
import type { Signal } from '../../core/signal.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { LoadedModel, SessionOptions } from '../model/load.ts';
import type { Pool } from '../predict/feeds.ts';
import { Scorer } from '../predict/scorer.ts';
import { playersOf, type ColumnGroup, type Player } from './players.ts';

export interface Refused {
  /** In a sentence. */
  readonly refused: string;
}

/** Composed rows that the sources of the encoded columns are tried with, at most. */
const mostSwaps = 2000;

/**
 * A model whose scores are sums of trees or of weighted columns, behind encoders that are followed back to the
 * raw columns. Neither is believed: `proven` and `traced` hold both against the runtime.
 */
export class AdditiveModel {
  readonly plan: AdditivePlan;
  readonly players: readonly Player[];
  /** null: the model is linear. */
  readonly forest: Forest | null;
  readonly #encoder: Scorer;
  /** What the runtime's sum of the trees may be off by. */
  readonly #rounding: number;
  readonly #precision: Precision;
  readonly #release: () => Promise<void>;

  private constructor(
    plan: AdditivePlan,
    players: readonly Player[],
    encoder: Scorer,
    single: boolean,
    precision: Precision,
    release: () => Promise<void>,
  ) {
    this.plan = plan;
    this.players = players;
    this.forest = plan.kind === 'trees' ? forestOf(combinedEnsemble(plan, single)) : null;
    this.#encoder = encoder;
    this.#precision = precision;
    this.#rounding = this.forest === null ? 0 : roundingOf(this.forest, precision);
    this.#release = release;
  }

  /**
   * @param groups columns that are to be one player
   * @returns why the model has no exact method, when it has none
   */
  static async open(
    model: LoadedModel,
    match: MatchPlan,
    options: SessionOptions,
    groups: readonly ColumnGroup[] = [],
  ): Promise<AdditiveModel | Refused> {
    const { answer } = model.facts;
    if (answer.scoreOutput === null)
      return { refused: 'The model gives labels only: there are no scores to explain exactly.' };
    const widths = new Map(match.inputs.map(({ name, columns }) => [name, columns.length]));
    const planned = planAdditive(model.proto, answer.scoreOutput, widths);
    if ('refused' in planned) return planned;
    const found = playersOf(planned.plan, match, groups);
    if (found === null) return { refused: 'The columns that the model reads cannot be told apart.' };
    const { session, outputs } = await model.exposing([planned.plan.input], options);
    try {
      const typeOf = (name: string): string | undefined => {
        const given = session.outputMetadata.find(each => each.name === name);
        return given?.isTensor === true ? given.type : undefined;
      };
      // The encoded matrix is read as scores are: one line a row.
      const encoded = { ...answer, task: 'unknown', scoreOutput: outputs[0]!, labelOutput: null } as const;
      const encoder = await Scorer.create(session, encoded, match, { labels: false });
      return new AdditiveModel(
        { ...planned.plan, playerOf: found.playerOf },
        found.players,
        encoder,
        typeOf(outputs[0]!) !== 'float64',
        typeOf(answer.scoreOutput) === 'float64' ? 'float64' : 'float32',
        () => session.release(),
      );
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** What the operators read for every row: the runtime's own encoding. */
  async encoded(pool: Pool, signal: Signal): Promise<Encoded & { readonly data: Float64Array }> {
    const { scores } = await this.#encoder.pool(pool, signal);
    return { data: scores, rows: pool.rows };
  }

  /** @param scores the runtime's, of the same rows */
  proven(rows: Encoded, scores: Float64Array): Reading {
    const { forest, plan } = this;
    const precision = this.#precision;
    const margins =
      forest === null
        ? linearMargins(plan, rows)
        : evaluateForest(forest, binned(forest, rows.data, rows.rows), rows.rows);
    const rounding = forest === null ? linearRounding(plan, rows, precision) : this.#rounding;
    return proveReading(margins, plan.columns.length, plan.link, scores, rounding, precision);
  }

  /**
   * Swaps each player's raw columns between rows of the pool and looks which encoded columns change.
   * @param features columns of the pool
   */
  async traced(pool: Pool, features: number, signal: Signal): Promise<Refused | null> {
    const { plan, players } = this;
    const d = players.length;
    const pairs = Math.min(pool.rows >> 1, Math.max(1, Math.floor(mostSwaps / d)));
    if (pairs === 0) return null;
    const half = pool.rows >> 1;
    const picks = new Int32Array((2 + d) * pairs * features);
    for (let i = 0; i < pairs; i++) {
      picks.fill(i, i * features, (i + 1) * features);
      picks.fill(i + half, (pairs + i) * features, (pairs + i + 1) * features);
      players.forEach((player, p) => {
        const at = (2 * pairs + i * d + p) * features;
        picks.fill(i, at, at + features);
        for (const feature of player.features) picks[at + feature] = i + half;
      });
    }
    const { scores } = await this.#encoder.composed(pool, picks, features, signal);
    const width = plan.playerOf.length;
    const part = (from: number, to: number): Float64Array => scores.subarray(from * width, to * width);
    const wrong = misplaced(plan, d, {
      own: part(0, pairs),
      other: part(pairs, 2 * pairs),
      swapped: part(2 * pairs, (2 + d) * pairs),
    });
    if (wrong === null) return null;
    return {
      refused:
        `Swapping \`${players[wrong.player]!.name}\` between rows does not change what the model computes from ` +
        'it as the file says it should. Explain it as a black box.',
    };
  }

  /** @returns null for weights */
  treeTask(method: TreeMethod, column: number, space: TreeSpace): TreeExplainer | null {
    const { plan, forest } = this;
    const players = this.players.map(({ name }) => name);
    return forest === null ? null : { players, plan, forest, column, method, space };
  }

  /** @throws BadInput as `TreeShap` and `LinearShap` */
  explainer(
    method: TreeMethod,
    column: number,
    space: TreeSpace,
    background: Encoded,
  ): TreeShap | LinearShap {
    const task = this.treeTask(method, column, space);
    if (task !== null) return new TreeShap(task, background);
    const players = this.players.map(({ name }) => name);
    return new LinearShap({ players, plan: this.plan, column, space }, background);
  }

  async release(): Promise<void> {
    await this.#release();
  }
}
