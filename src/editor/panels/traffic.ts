import type { Measurement } from '../../core/rollout/counts.ts';
import { seriesOf } from '../../core/rollout/series.ts';
import type { TrafficPage } from '../../protocol/pages.ts';

const kept = 240;
const closestMs = 2_000;

/** The measurements of one target while its page is open. */
export class Traffic {
  readonly #measure: () => Promise<Measurement | null>;
  #kept: readonly Measurement[] = [];

  constructor(measure: () => Promise<Measurement | null>) {
    this.#measure = measure;
  }

  /** Measures again, unless that was just done. Null when the target does not count, or did not answer. */
  async latest(): Promise<Measurement | null> {
    const last = this.#kept.at(-1);
    if (last !== undefined && Date.now() - Date.parse(last.at) < closestMs) return last;
    const measured = await this.#measure().catch(() => null);
    if (measured !== null) this.#kept = [...this.#kept, measured].slice(-kept);
    return measured;
  }

  /** @param nameOf a digest as people call it */
  page(nameOf: (digest: string) => string): TrafficPage | null {
    const [first] = this.#kept;
    if (first === undefined) return null;
    const versions = seriesOf(this.#kept)
      .filter(({ points }) => points.some(({ requestsPerSecond }) => requestsPerSecond > 0))
      .map(series => ({ ...series, version: nameOf(series.digest) }));
    return { since: first.at, versions };
  }
}
