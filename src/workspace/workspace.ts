import type { ModelFacts } from '../core/onnx/facts.ts';
import type { ConfigIssue, ModelEntry, ModelVersion, ResolvedModel, TargetEntry } from './types.ts';

export interface VersionsOptions {
  /** The first of this many, newest first; default 100. */
  readonly limit?: number;
  /** How many to pass over first; default 0. */
  readonly offset?: number;
}

/** A folder with models: what slipway.yaml says, or what is found when there is none. */
export class Workspace {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** @param root absolute folder. A malformed slipway.yaml gives `issues`, never a throw. */
  static open(root: string): Promise<Workspace> {
    return Promise.resolve(new Workspace(root));
  }

  /** Absolute path of slipway.yaml; null when there is none. */
  get configFile(): string | null {
    throw new Error('coming');
  }

  get issues(): readonly ConfigIssue[] {
    throw new Error('coming');
  }

  /** Reads slipway.yaml and the folder again and forgets what was known of versions. */
  reload(): Promise<void> {
    return Promise.reject(new Error('coming'));
  }

  models(): readonly ModelEntry[] {
    throw new Error('coming');
  }

  targets(): readonly TargetEntry[] {
    throw new Error('coming');
  }

  /** Newest first. Digests are null where the bytes were not read yet (git history). */
  versions(model: string, options: VersionsOptions = {}): Promise<readonly ModelVersion[]> {
    return Promise.reject(new Error(`coming ${model} ${String(options.limit)}`));
  }

  /**
   * @param ref `name` (its newest version), `name@version`, `name@` with the start of a digest or commit, or a
   *   path of an .onnx file (absolute, or relative to the root)
   * @throws BadInput when there is no such model or version, or when its bytes are not at hand
   */
  resolve(ref: string): Promise<ResolvedModel> {
    return Promise.reject(new Error(`coming ${ref}`));
  }

  /** Digest (SHA-256, hex) of any file, remembered until the file changes. */
  fileDigest(file: string): Promise<string> {
    return Promise.reject(new Error(`coming ${file}`));
  }

  /** The text of a slipway.yaml for a model that has none. */
  proposeConfig(proposal: ConfigProposal): string {
    throw new Error(`coming ${proposal.path}`);
  }

  /** Writes slipway.yaml and reloads. @throws BadInput `exists` when there is one. */
  writeConfig(text: string): Promise<void> {
    return Promise.reject(new Error(`coming ${text}`));
  }
}

export interface ConfigProposal {
  readonly name: string;
  /** Relative to the root. */
  readonly path: string;
  readonly facts: ModelFacts;
  readonly label?: string | null;
  readonly positive?: string | null;
  readonly holdout?: string | null;
  readonly reference?: string | null;
}
