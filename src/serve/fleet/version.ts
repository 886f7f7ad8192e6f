import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-node';
import { batchKey, joinRows, rowsOf, takeRows } from './batch.ts';
import { HttpError } from '../http/httpError.ts';
import type { Metrics } from '../observe/metrics.ts';
import { signatureOf, type Signature, type Tensor, type TensorSpec } from '../contracts/request.ts';
import { emptyData, type TensorData } from '../contracts/tensors.ts';

/** Rows one call of the runtime takes at most when requests are joined. */
const maxRows = 1024;

interface Waiting {
  readonly inputs: readonly Tensor[];
  /** Time (performance.now) after which nobody waits for the answer. */
  readonly until: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One loaded version. Requests that arrive in one turn of the event loop are joined into one call of the
 * runtime where the model allows it: it answers many small requests nearly as fast as it answers one.
 */
export class Version {
  readonly digest: string;
  readonly name: string | null;
  readonly signature: Signature;
  readonly #session: InferenceSession;
  readonly #tensor: TensorConstructor;
  readonly #metrics: Metrics;
  #joins = false;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #idle: (() => void) | null = null;

  constructor(
    digest: string,
    name: string | null,
    session: InferenceSession,
    tensor: TensorConstructor,
    metrics: Metrics,
  ) {
    this.digest = digest;
    this.name = name;
    this.#session = session;
    this.#tensor = tensor;
    this.#metrics = metrics;
    this.signature = signatureOf(session.inputMetadata.map(specOf), session.outputMetadata.map(specOf));
  }

  /** True when requests are joined into one run. */
  get joins(): boolean {
    return this.#joins;
  }

  /**
   * Runs made-up rows, so that the first request finds a warm session, and finds out whether rows may be
   * joined: only if every tensor has a free first dimension, and two rows together give what each gives alone.
   */
  async warm(): Promise<void> {
    const { inputs, outputs } = this.signature;
    const first = inputs.map(spec => madeUp(spec, 0));
    try {
      const alone = [await this.#run(first)];
      if (![...inputs, ...outputs].every(hasFreeRows)) return;
      const second = inputs.map(spec => madeUp(spec, 1));
      alone.push(await this.#run(second));
      const together = await this.#run(joinRows([first, second]));
      this.#joins = together.every(
        (output, index) =>
          output.shape[0] === 2 &&
          [0, 1].every(row => sameValues(takeRows(output, row, 1).data, alone[row]![index]!.data)),
      );
    } catch {
      // A model may refuse made-up values: it is then served one request at a time.
      this.#joins = false;
    }
  }

  /**
   * @param until time (performance.now) by which the run must have begun
   * @returns the outputs in the order of the signature
   */
  infer(inputs: readonly Tensor[], until: number): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      this.#inFlight++;
      this.#waiting.push({ inputs, until, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#flush());
    });
  }

  /** Releases the runtime's memory when the last request was answered. */
  async unload(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>(resolve => (this.#idle = resolve));
    await this.#session.release();
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const now = performance.now();
    const late = waiting.filter(request => request.until < now);
    for (const request of late) {
      request.reject(new HttpError(503, 'The server is too busy to answer in time.', { 'retry-after': '1' }));
      this.#settled();
    }
    for (const group of this.#groups(waiting.filter(request => request.until >= now)))
      await this.#answer(group);
  }

  #groups(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
    if (!this.#joins) return waiting.map(request => [request]);
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
      const outputs = await this.#run(joinRows(group.map(request => request.inputs)));
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

  async #run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const feeds: Record<string, OrtTensor> = {};
    for (const [index, spec] of this.signature.inputs.entries()) {
      const { type, shape, data } = inputs[index]!;
      feeds[spec.name] = new this.#tensor(type as 'float32', data as Float32Array, shape);
    }
    this.#metrics.ran(this.digest);
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

function sameValues(a: TensorData, b: TensorData): boolean {
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
