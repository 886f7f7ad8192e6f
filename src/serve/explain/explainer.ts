import { readFile } from 'node:fs/promises';
import type { LinearShap } from '../../core/explain/linear/shap.ts';
import type { TreeShap } from '../../core/explain/tree/shap.ts';
import { BadInput } from '../../core/failure.ts';
import type { Signal } from '../../core/signal.ts';
import { AdditiveModel } from '../../engine/explain/additiveModel.ts';
import { forSingleRows, type LoadedModel } from '../../engine/model/load.ts';
import { Scorer } from '../../engine/predict/scorer.ts';
import { readInferRequest, type Signature, type Tensor } from '../contracts/request.ts';
import { HttpError } from '../http/httpError.ts';
import { parseJson, record } from '../http/json.ts';
import { tensorPlan, tensorPool } from './tensorPool.ts';

/** Exact SHAP values of a request's rows. */
export interface Explanation {
  /** What gets an attribution: the raw columns. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** rows x columns, row-major, in the space of the margin (log-odds of a classifier). */
  readonly values: Float64Array;
  /** The background's mean margin: with a row's values it adds up to the row's margin. */
  readonly base: number;
  /** The class that is explained; null for a model of one value. */
  readonly explained: string | null;
}

/** Rows of one request: thousands would hold up the other requests for seconds. */
const mostRows = 1000;

const going: Signal = { aborted: false, throwIfAborted: () => undefined };
const none = new Uint8Array(0);

/**
 * Explains the answers of one version: a model of trees or of weighted columns, by exact interventional SHAP
 * values against a background that was deployed with it. The reading of the file is proven against the runtime
 * on the background before any request is explained.
 */
export class Explainer {
  readonly #additive: AdditiveModel;
  readonly #classes: readonly string[];
  readonly #background: Awaited<ReturnType<AdditiveModel['encoded']>>;
  readonly #shaps = new Map<number, TreeShap | LinearShap>();
  #working: Promise<unknown> = Promise.resolve();

  private constructor(
    additive: AdditiveModel,
    classes: readonly string[],
    background: Awaited<ReturnType<AdditiveModel['encoded']>>,
  ) {
    this.#additive = additive;
    this.#classes = classes;
    this.#background = background;
  }

  /**
   * @param file an infer request of the protocol, whose rows are the background
   * @throws BadInput when the model has no exact method, or the background does not fit
   */
  static async open(
    model: LoadedModel,
    signature: Signature,
    features: readonly string[] | null,
    file: string,
  ): Promise<Explainer> {
    const inputs = await readBackground(file, signature);
    const plan = tensorPlan(signature, inputs, features);
    const pool = tensorPool(inputs);
    const additive = await AdditiveModel.open(model, plan, forSingleRows);
    if ('refused' in additive) throw notExplained(additive.refused);
    try {
      const background = await additive.encoded(pool, going);
      const session = await model.session(forSingleRows);
      try {
        const scorer = await Scorer.create(session, model.facts.answer, plan, { labels: false });
        const { scores } = await scorer.pool(pool, going);
        const { refused } = additive.proven(background, scores);
        if (refused !== null) throw notExplained(refused);
      } finally {
        await session.release();
      }
      const wrong = await additive.traced(pool, plan.features.length, going);
      if (wrong !== null) throw notExplained(wrong.refused);
      const explainer = new Explainer(additive, model.facts.answer.classes.map(String), background);
      explainer.#shapOf(explainer.#defaultColumn());
      return explainer;
    } catch (error) {
      await additive.release();
      throw error;
    }
  }

  /**
   * @param asked true, or the class to explain
   * @throws HttpError 400 for a class the model does not have, and for too many rows
   */
  async explain(inputs: readonly Tensor[], asked: true | string): Promise<Explanation> {
    const rows = inputs[0]?.shape[0] ?? 0;
    if (rows > mostRows)
      throw new HttpError(
        400,
        `\`explain\` takes at most ${mostRows} rows a request, and this one has ${rows}. Send them in parts.`,
      );
    const column = this.#columnOf(asked);
    const shap = this.#shapOf(column);
    // The encoder's buffers are used again from call to call.
    const encoding = this.#working.then(() => this.#additive.encoded(tensorPool(inputs), going));
    this.#working = encoding.catch(() => undefined);
    const encoded = await encoding;
    const { values, baseValue } = shap.explain(encoded, null, going);
    const binary = this.#additive.plan.columns.length === 1 && this.#classes.length === 2;
    return {
      columns: this.#additive.players.map(({ name }) => name),
      rows: encoded.rows,
      values,
      base: baseValue,
      explained: this.#classes[binary ? 1 : column] ?? null,
    };
  }

  async release(): Promise<void> {
    await this.#working;
    await this.#additive.release();
  }

  #columnOf(asked: true | string): number {
    if (asked === true) return this.#defaultColumn();
    const index = this.#classes.indexOf(asked);
    const one = this.#additive.plan.columns.length === 1;
    if (index < 0 || (one && index !== 1))
      throw new HttpError(
        400,
        `\`explain\` must be true or one of the classes that the model scores: ${(one ? this.#classes.slice(1) : this.#classes).join(', ')}.`,
      );
    return one ? 0 : index;
  }

  /** The only column, or that of the second class of two; of more, the first. */
  #defaultColumn(): number {
    return this.#additive.plan.columns.length === 2 ? 1 : 0;
  }

  #shapOf(column: number): TreeShap | LinearShap {
    let shap = this.#shaps.get(column);
    if (shap === undefined) {
      shap = this.#additive.explainer('interventional', column, 'margin', this.#background);
      if ('prepare' in shap) shap.prepare(going);
      this.#shaps.set(column, shap);
    }
    return shap;
  }
}

function notExplained(reason: string): BadInput {
  return new BadInput('not-explained', reason);
}

async function readBackground(file: string, signature: Signature): Promise<readonly Tensor[]> {
  try {
    const json = record(parseJson(await readFile(file, 'utf8')), 'The background');
    return readInferRequest({ json, binary: none }, signature).inputs;
  } catch (error) {
    throw new BadInput('background', `The background ${file} cannot be used: ${(error as Error).message}`);
  }
}
