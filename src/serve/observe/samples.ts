import type { Tensor, TensorSpec } from '../contracts/request.ts';
import { jsonElements } from '../contracts/tensors.ts';
import type { Version } from '../fleet/version.ts';
import type { SampleSettings } from '../serving.ts';
import type { Counter } from './counts.ts';
import type { Log } from './log.ts';
import type { SampleFiles } from './sampleFiles.ts';

/** Rows of one request that are written down at most. */
const rowsOfRequest = 1000;

interface Redaction {
  readonly settings: SampleSettings;
  /** Names whose values are left out. */
  readonly hidden: ReadonlySet<string>;
  /** Whether some of them are no tensors of this version: they may be columns of a matrix without names. */
  readonly unsure: boolean;
}

/**
 * A share of the answered requests, written down for monitoring: one JSON object a row, with the model's own
 * columns, its outputs, and `slipway_time`, `slipway_model`, `slipway_version`, `slipway_request`. Nothing is
 * written unless serving.json asks for it, and nothing of what it redacts.
 */
export class Samples {
  readonly #settings: () => SampleSettings | null;
  readonly #files: SampleFiles;
  readonly #counter: Counter;
  readonly #log: Log;
  readonly #redactions = new WeakMap<Version, Redaction>();
  #credit = 0;

  constructor(settings: () => SampleSettings | null, files: SampleFiles, counter: Counter, log: Log) {
    this.#settings = settings;
    this.#files = files;
    this.#counter = counter;
    this.#log = log;
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
    const redaction = this.#redactionOf(model, version, settings);
    const { signature, features } = version;
    const columns = [
      ...signature.inputs.flatMap((spec, place) => columnsOf(spec, inputs[place]!, features, redaction)),
      ...signature.outputs.flatMap((spec, place) =>
        columnsOf(spec, outputs[place]!, null, { ...redaction, unsure: false }),
      ),
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

  #redactionOf(model: string, version: Version, settings: SampleSettings): Redaction {
    const known = this.#redactions.get(version);
    if (known?.settings === settings) return known;
    const { signature, features, name, digest } = version;
    const tensors = new Set([...signature.inputs, ...signature.outputs].map(spec => spec.name));
    const others = settings.redact.filter(one => !tensors.has(one));
    const unknown = others.filter(one => features?.includes(one) !== true);
    const redaction = { settings, hidden: new Set(settings.redact), unsure: others.length > 0 };
    this.#redactions.set(version, redaction);
    if (unknown.length > 0)
      this.#log(
        `samples of ${name ?? digest.slice(0, 12)}: \`redact\` names ${unknown.join(', ')}, which it has not; inputs without names of their columns are left out`,
        { model },
      );
    return redaction;
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
  { hidden, unsure }: Redaction,
): readonly SampledColumn[] {
  if (hidden.has(name)) return [];
  const flat = jsonElements(type, data);
  const rows = shape[0] ?? 1;
  const width = flat.length / Math.max(1, rows);
  if (width === 1) return [{ name: JSON.stringify(name), texts: flat }];
  const row = (at: number): readonly string[] => flat.slice(at * width, (at + 1) * width);
  if (features?.length !== width && unsure) return [];
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
