import type { DeployEvent } from '../deploy/services.ts';
import type { Release } from '../protocol/results/release.ts';

const keptLines = 200;

/** What the window knows of deployments under way or planned, by target. */
export class Deployments {
  readonly #current = new Map<string, Release>();
  readonly #log = new Map<string, string[]>();

  plan(release: Release): void {
    this.#current.set(release.target, release);
    this.#log.set(release.target, []);
  }

  event(target: string, event: DeployEvent): void {
    if (event.kind === 'release') this.#current.set(target, event.release);
    if (event.kind === 'log') {
      const lines = this.#log.get(target) ?? [];
      lines.push(event.line);
      this.#log.set(target, lines.slice(-keptLines));
    }
  }

  /** The plan was not wanted, or its page has shown the end long enough. */
  forget(target: string): void {
    this.#current.delete(target);
  }

  current(target: string): Release | null {
    return this.#current.get(target) ?? null;
  }

  log(target: string): readonly string[] {
    return this.#log.get(target) ?? [];
  }
}
