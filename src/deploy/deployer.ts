import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import type {
  DeployJobs,
  DeployOptions,
  DeployWorkspace,
  RollbackOptions,
  TargetStatus,
} from './services.ts';
import type { Finding } from './types.ts';

export interface DeployerOptions {
  /** Absolute workspace root. */
  readonly root: string;
  readonly workspace: DeployWorkspace;
  readonly jobs: DeployJobs;
  /** Where server.js lies. */
  readonly distDir: string;
  /** Who deploys, for the journal. */
  readonly by: string;
  readonly log: (line: string) => void;
  /** Whether local servers outlive this process when their settings do not say; true by default. */
  readonly keepRunning?: boolean;
}

/** Makes targets what is asked of them, and keeps the record. One for a workspace. */
export class Deployer {
  readonly #options: DeployerOptions;

  constructor(options: DeployerOptions) {
    this.#options = options;
  }

  targets(): readonly TargetEntry[] {
    return this.#options.workspace.targets();
  }

  /** Reads the target itself; BadInput when there is no such target. */
  status(target: string, signal?: AbortSignal): Promise<TargetStatus> {
    return this.#unbuilt(target, signal);
  }

  doctor(target: string, signal?: AbortSignal): Promise<readonly Finding[]> {
    return this.#unbuilt(target, signal);
  }

  /** What `deploy` would do: a release in state `planned`. Changes nothing, never refuses for the policy. */
  plan(target: string, model: ResolvedModel, options: DeployOptions = {}): Promise<Release> {
    return this.#unbuilt(target, model, options);
  }

  /**
   * Deploys and verifies. Rejects with BadInput: `policy-failed`, `drift` (both give way to an override with
   * a reason), `target-busy`, `unknown-target`. A release that failed on the target resolves with its state.
   */
  deploy(target: string, model: ResolvedModel, options: DeployOptions = {}): Promise<Release> {
    return this.#unbuilt(target, model, options);
  }

  rollback(target: string, options: RollbackOptions = {}): Promise<Release> {
    return this.#unbuilt(target, options);
  }

  /** Takes everything off the target. */
  remove(target: string, options: DeployOptions = {}): Promise<Release> {
    return this.#unbuilt(target, options);
  }

  /** Finishes or undoes a deployment that was cut off; null when there is none. */
  recover(target: string, options: DeployOptions = {}): Promise<Release | null> {
    return this.#unbuilt(target, options);
  }

  /** Starts what a release left on the target when it stopped (after a restart of the machine). */
  resume(target: string, signal?: AbortSignal): Promise<TargetStatus> {
    return this.#unbuilt(target, signal);
  }

  /** Newest first. */
  history(target: string): Promise<readonly Release[]> {
    return this.#unbuilt(target);
  }

  /** Asks the live version on the target. */
  infer(
    target: string,
    inputs: Golden['inputs'],
    signal?: AbortSignal,
  ): Promise<{ readonly digest: string; readonly outputs: Golden['outputs'] }> {
    return this.#unbuilt(target, inputs, signal);
  }

  logs(target: string, lines: number): Promise<readonly string[]> {
    return this.#unbuilt(target, lines);
  }

  /** Stops the local servers that were not asked to keep running. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #unbuilt(...asked: readonly unknown[]): Promise<never> {
    return Promise.reject(new Error(`Not built yet: ${JSON.stringify(asked)}`));
  }
}
