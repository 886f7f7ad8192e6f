import type { EngineProgress } from '../protocol/engine.ts';
import type { PageWork } from '../protocol/pages.ts';
import { leaving } from '../deploy/leaving.ts';
import { sentenceOf } from './failures.ts';

/** No page shows how a deployment fails: a notification does. */
const pageless: PageWork = 'deploy';

export interface RunningWork {
  readonly kind: PageWork;
  /** What is worked on: digests or a target's name. */
  readonly subject: string;
  readonly title: string;
  readonly progress: EngineProgress;
}

interface Running {
  work: RunningWork;
  readonly controller: AbortController;
  readonly promise: Promise<unknown>;
}

/** The long tasks of the window: one of a kind at a time on one subject, seen by every page and the status bar. */
export class WorkBoard {
  readonly #running = new Map<string, Running>();
  readonly #failures = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  readonly #shown = new WeakSet();

  /** Told after each change: started, progressed, ended. */
  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Joins the task that runs already on the same subject, or starts it. */
  run<T>(
    kind: PageWork,
    subject: string,
    title: string,
    task: (signal: AbortSignal, onProgress: (progress: EngineProgress) => void) => Promise<T>,
  ): Promise<T> {
    const key = keyOf(kind, subject);
    const same = this.#running.get(key);
    if (same !== undefined) return same.promise as Promise<T>;
    this.#failures.delete(key);
    const controller = new AbortController();
    const first = { kind, subject, title, progress: { done: 0, total: 0, what: 'starting' } };
    const onProgress = (progress: EngineProgress): void => {
      const running = this.#running.get(key);
      if (running === undefined) return;
      running.work = { ...running.work, progress };
      this.#tell();
    };
    const promise = Promise.resolve()
      .then(() => task(controller.signal, onProgress))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          this.#failures.set(key, sentenceOf(error));
          if (kind !== pageless && typeof error === 'object' && error !== null) this.#shown.add(error);
        }
        throw error;
      })
      .finally(() => {
        this.#running.delete(key);
        this.#tell();
      });
    this.#running.set(key, { work: first, controller, promise });
    this.#tell();
    return promise;
  }

  running(kind: PageWork, subject: string): RunningWork | null {
    return this.#running.get(keyOf(kind, subject))?.work ?? null;
  }

  /** Why the last task of this kind on this subject failed; null when it did not, or was cancelled. */
  failure(kind: PageWork, subject: string): string | null {
    return this.#failures.get(keyOf(kind, subject)) ?? null;
  }

  /** True when a page shows this error as the state of its work, so that nothing else need say it. */
  shows(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#shown.has(error);
  }

  all(): readonly RunningWork[] {
    return [...this.#running.values()].map(({ work }) => work);
  }

  cancel(kind: PageWork, subject: string): void {
    this.#running.get(keyOf(kind, subject))?.controller.abort();
  }

  /** The window ends: releases are left to be gone on with, everything else is cancelled. */
  cancelAll(): void {
    for (const { controller } of this.#running.values()) controller.abort(leaving());
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function keyOf(kind: PageWork, subject: string): string {
  return `${kind} ${subject}`;
}
