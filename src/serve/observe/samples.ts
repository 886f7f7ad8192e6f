import type { Tensor, TensorSpec } from '../contracts/request.ts';
import { writeData } from '../contracts/tensors.ts';
import type { Version } from '../fleet/version.ts';
import type { SampleSettings } from '../serving.ts';
import type { Counter } from './counts.ts';
import type { SampleFiles } from './sampleFiles.ts';

/** Rows of one request that are written down at most. */
const rowsOfRequest = 1000;

/**
 * A share of the answered requests, written down for monitoring: one JSON object a row, with the model's own
 * columns, its outputs, and `slipway_time`, `slipway_model`, `slipway_version`, `slipway_request`. Nothing is
 * written unless serving.json asks for it, and nothing of what it redacts.
 */
export class Samples {
  readonly #settings: () => SampleSettings | null;
  readonly #files: SampleFiles;
  readonly #counter: Counter;
  #credit = 0;

  constructor(settings: () => SampleSettings | null, files: SampleFiles, counter: Counter) {
    this.#settings = settings;
    this.#files = files;
    this.#counter = counter;
  }

  /** Takes its share. Never waits, never throws. */
  offer(
    model: string,
    version: Version,
    id: string | null,
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
  ): void {
    const settings = this.#settings();
    if (settings === null) return;
    this.#credit += settings.share;
    if (this.#credit < 1 - 1e-9) return;
    this.#credit -= 1;
    const head = {
      slipway_time: new Date().toISOString(),
      slipway_model: model,
      slipway_version: version.digest,
      slipway_request: id,
    };
    const hidden = new Set(settings.redact);
    const { signature, features } = version;
    const columns = [
      ...signature.inputs.flatMap((spec, place) => columnsOf(spec, inputs[place]!, features, hidden)),
      ...signature.outputs.flatMap((spec, place) => columnsOf(spec, outputs[place]!, null, hidden)),
    ];
    const rows = Math.min(rowsOfRequest, inputs[0]?.shape[0] ?? 1);
    const lines = Array.from({ length: rows }, (_, row) =>
      JSON.stringify({
        ...head,
        ...Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])),
      }),
    );
    if (!this.#files.write(`${lines.join('\n')}\n`, settings)) this.#counter.samplesLost++;
  }

  async close(): Promise<void> {
    await this.#files.close();
  }
}

/** A tensor as columns: of a value each, of a matrix's named features, or of arrays. */
function columnsOf(
  { name }: TensorSpec,
  { type, shape, data }: Tensor,
  features: readonly string[] | null,
  hidden: ReadonlySet<string>,
): readonly { readonly name: string; readonly values: readonly unknown[] }[] {
  if (hidden.has(name)) return [];
  const flat = JSON.parse(writeData(type, data)) as readonly unknown[];
  const rows = shape[0] ?? 1;
  const width = flat.length / Math.max(1, rows);
  if (width === 1) return [{ name, values: flat }];
  if (features?.length === width)
    return features
      .map((feature, column) => ({
        name: feature,
        values: Array.from({ length: rows }, (_, row) => flat[row * width + column]),
      }))
      .filter(({ name: feature }) => !hidden.has(feature));
  return [
    {
      name,
      values: Array.from({ length: rows }, (_, row) => flat.slice(row * width, (row + 1) * width)),
    },
  ];
}
