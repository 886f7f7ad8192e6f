import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import { createAtomic } from '../workspace/atomic.ts';
import { Journal } from '../workspace/journal.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import { GoldenStore } from './goldenStore.ts';
import { modelOf, storiesOf } from './history.ts';
import type { ReleaseRecord } from './record.ts';
import type { DeployJobs, DeployWorkspace, RunOptions } from './services.ts';
import { openTarget } from './targets/registry.ts';
import type { Target } from './types.ts';

/** Rows of golden inputs that a target has to answer. */
const goldenRows = 8;

export interface PlaceOptions {
  readonly root: string;
  readonly workspace: DeployWorkspace;
  readonly jobs: DeployJobs;
  readonly distDir: string;
  readonly keepRunning: boolean;
  readonly secret: (name: string) => Promise<string>;
}

/** A target of slipway.yaml with what lies in the workspace for it: journal, lease, golden answers. */
export class Place {
  readonly entry: TargetEntry;
  readonly target: Target;
  readonly leaseFile: string;
  readonly #options: PlaceOptions;
  readonly #goldens: GoldenStore;
  readonly #known = new Map<string, ResolvedModel>();

  constructor(entry: TargetEntry, options: PlaceOptions) {
    const stateDir = join(options.root, '.slipway', 'targets', entry.name);
    this.entry = entry;
    this.#options = options;
    this.leaseFile = join(stateDir, 'lease.json');
    this.#goldens = new GoldenStore(stateDir);
    this.target = openTarget(entry, {
      root: options.root,
      stateDir,
      distDir: options.distDir,
      keepRunning: options.keepRunning,
      secret: options.secret,
      source: async digest => (await this.#resolve(digest)).source,
      golden: digest => this.golden(digest, {}),
    });
  }

  /** What a target holds on this machine is no part of the team's record: git leaves it out. */
  async ignoreState(): Promise<void> {
    await createAtomic(join(this.#options.root, '.slipway', 'targets', '.gitignore'), '*\n');
  }

  async journal(): Promise<Journal<ReleaseRecord>> {
    const { root } = this.#options;
    return await Journal.open<ReleaseRecord>(join(root, '.slipway', 'releases', `${this.entry.name}.jsonl`));
  }

  /** Makes the bytes of a version known, so that they need not be looked up by digest. */
  know(model: ResolvedModel): void {
    this.#known.set(model.ref.digest, model);
  }

  /** Golden inputs with the local runtime's answer: those of an earlier release, else made now. */
  async golden(digest: string, options: RunOptions): Promise<Golden> {
    const stored = await this.#goldens.read(digest);
    if (stored !== null) return stored;
    const golden = await this.#options.jobs.golden(await this.#resolve(digest), goldenRows, options);
    await this.#goldens.write(digest, golden);
    return golden;
  }

  async #resolve(digest: string): Promise<ResolvedModel> {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const ref = modelOf(storiesOf((await this.journal()).records), digest);
    const name = ref?.name ?? this.entry.model;
    const found = await this.#options.workspace.resolve(
      name === null ? (ref?.path ?? digest) : `${name}@${digest}`,
    );
    if (found.ref.digest !== digest)
      throw new BadInput(
        'version-gone',
        `The bytes of ${digest.slice(0, 12)} are not in the workspace any more: ${found.ref.path} is another version now.`,
      );
    this.know(found);
    return found;
  }
}
