import { HttpError } from '../http/httpError.ts';
import { Router } from './router.ts';
import type { ServedVersion, Serving } from '../serving.ts';
import { stickTo } from './sticky.ts';
import type { Version } from './version.ts';

export type Load = (version: ServedVersion) => Promise<Version>;

/**
 * The loaded versions and how requests are shared out among them. `apply` makes them what serving.json
 * wants: new versions are loaded and warmed in the dark, then the shares change in one act, then what is no
 * longer wanted is unloaded after its last answer. A version that cannot be loaded changes nothing.
 */
export class Fleet {
  readonly #load: Load;
  readonly #log: (line: string) => void;
  readonly #versions = new Map<string, Version>();
  readonly #failures = new Map<string, string>();
  #wanted: Serving = { schema: 'slipway/serving@1', model: '', versions: [] };
  #router = new Router<Version>([]);
  #applied = false;
  #applying: Promise<void> = Promise.resolve();

  constructor(load: Load, log: (line: string) => void) {
    this.#load = load;
    this.#log = log;
  }

  get model(): string {
    return this.#wanted.model;
  }

  /** True when every version that shall have requests is loaded. */
  get ready(): boolean {
    return this.#applied && this.#router.first() !== null;
  }

  get versions(): readonly Version[] {
    return [...this.#versions.values()];
  }

  get shares(): readonly { readonly version: Version; readonly weight: number }[] {
    return this.#router.shares();
  }

  /** Why versions could not be loaded, by digest. */
  get failures(): ReadonlyMap<string, string> {
    return this.#failures;
  }

  /** Applications follow each other; each resolves when it is done. */
  apply(serving: Serving): Promise<void> {
    this.#applying = this.#applying.then(() => this.#apply(serving));
    return this.#applying;
  }

  /**
   * The version a request without one goes to.
   * @param key of a request that shall always go to the same version
   * @throws HttpError 503
   */
  next(key: string | null): Version {
    const version = key === null ? this.#router.next() : stickTo(key, this.#router.shares());
    if (version === null) throw new HttpError(503, 'No version is live on this server yet.');
    return version;
  }

  /** The version most requests go to. @throws HttpError 503 */
  first(): Version {
    const version = this.#router.first() ?? this.versions[0];
    if (version === undefined) throw new HttpError(503, 'No version is loaded on this server yet.');
    return version;
  }

  /** By digest or by name. @throws HttpError 404, or 503 when it should be there but could not be loaded */
  find(asked: string): Version {
    const found =
      this.#versions.get(asked) ?? this.versions.find(({ name }) => name !== null && name === asked);
    if (found !== undefined) return found;
    const wanted = this.#wanted.versions.find(({ digest, name }) => digest === asked || name === asked);
    const failure = wanted && this.#failures.get(wanted.digest);
    if (failure !== undefined) throw new HttpError(503, `Version ${asked} could not be loaded: ${failure}`);
    if (wanted !== undefined) throw new HttpError(503, `Version ${asked} is being loaded.`);
    throw new HttpError(404, `There is no version ${asked} of ${this.model} here.`);
  }

  async #apply(serving: Serving): Promise<void> {
    if (this.#applied && JSON.stringify(serving) === JSON.stringify(this.#wanted)) return;
    this.#wanted = serving;
    this.#failures.clear();
    for (const version of serving.versions) {
      if (this.#versions.has(version.digest)) continue;
      try {
        this.#versions.set(version.digest, await this.#load(version));
        this.#log(`loaded ${said(version)}`);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#failures.set(version.digest, why);
        this.#log(`could not load ${said(version)}: ${why}`);
      }
    }
    const live = serving.versions.filter(({ weight }) => weight > 0);
    const lacking = live.filter(({ digest }) => !this.#versions.has(digest));
    if (lacking.length > 0) {
      this.#log(`requests stay where they are: ${lacking.map(said).join(', ')} could not be loaded`);
      return;
    }
    this.#router = new Router(
      live.map(({ digest, weight }) => ({ version: this.#versions.get(digest)!, weight })),
    );
    this.#applied = true;
    this.#log(
      `serving ${live.map(version => `${said(version)} (${version.weight})`).join(', ') || 'nothing'}`,
    );
    const wanted = new Set(serving.versions.map(({ digest }) => digest));
    for (const [digest, version] of this.#versions) {
      if (wanted.has(digest)) continue;
      this.#versions.delete(digest);
      await version.unload();
      this.#log(`unloaded ${said(version)}`);
    }
  }
}

function said({ name, digest }: { readonly name: string | null; readonly digest: string }): string {
  return name === null ? digest.slice(0, 12) : `${name} (${digest.slice(0, 12)})`;
}
