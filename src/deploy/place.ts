import { join } from 'node:path';
import { createAtomic } from '../workspace/atomic.ts';
import { Journal } from '../workspace/journal.ts';
import type { TargetEntry } from '../workspace/types.ts';
import { KnownVersions } from './knownVersions.ts';
import type { ReleaseRecord } from './record.ts';
import type { DeployJobs, DeployWorkspace } from './services.ts';
import { openTarget } from './targets/registry.ts';
import type { Target } from './types.ts';

export interface PlaceOptions {
  readonly root: string;
  readonly workspace: DeployWorkspace;
  readonly jobs: DeployJobs;
  readonly distDir: string;
  readonly keepRunning: boolean;
  readonly secret: (name: string) => Promise<string>;
}

/** A target of slipway.yaml with what lies in the workspace for it: journal, lease, versions. */
export class Place {
  readonly entry: TargetEntry;
  readonly target: Target;
  readonly versions: KnownVersions;
  readonly stateDir: string;
  readonly #root: string;

  private constructor(place: Pick<Place, 'entry' | 'target' | 'versions' | 'stateDir'>, root: string) {
    this.entry = place.entry;
    this.target = place.target;
    this.versions = place.versions;
    this.stateDir = place.stateDir;
    this.#root = root;
  }

  /** @throws BadInput when the settings of the target are wrong */
  static async open(entry: TargetEntry, options: PlaceOptions): Promise<Place> {
    const { root, workspace, jobs, distDir, keepRunning, secret } = options;
    const stateDir = join(root, '.slipway', 'targets', entry.name);
    const journal = (): Promise<Journal<ReleaseRecord>> => openJournal(root, entry.name);
    const versions = new KnownVersions({ entry, stateDir, workspace, jobs, journal });
    const target = await openTarget(entry, {
      root,
      stateDir,
      distDir,
      keepRunning,
      secret,
      source: async digest => (await versions.resolve(digest)).source,
      packed: (digest, how, use) => versions.packed(digest, how, use),
      golden: digest => versions.golden(digest, {}),
      background: (digest, signal) => versions.background(digest, { signal }),
    });
    return new Place({ entry, target, versions, stateDir }, root);
  }

  get leaseFile(): string {
    return join(this.stateDir, 'lease.json');
  }

  /** What a target holds on this machine is no part of the team's record: git leaves it out. */
  async ignoreState(): Promise<void> {
    await createAtomic(join(this.#root, '.slipway', 'targets', '.gitignore'), '*\n');
  }

  async journal(): Promise<Journal<ReleaseRecord>> {
    return await openJournal(this.#root, this.entry.name);
  }
}

async function openJournal(root: string, target: string): Promise<Journal<ReleaseRecord>> {
  return await Journal.open<ReleaseRecord>(join(root, '.slipway', 'releases', `${target}.jsonl`));
}
