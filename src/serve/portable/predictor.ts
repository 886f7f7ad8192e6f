import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OrtTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import type { Golden } from '../../protocol/engine.ts';
import { signatureOf, type Signature, type Tensor, type TensorSpec } from '../contracts/request.ts';
import { recordsTable, tableInputs } from '../contracts/table.ts';
import { writePredictions } from '../contracts/tableAnswer.ts';

/** ONNX Runtime, in Node or in a browser. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

/** What is known of a model that is carried somewhere. */
export interface Card {
  readonly schema: 'slipway/portable@1';
  readonly model: string;
  readonly version: string | null;
  /** SHA-256 of the version: of the file before outputs that are no tensors were made tensors. */
  readonly digest: string;
  /** Feature names in the model's metadata. */
  readonly features: readonly string[] | null;
  /** Inputs with the answers of the local runtime where it was made. */
  readonly golden: Golden;
}

export interface Checked {
  readonly passed: boolean;
  /** What was compared and came out how, in a sentence. */
  readonly sentence: string;
}

export type Row = Readonly<Record<string, unknown>>;

/** A model with the server's own reading of rows and writing of predictions, without a server. */
export class Predictor {
  readonly card: Card;
  readonly signature: Signature;
  readonly #session: InferenceSession;
  readonly #tensor: TensorConstructor;

  private constructor(runtime: Runtime, session: InferenceSession, card: Card) {
    this.card = card;
    this.#session = session;
    this.#tensor = runtime.Tensor;
    this.signature = signatureOf(session.inputMetadata.map(specOf), session.outputMetadata.map(specOf));
  }

  static async open(runtime: Runtime, model: Uint8Array, card: Card): Promise<Predictor> {
    return new Predictor(runtime, await runtime.InferenceSession.create(model), card);
  }

  /**
   * @param rows objects by column
   * @returns an object by output for each row
   * @throws Error that says which column or value is wrong
   */
  async predict(rows: readonly Row[]): Promise<readonly Row[]> {
    const inputs = tableInputs(recordsTable('rows', rows), this.signature, this.card.features);
    const feeds: Record<string, OrtTensor> = {};
    for (const [place, { name }] of this.signature.inputs.entries()) {
      const { type, data, shape } = inputs[place]!;
      feeds[name] = new this.#tensor(type as 'float32', data as Float32Array, shape);
    }
    const results = await this.#session.run(feeds);
    const outputs = this.signature.outputs.map(({ name }): Tensor => {
      const { type, dims, data } = results[name] as OrtTensor & { readonly data: Float32Array };
      return { type, shape: dims, data };
    });
    const text = writePredictions('records', this.signature, outputs);
    return (JSON.parse(text) as { readonly predictions: readonly Row[] }).predictions;
  }

  /** Asks for the golden rows: labels must be equal, numbers up to what two builds of the runtime differ by. */
  async check(): Promise<Checked> {
    const { inputs, outputs, rows } = this.card.golden;
    const asked = Array.from({ length: rows }, (_, row) => goldenRow(inputs, rows, row));
    const found = await this.predict(asked);
    let largest = 0;
    for (let row = 0; row < rows; row++)
      for (const [name, wanted] of Object.entries(goldenRow(outputs, rows, row))) {
        const [a, b] = [flat(wanted), flat(found[row]?.[name])];
        if (a.length !== b.length) return failed(row, name, wanted, found[row]?.[name]);
        for (const [place, value] of a.entries()) {
          const other = b[place];
          if (value === other) continue;
          if (typeof value !== 'number' || typeof other !== 'number') return failed(row, name, value, other);
          const difference = Math.abs(value - other) / Math.max(1, Math.abs(value));
          largest = Math.max(largest, difference);
          if (!(difference <= 1e-5)) return failed(row, name, value, other);
        }
      }
    return {
      passed: true,
      sentence: `${rows} rows are answered as where the bundle was made; the largest relative difference is ${largest.toExponential(1)}.`,
    };
  }
}

function failed(row: number, name: string, wanted: unknown, found: unknown): Checked {
  return {
    passed: false,
    sentence: `Row ${row}: \`${name}\` is ${JSON.stringify(found)}, and ${JSON.stringify(wanted)} where the bundle was made.`,
  };
}

/** A row of golden tensors by name: a value, or an array when it has more than one. */
function goldenRow(tensors: Golden['inputs'] | Golden['outputs'], rows: number, row: number): Row {
  return Object.fromEntries(
    tensors.map(({ name, data }) => {
      const width = data.length / rows;
      const values = data.slice(row * width, (row + 1) * width);
      return [name, width === 1 ? values[0] : values];
    }),
  );
}

function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) throw new Error(`\`${metadata.name}\` is not a tensor.`);
  // The browser's build says a free dimension's -1 as the unsigned number of the same bits.
  const shape = metadata.shape.map(size => (size === 2 ** 32 - 1 ? -1 : size));
  return { name: metadata.name, type: metadata.type, shape };
}
