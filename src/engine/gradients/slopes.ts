import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { DifferentiableModel } from '../../core/explain/gradients/integrated.ts';
import { BadInput } from '../../core/failure.ts';
import type { Signal } from '../../core/signal.ts';
import type { Explained } from '../explain/explained.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, type LoadedModel } from '../model/load.ts';
import { runtime } from '../model/runtime.ts';
import { numbersOf } from '../predict/elements.ts';
import { requireReal } from '../predict/real.ts';

/** Points of one call of the runtime, as elements of the inputs. */
const callElements = 1 << 18;

/** The explained number of a model with its slopes along the raw columns, computed by the runtime. */
export class Slopes implements DifferentiableModel {
  readonly players: readonly string[];
  readonly #match: MatchPlan;
  readonly #explained: Explained;
  readonly #session: InferenceSession;
  readonly #output: string;
  readonly #gradients: readonly string[];
  readonly #sign: number;

  private constructor(
    match: MatchPlan,
    explained: Explained,
    session: InferenceSession,
    names: { readonly output: string; readonly gradients: readonly string[] },
    sign: number,
  ) {
    this.players = match.features.map(({ name }) => name);
    this.#match = match;
    this.#explained = explained;
    this.#session = session;
    this.#output = names.output;
    this.#gradients = names.gradients;
    this.#sign = sign;
  }

  /**
   * @param width columns of the model's score output
   * @throws BadInput `no-gradient` for a model or an input without one
   */
  static async open(
    model: LoadedModel,
    match: MatchPlan,
    explained: Explained,
    width: number,
  ): Promise<Slopes> {
    const { scoreOutput } = model.facts.answer;
    if (scoreOutput === null)
      throw new BadInput(
        'no-gradient',
        'The model gives labels only, and a label has no gradient. Choose the method `permutation`.',
      );
    requireReal(match, 'have no gradient here');
    const names = match.inputs.map(({ name }) => name);
    const { index, class: named } = explained.output;
    const column = width === 1 ? null : index;
    // One column stands for two classes: the first is its complement.
    const sign = width === 1 && named !== null && index === 0 ? -1 : 1;
    const { session, outputs } = await model.differentiated(scoreOutput, names, column, forBatches);
    return new Slopes(match, explained, session, { output: scoreOutput, gradients: outputs }, sign);
  }

  async evaluate(
    points: Float64Array,
    signal: Signal,
  ): Promise<{ readonly values: Float64Array; readonly gradients: Float64Array }> {
    const d = this.players.length;
    const n = points.length / d;
    const values = new Float64Array(n);
    const gradients = new Float64Array(n * d);
    const atOnce = Math.max(1, Math.floor(callElements / d));
    for (let from = 0; from < n; from += atOnce) {
      signal.throwIfAborted();
      const to = Math.min(n, from + atOnce);
      const part = gradients.subarray(from * d, to * d);
      values.set(await this.#call(points.subarray(from * d, to * d), part), from);
    }
    return { values, gradients };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** Adds the gradients at points, n x d, and returns the n numbers. */
  async #call(points: Float64Array, gradients: Float64Array): Promise<Float64Array> {
    const { Tensor } = await runtime();
    const d = this.players.length;
    const n = points.length / d;
    const feeds: Record<string, Tensor> = {};
    for (const { name, type, tail, columns } of this.#match.inputs) {
      const data = new (type === 'float64' ? Float64Array : Float32Array)(n * columns.length);
      for (let p = 0, at = 0; p < n; p++) for (const column of columns) data[at++] = points[p * d + column]!;
      feeds[name] = new Tensor(type as 'float32', data as Float32Array, [n, ...tail]);
    }
    const answers = await this.#session.run(feeds, [this.#output, ...this.#gradients]);
    const output = answers[this.#output]!;
    const scores = numbersOf(output.data, output.type);
    const width = scores.length / n;
    if (width > 1 && output.dims.at(-1) !== width)
      throw new BadInput(
        'no-gradient',
        `The model lays several values a row out one below the other in \`${this.#output}\`, where gradients cannot ` +
          'tell them apart. Choose the method `shapley`.',
      );
    const values = this.#explained.of({ rows: n, width, scores, labels: null });
    this.#match.inputs.forEach(({ columns }, i) => {
      const slopes = answers[this.#gradients[i]!]!.data as Float32Array | Float64Array;
      for (let p = 0, at = 0; p < n; p++)
        for (const column of columns) gradients[p * d + column]! += slopes[at++]! * this.#sign;
    });
    if (this.#explained.logOdds) toLogOdds(gradients, values);
    return values;
  }
}

/** d logit(p) = dp / (p (1 - p)) */
function toLogOdds(gradients: Float64Array, values: Float64Array): void {
  const d = gradients.length / values.length;
  values.forEach((logOdds, p) => {
    const probability = 1 / (1 + Math.exp(-logOdds));
    const slope = 1 / (probability * (1 - probability));
    for (let j = 0; j < d; j++) gradients[p * d + j]! *= slope;
  });
}
