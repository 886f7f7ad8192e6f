import { HttpError } from '../http/httpError.ts';
import type { Log } from '../observe/log.ts';
import {
  modelsOf,
  type BatchSettings,
  type SampleSettings,
  type ServedModel,
  type Serving,
} from '../serving.ts';
import { Fleet, type Failures, type LoadVersion } from './fleet.ts';

/** What the server shall serve: serving.json, less the models that were unloaded by hand. */
export interface Wanted {
  readonly serving: Serving;
  readonly unloaded: readonly string[];
}

const oneTurn: BatchSettings = { rows: 1024, delay: 0 };

/** All models of one process. */
export class Registry {
  readonly #fleets = new Map<string, Fleet>();
  readonly #make: (model: string) => Fleet;
  #serving: Serving | null = null;

  /** @param busy whether a request is being worked on */
  constructor(load: LoadVersion, log: Log, busy: () => boolean) {
    this.#make = model => new Fleet(model, load, log, busy);
  }

  /** In the order of serving.json. */
  get fleets(): readonly Fleet[] {
    const names = this.#serving === null ? [] : modelsOf(this.#serving).map(({ model }) => model);
    return names.map(name => this.#fleets.get(name)!);
  }

  get ready(): boolean {
    const { fleets } = this;
    return fleets.length > 0 && fleets.every(fleet => fleet.ready || fleet.unloaded);
  }

  get batch(): BatchSettings {
    return this.#serving?.batch ?? oneTurn;
  }

  get samples(): SampleSettings | null {
    return this.#serving?.samples ?? null;
  }

  /** The model that contracts without a model name ask. @throws HttpError 503 */
  first(): Fleet {
    const { model } = this.#serving ?? { model: '' };
    const fleet = this.#fleets.get(model);
    if (fleet === undefined) throw new HttpError(503, 'No model is loaded on this server yet.');
    return fleet;
  }

  /** @throws HttpError 404 */
  find(model: string): Fleet {
    const fleet = this.#fleets.get(model);
    if (fleet !== undefined) return fleet;
    const names = this.fleets.map(({ model: name }) => name).join(', ');
    throw new HttpError(404, `There is no model ${model} here; this server serves ${names || 'none yet'}.`);
  }

  /** Loads what is not loaded yet. Nothing else changes. */
  async prepare(wanted: Wanted): Promise<Failures> {
    const failures: Record<string, string> = {};
    for (const model of modelsOf(wanted.serving)) {
      const fleet = this.#fleets.get(model.model) ?? this.#make(model.model);
      this.#fleets.set(model.model, fleet);
      if (!wanted.unloaded.includes(model.model)) Object.assign(failures, await fleet.prepare(model));
    }
    return failures;
  }

  /** Makes what was prepared so. */
  commit({ serving, unloaded }: Wanted, failures: Failures): void {
    const before = this.fleets;
    this.#serving = serving;
    const models = modelsOf(serving);
    for (const model of models)
      this.#fleets.get(model.model)!.commit(model, failures, unloaded.includes(model.model));
    for (const fleet of before) {
      if (models.some(({ model }) => model === fleet.model)) continue;
      this.#fleets.delete(fleet.model);
      const nothing: ServedModel = { model: fleet.model, versions: [] };
      fleet.commit(nothing, {}, false);
    }
  }
}
