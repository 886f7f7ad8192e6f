import type { Measurement } from '../core/rollout/counts.ts';
import type { Golden, ModelSource } from '../protocol/engine.ts';
import type { Packed } from '../protocol/pack.ts';
import type { Release } from '../protocol/results/release.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import type { LeasePlace } from './targetLease.ts';

/** One version with its share of the traffic (0 to 1). */
export interface LiveVersion {
  readonly model: ModelRef;
  readonly weight: number;
}

/** A version that is asked copies of a share (0 to 1) of the requests, and answers nobody. */
export interface ShadowVersion {
  readonly model: ModelRef;
  readonly share: number;
}

/** JSON-able: the journal keeps it. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What a user wants a target to be. An empty `live` means removed. */
export interface Desired {
  readonly live: readonly LiveVersion[];
  /** Beside what is live, where the target's settings ask for one. */
  readonly shadow?: ShadowVersion | undefined;
  /** Earlier digests kept on the target for rollback, newest first. */
  readonly keep: readonly string[];
  /**
   * Requests move before anything else, since all that shall be live is: the way back from a bad canary,
   * which nothing may hold up. See `inOrder`.
   */
  readonly trafficFirst: boolean;
  /** The policy's verdict on what goes live, in words, for targets that show it. */
  readonly verdict?: string | undefined;
}

/** What a target is, read from the target itself and never from the journal. */
export interface Observed {
  readonly reachable: boolean;
  /** Digest -> share of the traffic. */
  readonly live: readonly { readonly digest: string; readonly weight: number }[];
  /** The version that is asked copies, on targets that can have one. */
  readonly shadow?: { readonly digest: string; readonly share: number } | null;
  /** Digests whose bytes are on the target. */
  readonly present: readonly string[];
  readonly healthy: boolean;
  /** A URL or a folder; null when there is none yet. */
  readonly endpoint: string | null;
  /** A sentence for people: "answers on http://127.0.0.1:8701, up 3 min". */
  readonly sentence: string;
  /** What else this kind of target must know to plan; JSON-able, since the journal keeps it. */
  readonly facts: Facts;
}

/** Where a step lies: a failure before `finish` is undone, a failure in it leaves the new version live. */
export type StepPhase = 'prepare' | 'switch' | 'finish';

/** One idempotent act. Doing it twice is doing it once. */
export interface Step {
  readonly name: string;
  readonly phase: StepPhase;
  readonly sentence: string;
  /** What it changes, in words, and how that is undone. */
  readonly undoSentence: string;
  /** Milliseconds it may take, 10 minutes without it. It is then cut off, and undone. */
  readonly limit?: number;
  run(context: StepContext): Promise<string>;
  /** Undoes what `run` made; must also work when `run` was cut off half-way. */
  undo(context: StepContext): Promise<void>;
}

export interface StepContext {
  readonly signal: AbortSignal;
  /** A line for the log and the page. Never a secret. */
  readonly log: (line: string) => void;
  /** Told by the step that compares the target's answers with the local runtime's. */
  readonly verified: (golden: NonNullable<Release['golden']>) => void;
  /**
   * What this step wrote down with `remember`, in this process or in one that was killed: the name of an
   * operation to wait for in place of starting it twice. `undo` is given it too. Empty at first.
   */
  readonly remembered: Facts;
  /** Journals what a killed step must know to go on or be undone. Resolves once it is on disk. Never a secret. */
  readonly remember: (facts: Facts) => Promise<void>;
}

export interface TargetContext {
  /** Absolute workspace root. */
  readonly root: string;
  /** Absolute folder of this target's local state (git-ignored). */
  readonly stateDir: string;
  /** The bytes of a digest, on disk. */
  readonly source: (digest: string) => Promise<ModelSource>;
  /**
   * Hands out the files of a digest for as long as `use` takes: the engine has looked them through, and they are
   * to be read as they are sent.
   * @throws BadInput `digest` when they are others by now
   */
  readonly packed: <T>(
    digest: string,
    options: { readonly tensorsOnly: boolean; readonly signal: AbortSignal },
    use: (packed: Packed) => Promise<T>,
  ) => Promise<T>;
  readonly golden: (digest: string) => Promise<Golden>;
  /**
   * Rows of the model's background (else reference) data, which explanations compare with.
   * @throws BadInput `no-background` when it has none
   */
  readonly background: (digest: string, signal: AbortSignal) => Promise<Golden['inputs']>;
  /** Resolves a secret's name at run time. */
  readonly secret: (name: string) => Promise<string>;
  readonly distDir: string;
  /** Whether what is started outlives this process when the target's settings do not say. */
  readonly keepRunning: boolean;
}

/** A finding of `doctor`, with its mend. */
export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly mend: string | null;
  /** Whether it is room that lacks, which only what is not there yet needs. */
  readonly room?: true;
}

/** A configured place to deploy to. One folder each in targets/; docs/writing-a-target.md tells how. */
export interface Target {
  readonly name: string;
  readonly kind: string;
  /** Whether several versions can share its requests. Without that there is no canary. */
  readonly divides: boolean;
  /** Where it keeps who is changing it, so that those who deploy from elsewhere are told. */
  readonly lease?: LeasePlace;
  doctor(signal: AbortSignal): Promise<readonly Finding[]>;
  observe(signal: AbortSignal): Promise<Observed>;
  /** Pure with regard to the target: reads nothing, changes nothing. */
  plan(desired: Desired, observed: Observed): readonly Step[];
  /** Asks the version with this digest on the target for the golden inputs. */
  infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']>;
  /** The last lines of the target's own log, without secrets; quoted when a step fails. */
  logs(lines: number): Promise<readonly string[]>;
  /** What each live version has counted; null when nothing can be counted now. Without it a canary pauses. */
  measure?(signal: AbortSignal): Promise<Measurement | null>;
  /** What being so may cost, in a sentence: "2 pods with 1 core and 2 GB each"; null: nothing is billed. */
  cost(desired: Desired): string | null;
  /** Starts what the target holds when it has stopped, such as after a restart of the machine. */
  resume?(signal: AbortSignal): Promise<void>;
  /** Ends what must not outlive this process. */
  dispose?(): Promise<void>;
}
