import { HttpError } from '../http/httpError.ts';
import type { Log } from '../observe/log.ts';
import type { ServedModel, ServedVersion } from '../serving.ts';
import { Router } from './router.ts';
import { Shadows, type ShadowCopy } from './shadow.ts';
import { stickTo } from './sticky.ts';
import type { Version } from './version.ts';

export type LoadVersion = (model: string, version: ServedVersion) => Promise<Version>;

/** Why versions could not be loaded, by digest. */
export type Failures = Readonly<Record<string, string>>;

export type VersionState = 'READY' | 'LOADING' | 'UNAVAILABLE';

/**
 * The loaded versions of one model and how requests are shared out among them. They are made what
 * serving.json wants in two acts: `prepare` loads and warms new versions in the dark, `commit` changes the
 * shares at once and unloads what is no longer wanted after its last answer. A version that cannot be loaded
 * changes nothing.
 */
export class Fleet {
  readonly model: string;
  readonly #load: LoadVersion;
  readonly #log: Log;
  readonly #shadows: Shadows;
  readonly #versions = new Map<string, Version>();
  readonly #prepared = new Map<string, Version>();
  #wanted: ServedModel;
  #failures: Failures = {};
  #router = new Router<Version>([]);
  #applied = false;
  #unloaded = false;

  constructor(model: string, load: LoadVersion, log: Log, busy: () => boolean) {
    this.model = model;
    this.#load = load;
    this.#log = log;
    this.#wanted = { model, versions: [] };
    this.#shadows = new Shadows(busy);
  }

  /** True when every version that shall have requests is loaded. */
  get ready(): boolean {
    return this.#applied && this.#router.first() !== null;
  }

  /** Taken out of service until it is loaded again. */
  get unloaded(): boolean {
    return this.#unloaded;
  }

  get versions(): readonly Version[] {
    return [...this.#versions.values()];
  }

  get shares(): readonly { readonly version: Version; readonly weight: number }[] {
    return this.#router.shares();
  }

  /** Every version that shall be here. */
  get states(): readonly {
    readonly version: ServedVersion;
    readonly state: VersionState;
    readonly reason: string;
  }[] {
    return this.#wanted.versions.map(version => {
      if (this.#versions.has(version.digest)) return { version, state: 'READY', reason: '' };
      const failure = this.#unloaded ? 'unloaded' : this.#failures[version.digest];
      return failure === undefined
        ? { version, state: 'LOADING', reason: '' }
        : { version, state: 'UNAVAILABLE', reason: failure };
    });
  }

  /**
   * The version a request without one goes to.
   * @param key of a request that shall always go to the same version
   * @throws HttpError 503, or 404 while the model is unloaded
   */
  next(key: string | null): Version {
    const version = key === null ? this.#router.next() : stickTo(key, this.#router.shares());
    if (version === null) throw this.#unloaded ? this.#gone() : notLive('live');
    return version;
  }

  /** The version most requests go to. @throws as `next` */
  first(): Version {
    const version = this.#router.first() ?? this.versions[0];
    if (version === undefined) throw this.#unloaded ? this.#gone() : notLive('loaded');
    return version;
  }

  /** By digest or by name. @throws HttpError 404, or 503 when it should be there but could not be loaded */
  find(asked: string): Version {
    const found =
      this.#versions.get(asked) ?? this.versions.find(({ name }) => name !== null && name === asked);
    if (found !== undefined) return found;
    if (this.#unloaded) throw this.#gone();
    const wanted = this.states.find(({ version: { digest, name } }) => digest === asked || name === asked);
    if (wanted?.state === 'UNAVAILABLE')
      throw new HttpError(503, `Version ${asked} could not be loaded: ${wanted.reason}`);
    if (wanted !== undefined) throw new HttpError(503, `Version ${asked} is being loaded.`);
    throw new HttpError(404, `There is no version ${asked} of ${this.model} here.`);
  }

  /** Whether answers of this model are copied anywhere. */
  get hasShadows(): boolean {
    return this.#shadows.any;
  }

  /** Gives the shadows their share of an answered request. */
  copy(copy: ShadowCopy): void {
    this.#shadows.copy(copy);
  }

  /** Loads what is not loaded yet. Nothing else changes. */
  async prepare(wanted: ServedModel): Promise<Failures> {
    this.#wanted = wanted;
    this.#failures = {};
    const failures: Record<string, string> = {};
    for (const version of wanted.versions) {
      const { digest } = version;
      if (this.#versions.has(digest) || this.#prepared.has(digest)) continue;
      try {
        this.#prepared.set(digest, await this.#load(this.model, version));
        this.#log(`loaded ${said(version)}`, { model: this.model });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failures[digest] = why;
        this.#log(`could not load ${said(version)}: ${why}`, { model: this.model });
      }
    }
    return failures;
  }

  /**
   * Makes what was prepared so.
   * @param wanted what shall be served; its versions are those of the last `prepare`
   * @param failures versions that this or another process of the server could not load
   * @param unloaded whether the model is to be out of service
   */
  commit(wanted: ServedModel, failures: Failures, unloaded: boolean): void {
    this.#wanted = wanted;
    this.#failures = failures;
    this.#unloaded = unloaded;
    for (const [digest, version] of this.#prepared) this.#versions.set(digest, version);
    this.#prepared.clear();
    const here = unloaded ? [] : wanted.versions.filter(({ digest }) => failures[digest] === undefined);
    const live = unloaded ? [] : wanted.versions.filter(({ weight }) => weight > 0);
    const lacking = live.filter(({ digest }) => failures[digest] !== undefined);
    if (lacking.length > 0) {
      this.#log(`requests stay where they are: ${lacking.map(said).join(', ')} could not be loaded`);
      return;
    }
    this.#router = new Router(
      live.map(({ digest, weight }) => ({ version: this.#versions.get(digest)!, weight })),
    );
    this.#shadows.set(
      here.map(({ digest, shadow = 0 }) => ({ version: this.#versions.get(digest)!, share: shadow })),
    );
    this.#applied = true;
    const shares = live.map(version => `${said(version)} (${version.weight})`).join(', ') || 'nothing';
    this.#log(`serving ${shares}`, { model: this.model });
    const kept = new Set(here.map(({ digest }) => digest));
    for (const [digest, version] of this.#versions) {
      if (kept.has(digest)) continue;
      this.#versions.delete(digest);
      void this.#unload(version);
    }
  }

  async #unload(version: Version): Promise<void> {
    await version.unload();
    this.#log(`unloaded ${said(version)}`, { model: this.model });
  }

  #gone(): HttpError {
    return new HttpError(
      404,
      `The model ${this.model} is unloaded. POST /v2/repository/models/${this.model}/load brings it back.`,
    );
  }
}

function notLive(what: string): HttpError {
  return new HttpError(503, `No version is ${what} on this server yet.`, { 'retry-after': '1' });
}

function said({ name, digest }: { readonly name: string | null; readonly digest: string }): string {
  return name === null ? digest.slice(0, 12) : `${name} (${digest.slice(0, 12)})`;
}
