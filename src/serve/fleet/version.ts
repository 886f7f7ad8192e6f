import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-node';
import { signatureOf, type Signature, type Tensor, type TensorSpec } from '../contracts/request.ts';
import { emptyData, type TensorData } from '../contracts/tensors.ts';
import type { Explainer, Explanation } from '../explain/explainer.ts';
import { HttpError } from '../http/httpError.ts';
import type { VersionCounts } from '../observe/counts.ts';
import type { BatchSettings } from '../serving.ts';
import { joinRows, Rows } from './batch.ts';
import { Batcher, type Waiting } from './batcher.ts';

export interface VersionOptions {
  readonly digest: string;
  readonly name: string | null;
  /** Feature names in the model's metadata, for matrices without names of their own. */
  readonly features: readonly string[] | null;
  readonly session: InferenceSession;
  readonly tensor: TensorConstructor;
  readonly counts: VersionCounts;
  readonly batch: () => BatchSettings;
}

/** One loaded version of a model. */
export class Version {
  readonly digest: string;
  readonly name: string | null;
  readonly signature: Signature;
  readonly features: readonly string[] | null;
  readonly counts: VersionCounts;
  readonly #session: InferenceSession;
  readonly #tensor: TensorConstructor;
  readonly #batcher: Batcher;
  #explainer: Explainer | string = 'The version is being loaded.';

  constructor({ digest, name, features, session, tensor, counts, batch }: VersionOptions) {
    this.features = features;
    this.digest = digest;
    this.name = name;
    this.counts = counts;
    this.#session = session;
    this.#tensor = tensor;
    this.#batcher = new Batcher({ run: inputs => this.#counted(inputs), settings: batch, counts });
    this.signature = signatureOf(session.inputMetadata.map(specOf), session.outputMetadata.map(specOf));
  }

  /** True when requests are joined into one run. */
  get joins(): boolean {
    return this.#batcher.joins;
  }

  /**
   * Runs made-up rows, so that the first request finds a warm session, and finds out whether rows may be
   * joined: only if every tensor has a free first dimension, and two rows together give what each gives alone.
   * @param explainer opens what explains its answers, or says why nothing does; not kept, since it may hold the
   *   decoded model
   */
  async warm(explainer: (signature: Signature) => Promise<Explainer | string>): Promise<void> {
    this.#explainer = await explainer(this.signature);
    await this.#warmRuns();
  }

  async #warmRuns(): Promise<void> {
    const { inputs, outputs } = this.signature;
    const first = inputs.map(spec => madeUp(spec, 0));
    try {
      const alone = [await this.#run(first)];
      if (![...inputs, ...outputs].every(hasFreeRows)) return;
      const second = inputs.map(spec => madeUp(spec, 1));
      alone.push(await this.#run(second));
      const together = await this.#run(joinRows([first, second]));
      const rows = new Rows(together);
      this.#batcher.joins =
        together.every(({ shape }) => shape[0] === 2) &&
        alone.every((outputs, row) =>
          rows.take(row, 1).every(({ data }, place) => sameValues(data, outputs[place]!.data)),
        );
    } catch {
      // A model may refuse made-up values: it is then served one request at a time.
      this.#batcher.joins = false;
    }
  }

  /** Runs a request with others. */
  ask(request: Waiting): void {
    this.#batcher.ask(request);
  }

  /** @returns the outputs in the order of the signature */
  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    return new Promise((answered, failed) =>
      this.ask({ inputs, since: performance.now(), until: Infinity, answered, failed }),
    );
  }

  /**
   * @param asked true, or the class to explain
   * @throws HttpError 400 with the reason when it cannot
   */
  async explain(inputs: readonly Tensor[], asked: true | string): Promise<Explanation> {
    if (typeof this.#explainer === 'string')
      throw new HttpError(400, `This version's answers are not explained: ${this.#explainer}`);
    const explanation = await this.#explainer.explain(inputs, asked);
    this.counts.explained++;
    return explanation;
  }

  /** Releases the runtime's memory when the last request was answered. */
  async unload(): Promise<void> {
    await this.#batcher.idle();
    await this.#session.release();
    if (typeof this.#explainer !== 'string') await this.#explainer.release();
  }

  async #counted(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const began = performance.now();
    const outputs = await this.#run(inputs);
    this.counts.runs++;
    this.counts.compute += (performance.now() - began) / 1000;
    return outputs;
  }

  async #run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const feeds: Record<string, OrtTensor> = {};
    for (const [index, spec] of this.signature.inputs.entries()) {
      const { type, shape, data } = inputs[index]!;
      feeds[spec.name] = new this.#tensor(type as 'float32', data as Float32Array, shape);
    }
    const results = await this.#session.run(feeds);
    return this.signature.outputs.map(({ name }) => {
      const tensor = results[name]!;
      return { type: tensor.type, shape: tensor.dims, data: tensor.data };
    });
  }
}

function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  // Non-tensor outputs were edited away before the session was made; a non-tensor input cannot be fed.
  if (!metadata.isTensor)
    throw new HttpError(400, `\`${metadata.name}\` is not a tensor, which this server cannot serve.`);
  return { name: metadata.name, type: metadata.type, shape: metadata.shape };
}

function hasFreeRows({ shape }: TensorSpec): boolean {
  const rows = shape[0];
  return typeof rows === 'string' || (rows !== undefined && rows < 0);
}

/** One row of `value`s (or of words), free dimensions at 1. */
function madeUp({ type, shape }: TensorSpec, value: number): Tensor {
  const sizes = shape.map(size => (typeof size === 'number' && size >= 0 ? size : 1));
  const data = emptyData(
    type,
    sizes.reduce((product, size) => product * size, 1),
  );
  if (Array.isArray(data)) data.fill(value === 0 ? '' : 'a');
  else if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(value));
  // 0x3c00 are the bits of 1 as a half.
  else data.fill(type === 'float16' && value === 1 ? 0x3c00 : value);
  return { type, shape: sizes, data };
}

/** Equal up to what two ways of summing may differ by. */
export function sameValues(a: TensorData, b: TensorData): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y) continue;
    if (typeof x !== 'number' || typeof y !== 'number') return false;
    if (Number.isNaN(x) && Number.isNaN(y)) continue;
    if (!(Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(x)))) return false;
  }
  return true;
}
