import type { Memento } from 'vscode';
import { isLeaving } from '../deploy/leaving.ts';
import type { DeployEvent } from '../deploy/services.ts';

const key = 'releasesUnderWay';

/** A target that this window is changing. */
export interface TargetUnderWay {
  readonly target: string;
  /** The release that was being made, such as `r-0003`; null before it has begun. */
  readonly release: string | null;
}

/** What this window is changing: what a reload of the window must go on with. */
export class UnderWay {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  all(): readonly TargetUnderWay[] {
    return this.#memory.get<TargetUnderWay[]>(key, []);
  }

  /** Remembers the target until the work has ended, other than by the window's own end. */
  async during<T>(target: string, work: Promise<T>): Promise<T> {
    if (!this.all().some(other => other.target === target))
      await this.#memory.update(key, [...this.all(), { target, release: null }]);
    let leaves = false;
    try {
      return await work;
    } catch (error) {
      leaves = isLeaving(error) || (error instanceof Error && isLeaving(error.cause));
      throw error;
    } finally {
      if (!leaves) await this.forget(target);
    }
  }

  /** Remembers the release that is begun here: one that is only finished or undone may be another's. */
  async event(target: string, event: DeployEvent): Promise<void> {
    if (event.kind !== 'record' || event.record.type !== 'begin') return;
    const { release } = event.record;
    await this.#memory.update(
      key,
      this.all().map(other => (other.target === target ? { target, release } : other)),
    );
  }

  async forget(target: string): Promise<void> {
    await this.#memory.update(
      key,
      this.all().filter(other => other.target !== target),
    );
  }
}
