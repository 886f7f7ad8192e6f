import type { Tensor, TensorSpec } from '../contracts/request.ts';
import { jsonElements } from '../contracts/tensors.ts';
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
    const head = JSON.stringify({
      slipway_time: new Date().toISOString(),
      slipway_model: model,
      slipway_version: version.digest,
      slipway_request: id,
    }).slice(0, -1);
    const hidden = new Set(settings.redact);
    const { signature, features } = version;
    const columns = [
      ...signature.inputs.flatMap((spec, place) => columnsOf(spec, inputs[place]!, features, hidden)),
      ...signature.outputs.flatMap((spec, place) => columnsOf(spec, outputs[place]!, null, hidden)),
    ];
    const rows = Math.min(rowsOfRequest, inputs[0]?.shape[0] ?? 1);
    const lines = Array.from(
      { length: rows },
      (_, row) =>
        `${head}${columns.map(({ name, texts }) => `,${name}:${texts[row] ?? 'null'}`).join('')}}\n`,
    );
    if (!this.#files.write(lines.join(''), settings)) this.#counter.samplesLost++;
  }

  async close(): Promise<void> {
    await this.#files.close();
  }
}

interface SampledColumn {
  /** As JSON. */
  readonly name: string;
  /** The JSON of each row's value. */
  readonly texts: readonly string[];
}

/** A tensor as columns: of a value each, of a matrix's named features, or of arrays. */
function columnsOf(
  { name }: TensorSpec,
  { type, shape, data }: Tensor,
  features: readonly string[] | null,
  hidden: ReadonlySet<string>,
): readonly SampledColumn[] {
  if (hidden.has(name)) return [];
  const flat = jsonElements(type, data);
  const rows = shape[0] ?? 1;
  const width = flat.length / Math.max(1, rows);
  if (width === 1) return [{ name: JSON.stringify(name), texts: flat }];
  const row = (at: number): readonly string[] => flat.slice(at * width, (at + 1) * width);
  if (features?.length !== width)
    return [
      {
        name: JSON.stringify(name),
        texts: Array.from({ length: rows }, (_, at) => `[${row(at).join(',')}]`),
      },
    ];
  return features
    .map((feature, column) => ({ feature, texts: Array.from({ length: rows }, (_, at) => row(at)[column]!) }))
    .filter(({ feature }) => !hidden.has(feature))
    .map(({ feature, texts }) => ({ name: JSON.stringify(feature), texts }));
}
