import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { createAtomic, writeFailure } from '../atomic.ts';
import type { Digests } from '../digest.ts';
import type { Mlflow, RegisteredModel, RegisteredVersion } from '../mlflow/client.ts';
import { fetchOnnx } from '../mlflow/fetch.ts';
import type { ModelEntry, ModelVersion } from '../types.ts';
import type { Materialised, VersionSource } from './source.ts';

/** How long a list is believed, and how long a failure: trees ask at every change of the folder. */
const listMs = 30_000;
/** Versions that are listed at most; older ones are found by their number. */
const longest = 1000;
const fetchMs = 600_000;

interface Listed {
  readonly model: RegisteredModel;
  readonly versions: readonly RegisteredVersion[];
}

/** Versions of a model that are registered in MLflow. Their bytes are fetched when they are first used. */
export class RegisteredVersions implements VersionSource {
  readonly #entry: ModelEntry;
  readonly #name: string;
  readonly #mlflow: Mlflow;
  readonly #folder: string;
  readonly #digests: Digests;
  #list: Promise<Listed | BadInput> | null = null;
  #listedAt = 0;

  /**
   * @param name in the registry
   * @param root of the workspace; what is fetched goes below .slipway/results
   */
  constructor(entry: ModelEntry, name: string, mlflow: Mlflow, root: string, digests: Digests) {
    this.#entry = entry;
    this.#name = name;
    this.#mlflow = mlflow;
    this.#folder = join(root, '.slipway', 'results', 'blobs');
    this.#digests = digests;
  }

  /** When the registry cannot be asked, one version that says why. */
  async versions(offset: number, limit: number): Promise<ModelVersion[]> {
    const listed = await this.#listed();
    if (listed instanceof BadInput) return offset === 0 && limit > 0 ? [this.#unreachable(listed)] : [];
    return await Promise.all(
      listed.versions.slice(offset, offset + limit).map(version => this.#describe(version, listed.model)),
    );
  }

  /** By number, alias (with or without `@`), stage or the start of a known digest. */
  async named(name: string): Promise<ModelVersion | null> {
    const listed = await this.#listed();
    if (listed instanceof BadInput) throw listed;
    const { model, versions } = listed;
    const alias = name.replace(/^@/, '');
    const number = model.aliases.find(found => found.alias === alias)?.version ?? name;
    const meant =
      versions.find(({ version }) => version === number) ??
      versions.find(
        ({ current_stage: stage }) => stage !== 'None' && stage.toLowerCase() === name.toLowerCase(),
      );
    if (meant !== undefined) return await this.#describe(meant, model);
    if (!/^[0-9a-f]{6,64}$/.test(name)) return null;
    for (const version of versions)
      if ((await this.#knownDigest(version))?.startsWith(name) === true)
        return await this.#describe(version, model);
    // Of what was deployed from here, the registry itself knows the digest; the bytes will tell.
    const tagged = versions.find(({ tags }) =>
      tags.some(({ key, value }) => key === digestTag && value.startsWith(name)),
    );
    return tagged === undefined ? null : await this.#describe(tagged, model);
  }

  async materialise({ version: number }: ModelVersion): Promise<Materialised> {
    const listed = await this.#listed();
    if (listed instanceof BadInput) throw listed;
    const version = listed.versions.find(found => found.version === number);
    if (version === undefined)
      throw new BadInput('unknown-version', `MLflow has no version ${number} of ${this.#name} any more.`);
    const known = await this.#knownDigest(version);
    if (known !== null) return { digest: known, file: join(this.#folder, known, 'model.onnx') };
    let temporary: string | null = null;
    try {
      const files = await fetchOnnx(this.#mlflow, version, AbortSignal.timeout(fetchMs));
      await mkdir(this.#folder, { recursive: true });
      temporary = await mkdtemp(join(this.#folder, '.taking-'));
      for (const { path, bytes } of files) {
        const file = join(temporary, ...path.split('/'));
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, bytes);
      }
      const digest = await this.#digests.model(join(temporary, 'model.onnx'));
      const final = join(this.#folder, digest);
      // Another process may have been first; what it made is the same.
      await rename(temporary, final).catch(async (error: unknown) => {
        if (!(await exists(join(final, 'model.onnx')))) throw error;
      });
      await createAtomic(this.#note(version), digest);
      return { digest, file: join(final, 'model.onnx') };
    } catch (error) {
      throw writeFailure(error, this.#folder);
    } finally {
      if (temporary !== null) await rm(temporary, { recursive: true, force: true });
    }
  }

  #listed(): Promise<Listed | BadInput> {
    if (this.#list === null || Date.now() - this.#listedAt > listMs) {
      this.#listedAt = Date.now();
      this.#list = this.#ask();
    }
    return this.#list;
  }

  async #ask(): Promise<Listed | BadInput> {
    const signal = AbortSignal.timeout(60_000);
    try {
      const model = await this.#mlflow.model(this.#name, signal);
      if (model === null)
        return new BadInput(
          'mlflow-missing',
          `MLflow at ${this.#mlflow.url} has no registered model ${this.#name}. Check its name in slipway.yaml.`,
        );
      return { model, versions: await this.#mlflow.versions(this.#name, longest, signal) };
    } catch (error) {
      if (error instanceof BadInput) return error;
      throw error;
    }
  }

  async #describe(version: RegisteredVersion, { aliases }: RegisteredModel): Promise<ModelVersion> {
    const digest = await this.#knownDigest(version);
    const own = aliases.filter(alias => alias.version === version.version).map(({ alias }) => `@${alias}`);
    const { current_stage: stage } = version;
    return {
      model: this.#entry.name,
      version: version.version,
      digest,
      path: `models:/${this.#name}/${version.version}`,
      commit: null,
      tags: stage === 'None' ? own : [...own, stage],
      author: version.user_id === '' ? null : version.user_id,
      date: new Date(version.creation_timestamp).toISOString(),
      size: digest === null ? null : await sizeOf(join(this.#folder, digest, 'model.onnx')),
      modified: false,
      state:
        version.status === 'READY'
          ? { kind: 'ready' }
          : {
              kind: 'unreadable',
              advice: `MLflow says ${version.status} of version ${version.version}: wait, or register it again.`,
            },
    };
  }

  #unreachable({ message }: BadInput): ModelVersion {
    return {
      ...{ model: this.#entry.name, version: 'not listed', digest: null, path: `models:/${this.#name}` },
      ...{
        commit: null,
        tags: [],
        author: null,
        date: new Date().toISOString(),
        size: null,
        modified: false,
      },
      state: { kind: 'unreadable', advice: message },
    };
  }

  /** Of a version that was fetched before, and still lies here. */
  async #knownDigest(version: RegisteredVersion): Promise<string | null> {
    const digest = await readFile(this.#note(version), 'utf8').catch(() => null);
    return digest !== null && (await exists(join(this.#folder, digest, 'model.onnx'))) ? digest : null;
  }

  /** A registered version never changes: which one it is tells what its bytes are. */
  #note({ name, version, source, creation_timestamp: at }: RegisteredVersion): string {
    const which = JSON.stringify([this.#mlflow.url, name, version, source, at]);
    return join(
      this.#folder,
      `mlflow-${createHash('sha256').update(which).digest('hex').slice(0, 32)}.digest`,
    );
  }
}

/** The tag of a version that was deployed from here. */
export const digestTag = 'slipway.digest';

async function exists(file: string): Promise<boolean> {
  return (await sizeOf(file)) !== null;
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null;
}
