import type { Memento } from 'vscode';
import { isLeaving } from '../deploy/leaving.ts';

const key = 'deploymentsUnderWay';

/** Targets that this window is changing: what a reload of the window must go on with. */
export class UnderWay {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  targets(): readonly string[] {
    return this.#memory.get<string[]>(key, []);
  }

  /** Remembers the target until the work has ended, other than by the window's own end. */
  async during<T>(target: string, work: Promise<T>): Promise<T> {
    await this.#update([...new Set([...this.targets(), target])]);
    let leaves = false;
    try {
      return await work;
    } catch (error) {
      leaves = isLeaving(error) || (error instanceof Error && isLeaving(error.cause));
      throw error;
    } finally {
      if (!leaves) await this.#update(this.targets().filter(other => other !== target));
    }
  }

  async #update(targets: readonly string[]): Promise<void> {
    await this.#memory.update(key, targets);
  }
}
