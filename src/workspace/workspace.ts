import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { unconstrained } from '../core/explain/counterfactual/constraints.ts';
import { BadInput } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import type { DataSource, ModelMeaning, Policy, SavedAnswers } from '../protocol/engine.ts';
import { createAtomic } from './atomic.ts';
import { configFileName, loadConfig, type LoadedConfig } from './config/load.ts';
import type { ReviewSettings } from './config/schema.ts';
import { Digests } from './digest.ts';
import { refOf } from './known.ts';
import { authorization, Mlflow } from './mlflow/client.ts';
import { savedWords } from './savedAnswers.ts';
import { secretOfEnvironment } from './secrets.ts';
import type { ConfigIssue, ModelEntry, ModelVersion, ResolvedModel, TargetEntry } from './types.ts';
import {
  digestOfSaved,
  fileVersionOfCommit,
  fileVersions,
  fileVersionWhere,
  type Place,
} from './versions/files.ts';
import { filesUnder, pathFrom } from './versions/glob.ts';
import { History } from './versions/history.ts';
import { RegisteredVersions } from './versions/registered.ts';
import { Repository } from './versions/repository.ts';
import { NoVersions, type VersionSource } from './versions/source.ts';

export interface VersionsOptions {
  /** The first of this many, newest first; default 100. */
  readonly limit?: number;
  /** How many to pass over first; default 0. */
  readonly offset?: number;
}

const noMeaning: ModelMeaning = { task: null, label: null, positive: null, threshold: null, unit: null };
const noPolicy: Policy = { metrics: {}, checks: {}, margins: {}, groups: [] };

/** A folder with models: what slipway.yaml says, or what is found when there is none. */
export class Workspace {
  readonly root: string;
  readonly #digests = new Digests();
  #config: LoadedConfig | null = null;
  #models: readonly ModelEntry[] = [];
  #repository: Promise<Repository | null> | null = null;
  readonly #sources = new Map<string, VersionSource>();

  readonly #trusted: () => boolean;
  readonly #secret: (name: string) => Promise<string>;

  private constructor(root: string, trusted: () => boolean, secret: (name: string) => Promise<string>) {
    this.root = root;
    this.#trusted = trusted;
    this.#secret = secret;
  }

  /**
   * A malformed slipway.yaml gives `issues`, never a throw.
   * @param root absolute folder
   * @param trusted false in a folder that is not: git runs programs that the folder's own configuration names,
   *   and registries are asked at addresses that it names. Each version is then a file. Asked again at each reload.
   * @param secret resolves a secret's name; by default from the environment variable of that name
   */
  static async open(
    root: string,
    trusted: () => boolean = () => true,
    secret: (name: string) => Promise<string> = secretOfEnvironment,
  ): Promise<Workspace> {
    const workspace = new Workspace(root, trusted, secret);
    await workspace.reload();
    return workspace;
  }

  /** Absolute path of slipway.yaml; null when there is none. */
  get configFile(): string | null {
    return this.#config === null ? null : join(this.root, configFileName);
  }

  get issues(): readonly ConfigIssue[] {
    return this.#config?.issues ?? [];
  }

  /** Reads slipway.yaml and the folder again and forgets what was known of versions. */
  async reload(): Promise<void> {
    this.#config = await loadConfig(this.root);
    this.#models = this.#config?.models ?? foundModels(this.root);
    this.#repository = null;
    this.#sources.clear();
  }

  models(): readonly ModelEntry[] {
    return this.#models;
  }

  targets(): readonly TargetEntry[] {
    return this.#config?.targets ?? [];
  }

  /** @throws BadInput `unknown-target`, and `target-settings` for one whose settings do not make a target */
  target(name: string): TargetEntry {
    const entry = this.targets().find(target => target.name === name);
    if (entry !== undefined) return entry;
    const mistakes = this.#config?.refused.get(name) ?? [];
    if (mistakes.length > 0)
      throw new BadInput(
        'target-settings',
        `The target \`${name}\` in slipway.yaml cannot be used until it is mended: ${mistakes.join(' ')}`,
      );
    const names = this.targets().map(target => target.name);
    throw new BadInput(
      'unknown-target',
      `There is no target \`${name}\` in slipway.yaml; it has ${names.join(', ') || 'none'}.${didYouMean(name, names)}`,
    );
  }

  /** Who may sign reviews, as this working copy says; null when it does not. */
  get review(): ReviewSettings | null {
    return this.#config?.review ?? null;
  }

  /**
   * Newest first. Digests are null where the bytes were not read yet (git history).
   * @throws BadInput `unknown-model`
   */
  async versions(model: string, options: VersionsOptions = {}): Promise<readonly ModelVersion[]> {
    const entry = this.#entry(model);
    const { offset = 0, limit = 100 } = options;
    const source = await this.#source(entry);
    if (source !== null) return await source.versions(offset, limit);
    return await fileVersions(entry, await this.#place(), offset, limit);
  }

  /**
   * @param ref `name` (its newest version), `name@version`, `name@` with the start of a digest or commit, or a
   *   path of an .onnx file (absolute, or relative to the root)
   * @throws BadInput when there is no such model or version, or when its bytes are not at hand
   */
  async resolve(ref: string): Promise<ResolvedModel> {
    const entry = this.#models.find(({ name }) => name === ref);
    if (entry !== undefined) {
      const [newest] = await this.versions(entry.name, { limit: 1 });
      if (newest === undefined)
        throw new BadInput(
          'no-versions',
          `The model \`${ref}\` has no versions: nothing is at \`${entry.path}\`. Check its path in ${configFileName}.`,
        );
      return await this.#resolved(entry, newest);
    }
    const owner = this.#models.find(({ name }) => ref.startsWith(`${name}@`));
    if (owner !== undefined) return await this.#resolveVersion(owner, ref.slice(owner.name.length + 1));
    const file = isAbsolute(ref) ? ref : resolve(this.root, ref);
    if (ref.endsWith('.onnx') || existsSync(file)) return await this.#resolveFile(file, ref);
    throw this.#unknown(ref);
  }

  /** Digest (SHA-256, hex) of any file, remembered until the file changes. */
  async fileDigest(file: string): Promise<string> {
    return await this.#digests.file(file);
  }

  /**
   * Columns of a data set as a version. @param entry whose label, policy and data hold
   * @throws BadInput when there is no such file
   */
  async saved(entry: ModelEntry, saved: SavedAnswers, { file, path }: DataSource): Promise<ResolvedModel> {
    const digest = digestOfSaved(await this.#digests.file(file), saved);
    const { size, mtime } = await stat(file);
    const version: ModelVersion = {
      model: entry.name,
      version: savedWords(saved),
      digest,
      path,
      ...{ commit: null, tags: [], author: null, date: mtime.toISOString(), size, modified: false },
      state: { kind: 'ready' },
    };
    // The subject of slipway.yaml goes by its name, whichever data holds its columns.
    const own = entry.saved === saved ? entry : { ...entry, saved, configured: false };
    const ref = refOf(own, version, digest, size);
    return { entry: { ...entry, saved }, version, ref, source: { file, ref } };
  }

  /** Writes slipway.yaml and reloads. @throws BadInput `exists` when there is one */
  async writeConfig(text: string): Promise<void> {
    const file = join(this.root, configFileName);
    if (!(await createAtomic(file, text)))
      throw new BadInput('exists', `There is a \`${configFileName}\` already: add to it instead.`);
    await this.reload();
  }

  /** A model of slipway.yaml by its name; null: one of which nothing is said. @throws BadInput `unknown-model` */
  entry(model: string | null): ModelEntry {
    return model === null ? bareEntry('saved predictions', '') : this.#entry(model);
  }

  #entry(model: string): ModelEntry {
    const entry = this.#models.find(({ name }) => name === model);
    if (entry === undefined) throw this.#unknown(model);
    return entry;
  }

  #unknown(ref: string): BadInput {
    const names = this.#models.map(({ name }) => name);
    const guess = didYouMean(ref, names);
    const listed = names
      .slice(0, 10)
      .map(name => `\`${name}\``)
      .join(', ');
    const known = names.length === 0 ? 'This folder has no models.' : `The models here: ${listed}.`;
    return new BadInput(
      'unknown-model',
      `There is no model \`${ref}\`.${guess === '' ? ` ${known}` : guess} Give a name, \`name@version\` or the path of an .onnx file.`,
    );
  }

  async #resolveVersion(entry: ModelEntry, name: string): Promise<ResolvedModel> {
    const source = await this.#source(entry);
    const version =
      (await (source === null ? this.#fileNamed(entry, name) : source.named(name))) ??
      (await this.#versionWithDigest(entry, name));
    if (version !== null) return await this.#resolved(entry, version);
    const names = (await this.versions(entry.name, { limit: 10 })).map(({ version: known }) => known);
    const listed = names.map(known => `\`${known}\``).join(', ');
    throw new BadInput(
      'unknown-version',
      `\`${entry.name}\` has no version \`${name}\`.${didYouMean(name, names)} The newest are ${listed}.`,
    );
  }

  async #fileNamed(entry: ModelEntry, name: string): Promise<ModelVersion | null> {
    const place = await this.#place();
    if (entry.source !== 'glob') {
      const [only] = await fileVersions(entry, place, 0, 1);
      return only?.version === name ? only : null;
    }
    return (
      (await fileVersionWhere(entry, place, file => file.name === name)) ??
      (name.length < 4 ? null : await fileVersionOfCommit(entry, place, name))
    );
  }

  async #versionWithDigest(entry: ModelEntry, start: string): Promise<ModelVersion | null> {
    if (!/^[0-9a-f]{6,64}$/.test(start) || entry.source === 'git' || entry.source === 'mlflow') return null;
    for (let offset = 0; ; offset += 100) {
      const page = await this.versions(entry.name, { offset, limit: 100 });
      const found = page.find(({ digest }) => digest?.startsWith(start));
      if (found !== undefined) return found;
      if (page.length < 100) return null;
    }
  }

  /** A path: the version of a model here that it is, else a model by its stem with nothing configured. */
  async #resolveFile(file: string, ref: string): Promise<ResolvedModel> {
    const path = pathFrom(this.root, file);
    for (const entry of this.#models) {
      const source = entry.path === path ? await this.#source(entry) : null;
      const version =
        source !== null
          ? (await source.versions(0, 1))[0]
          : await fileVersionWhere(entry, await this.#place(), found => found.path === path);
      if (version !== undefined && version !== null) return await this.#resolved(entry, version);
    }
    const info = await stat(file).catch(() => null);
    const dvc = existsSync(`${file}.dvc`);
    if (!dvc && !info?.isFile())
      throw new BadInput('missing-file', `There is no file \`${ref}\`. Check the path of the model.`);
    const bare = bareEntry(basename(file).replace(/\.onnx$/, ''), path);
    const [version] = await fileVersions(bare, await this.#place(), 0, 1);
    if (version === undefined) throw new BadInput('missing-file', `\`${ref}\` can't be read.`);
    return await this.#resolved(bare, version);
  }

  async #resolved(entry: ModelEntry, version: ModelVersion): Promise<ResolvedModel> {
    if (version.state.kind !== 'ready') throw new BadInput(version.state.kind, version.state.advice);
    const source = await this.#source(entry);
    const { digest, file } =
      source === null ? await this.#fileOf(version) : await source.materialise(version);
    const ref = refOf(entry, version, digest, version.size ?? (await stat(file)).size);
    return { entry, version: { ...version, digest }, ref, source: { file, ref } };
  }

  async #fileOf(version: ModelVersion): Promise<{ readonly digest: string; readonly file: string }> {
    const file = resolve(this.root, version.path);
    return { digest: version.digest ?? (await this.#digests.model(file)), file };
  }

  /** Where the versions are when they are not the files at the path; null: they are. */
  async #source(entry: ModelEntry): Promise<VersionSource | null> {
    const known = this.#sources.get(entry.name);
    if (known !== undefined) return known;
    const source = await this.#openSource(entry);
    if (source !== null) this.#sources.set(entry.name, source);
    return source;
  }

  async #openSource(entry: ModelEntry): Promise<VersionSource | null> {
    const { registry } = entry;
    if (registry !== undefined) {
      if (!this.#trusted()) return new NoVersions();
      const { token } = registry;
      const authorize = authorization(token === undefined ? null : () => this.#secret(token));
      const mlflow = new Mlflow(registry.url, authorize);
      return new RegisteredVersions(entry, registry.name, mlflow, this.root, this.#digests);
    }
    if (entry.source !== 'git') return null;
    const place = await this.#place();
    // Without git there is one version: the file.
    return place.repository === null ? null : new History(entry, place, place.repository);
  }

  async #place(): Promise<Place> {
    this.#repository ??= this.#trusted() ? Repository.find(this.root) : Promise.resolve(null);
    return { root: this.root, repository: await this.#repository, digests: this.#digests };
  }
}

/** Every .onnx under the folder as a model by its stem; by its path where stems repeat. */
function foundModels(root: string): ModelEntry[] {
  const paths = filesUnder(root)
    .filter(file => file.endsWith('.onnx'))
    .map(file => pathFrom(root, file));
  const stems = new Map<string, number>();
  const stemOf = (path: string): string => basename(path).replace(/\.onnx$/, '');
  for (const path of paths) stems.set(stemOf(path), (stems.get(stemOf(path)) ?? 0) + 1);
  return paths.map(path =>
    bareEntry(stems.get(stemOf(path)) === 1 ? stemOf(path) : path.replace(/\.onnx$/, ''), path),
  );
}

function bareEntry(name: string, path: string): ModelEntry {
  return {
    name,
    path,
    source: 'file',
    meaning: noMeaning,
    policy: noPolicy,
    review: null,
    holdout: null,
    reference: null,
    background: null,
    constraints: unconstrained,
    configured: false,
  };
}
