import { boundaries, doubles, singles, type Ladder } from '../../../core/explain/effects/boundaries.ts';
import { individualCurves } from '../../../core/explain/effects/curves.ts';
import { mergedSteps } from '../../../core/explain/effects/mergedSteps.ts';
import type { Column, Table } from '../../../core/data/table.ts';
import { binned, type Forest } from '../../../core/explain/tree/forest.ts';
import { applyLink } from '../../../core/explain/tree/link.ts';
import type { Encoded } from '../../../core/explain/tree/shap.ts';
import { stepMargins, type Steps } from '../../../core/explain/tree/stepMargins.ts';
import type { ComposedModel } from '../../../core/explain/types.ts';
import { forBatches } from '../../model/load.ts';
import { neverAborted } from '../../tasks/signal.ts';
import { AdditiveModel } from '../additiveModel.ts';
import type { Sampled } from '../sampled.ts';
import type { Positions } from './pool.ts';

/** Steps of a curve, at most; more are merged where the mean changes least. */
const mostSteps = 256;
/** Rows that every position of the grid is asked of the runtime for, beside the trees. */
const triedRows = 30;
/** Of the largest answer: a sum of many float32 leaves is no nearer to another order of the same sum. */
const rounding = 1e-5;

/** Curves of all rows at the steps of one column. */
export interface ExactSteps {
  /** Ascending; one more than steps. */
  readonly edges: readonly number[];
  /** steps x n, in the model's output. */
  readonly curves: Float64Array;
  readonly merged: number;
}

/** A model of trees that was proven on the rows whose curves are drawn. */
export class ExactCurves {
  readonly #subject: Sampled;
  readonly #additive: AdditiveModel;
  readonly #forest: Forest;
  readonly #bins: Uint16Array;
  /** Largest difference from the runtime's answers at the positions tried; null before a curve is drawn. */
  maxDifference: number | null = null;

  private constructor(subject: Sampled, additive: AdditiveModel, forest: Forest, rows: Encoded) {
    this.#subject = subject;
    this.#additive = additive;
    this.#forest = forest;
    this.#bins = binned(forest, rows.data, rows.rows);
  }

  /** @returns null for a model that is no tree ensemble, or not read as the runtime runs it */
  static async open(subject: Sampled, path: string): Promise<ExactCurves | null> {
    const { model, plan, scorer, table, answers } = subject;
    const additive = await AdditiveModel.open(model, plan, forBatches);
    if ('refused' in additive) return null;
    let kept = false;
    try {
      const { forest } = additive;
      if (forest === null) return null;
      const pool = scorer.feeds.pool(table, path);
      const encoded = await additive.encoded(pool, neverAborted);
      if (additive.proven(encoded, answers.scores).refused !== null) return null;
      if ((await additive.traced(pool, plan.features.length, neverAborted)) !== null) return null;
      kept = true;
      return new ExactCurves(subject, additive, forest, encoded);
    } finally {
      if (!kept) await additive.release();
    }
  }

  /**
   * Every step of a number column between the ends of its grid.
   * @param model the runtime's answers to rows of the pool that the grid's positions are in
   * @returns null for words, columns that are read as whole numbers, and columns that the model does not keep apart
   */
  async steps(
    model: ComposedModel,
    column: number,
    { grid, gridRows }: Positions,
  ): Promise<ExactSteps | null> {
    const ladder = this.#ladderOf(column);
    const features = this.#featuresOf(column);
    const numbers = grid.filter(position => typeof position === 'number');
    if (ladder === null || features === null || numbers.length < 2) return null;
    const tried = await this.#moved(column, features, numbers);
    if (!(await this.#agrees(model, column, tried, gridRows))) return null;

    const [first, last] = [numbers[0]!, numbers.at(-1)!];
    const own = this.#subject.table.columns[column]! as Extract<Column, { kind: 'number' }>;
    const inside = [...new Set([...numbers, ...own.values].map(value => ladder.nearest(value)))]
      .filter(value => value >= ladder.nearest(first) && value <= ladder.nearest(last))
      .sort((a, b) => a - b);
    const kinds = async (values: readonly number[]): Promise<string[]> => {
      const { bins } = await this.#moved(column, features, values);
      return values.map((_, i) => features.map(feature => bins[feature]![i]!).join(' '));
    };
    const edges = [first, ...(await boundaries(inside, kinds, ladder)), last];
    // A step holds up to its upper edge, which stands for it.
    const all = await this.#moved(column, features, edges.slice(1));
    const mean = new Float64Array(all.count);
    const n = this.#subject.table.rows;
    this.#draw(all, (_, curve) => curve.forEach((value, step) => (mean[step]! += value / n)));
    const { shown, starts, merged } = mergedSteps(edges, mean, mostSteps);
    const bins = all.bins.map(line => (line === null ? null : Uint16Array.from(shown, step => line[step]!)));
    const curves = new Float64Array(shown.length * n);
    this.#draw({ count: shown.length, bins }, (row, curve) =>
      curve.forEach((value, step) => (curves[step * n + row] = value)),
    );
    return { edges: [...Array.from(starts, start => edges[start]!), last], curves, merged };
  }

  async release(): Promise<void> {
    await this.#additive.release();
  }

  /** The explained number of every row at every step. */
  #draw(
    steps: Steps,
    visit: (row: number, curve: Float64Array) => void,
    rows = this.#subject.table.rows,
  ): void {
    const { plan } = this.#additive;
    const { outputs } = this.#forest;
    const bins = this.#bins;
    const total = this.#subject.table.rows;
    const part =
      rows === total
        ? bins
        : Uint16Array.from(
            { length: rows * this.#forest.features },
            (_, at) => bins[Math.floor(at / rows) * total + (at % rows)]!,
          );
    stepMargins(this.#forest, part, rows, steps, (row, margins) => {
      const scores = applyLink(plan.link, margins, outputs);
      visit(row, this.#subject.explained.of({ rows: steps.count, width: outputs, scores, labels: null }));
    });
  }

  /** Holds the trees' answers at the grid against the runtime's. */
  async #agrees(model: ComposedModel, column: number, tried: Steps, gridRows: Int32Array): Promise<boolean> {
    const rows = Int32Array.from({ length: Math.min(triedRows, this.#subject.table.rows) }, (_, i) => i);
    const n = rows.length;
    const sources = Array.from(gridRows, row => Int32Array.of(row));
    const answers = await individualCurves(model, rows, [column], sources, neverAborted);
    let [largest, difference] = [1, 0];
    this.#draw(
      tried,
      (row, curve) =>
        curve.forEach((value, k) => {
          const theirs = answers[k * n + row]!;
          largest = Math.max(largest, Math.abs(theirs));
          difference = Math.max(difference, Math.abs(value - theirs));
        }),
      n,
    );
    if (!(difference <= rounding * largest)) return false;
    this.maxDifference = Math.max(this.maxDifference ?? 0, difference);
    return true;
  }

  /** What the trees read of a column at each value, as bins; the other columns are those of the first row. */
  async #moved(column: number, features: readonly number[], values: readonly number[]): Promise<Steps> {
    const { table, scorer } = this.#subject;
    const rows = values.length;
    const moved: Table = {
      rows,
      columns: table.columns.map((own, at): Column => {
        if (at === column) return { kind: 'number', name: own.name, values: Float64Array.from(values) };
        return own.kind === 'number'
          ? { ...own, values: new Float64Array(rows).fill(own.values[0]!) }
          : { ...own, codes: new Int32Array(rows).fill(own.codes[0]!) };
      }),
    };
    const encoded = await this.#additive.encoded(
      scorer.feeds.pool(moved, 'the steps of a curve'),
      neverAborted,
    );
    const all = binned(this.#forest, encoded.data, rows);
    const bins = Array.from({ length: this.#forest.features }, (_, feature) =>
      features.includes(feature) ? all.slice(feature * rows, (feature + 1) * rows) : null,
    );
    return { count: rows, bins };
  }

  /** The encoded columns of a column that is a player by itself. */
  #featuresOf(column: number): number[] | null {
    const { players, plan } = this.#additive;
    const player = players.findIndex(({ features }) => features.length === 1 && features[0] === column);
    if (player < 0) return null;
    return Array.from(plan.playerOf.keys()).filter(feature => plan.playerOf[feature] === player);
  }

  /** The numbers that the model can be given in a column; null where they are no real ones. */
  #ladderOf(column: number): Ladder | null {
    const { plan, table } = this.#subject;
    const types = new Set(
      plan.inputs.filter(({ columns }) => columns.includes(column)).map(({ type }) => type),
    );
    if (table.columns[column]!.kind !== 'number' || types.size !== 1) return null;
    if (types.has('float32')) return singles;
    return types.has('float64') ? doubles : null;
  }
}
