import { mkdtemp, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Packed } from '../protocol/pack.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import type { Journal } from '../workspace/journal.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import { GoldenStore } from './goldenStore.ts';
import { modelOf, storiesOf } from './history.ts';
import type { ReleaseRecord } from './record.ts';
import type { DeployJobs, DeployWorkspace, RunOptions } from './services.ts';

/** Rows of golden inputs that a target has to answer. */
const goldenRows = 8;
const backgroundRows = 100;

export interface KnownVersionsOptions {
  readonly entry: TargetEntry;
  readonly stateDir: string;
  readonly workspace: DeployWorkspace;
  readonly jobs: DeployJobs;
  readonly journal: () => Promise<Journal<ReleaseRecord>>;
}

/** The versions of one target: their bytes and golden answers, by digest. */
export class KnownVersions {
  readonly #options: KnownVersionsOptions;
  readonly #goldens: GoldenStore;
  readonly #known = new Map<string, ResolvedModel>();

  constructor(options: KnownVersionsOptions) {
    this.#options = options;
    this.#goldens = new GoldenStore(options.stateDir);
  }

  /** Makes the bytes of a version known, so that they need not be looked up by digest. */
  know(model: ResolvedModel): void {
    this.#known.set(model.ref.digest, model);
  }

  /** A version of the workspace by its name. @throws BadInput when there is none */
  async named(model: string, version: string): Promise<ModelRef> {
    const found = await this.#options.workspace.resolve(`${model}@${version}`);
    this.know(found);
    return { ...found.ref, name: found.ref.name ?? model };
  }

  /** Golden inputs with the local runtime's answer: those of an earlier release, else made now. */
  async golden(digest: string, options: RunOptions): Promise<Golden> {
    const stored = await this.#goldens.read(digest);
    if (stored !== null) return stored;
    const golden = await this.#options.jobs.golden(await this.resolve(digest), goldenRows, options);
    await this.#goldens.write(digest, golden);
    return golden;
  }

  /** Rows that explanations compare with. @throws BadInput `no-background` */
  async background(digest: string, options: RunOptions): Promise<Golden['inputs']> {
    const model = await this.resolve(digest);
    const data = model.entry.background ?? model.entry.reference;
    if (data === null)
      throw new BadInput(
        'no-background',
        `${model.entry.name} has no background or reference data, which explanations need. Name it in slipway.yaml, or leave \`explain\` out.`,
      );
    return (await this.#options.jobs.inputs(model, data.file, backgroundRows, options)).inputs;
  }

  /** As `TargetContext.packed`. */
  async packed<T>(
    digest: string,
    { tensorsOnly, signal }: { readonly tensorsOnly: boolean; readonly signal: AbortSignal },
    use: (packed: Packed) => Promise<T>,
  ): Promise<T> {
    const { jobs, stateDir } = this.#options;
    const { file } = (await this.resolve(digest)).source;
    await mkdir(stateDir, { recursive: true });
    const dir = await mkdtemp(join(stateDir, '.packed-'));
    try {
      const packed = await jobs.pack({ file, digest, tensorsOnly, dir }, { signal });
      const before = await stampsOf(packed);
      const result = await use(packed);
      if ((await stampsOf(packed)) === before) return result;
      throw new BadInput('digest', `\`${file}\` was changed while it was sent. Choose the version again.`);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** @throws BadInput `version-gone` when the workspace no longer has the bytes */
  async resolve(digest: string): Promise<ResolvedModel> {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const { entry, workspace, journal } = this.#options;
    const ref = modelOf(storiesOf((await journal()).records), digest);
    const name = ref?.name ?? entry.model;
    const found = await workspace.resolve(name === null ? (ref?.path ?? digest) : `${name}@${digest}`);
    if (found.ref.digest !== digest)
      throw new BadInput(
        'version-gone',
        `The bytes of ${digest.slice(0, 12)} are not in the workspace any more: ${found.ref.path} is another version now.`,
      );
    this.know(found);
    return found;
  }
}

async function stampsOf({ files }: Packed): Promise<string> {
  const found = await Promise.all(files.map(({ file }) => stat(file)));
  return found.map(({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`).join('; ');
}
