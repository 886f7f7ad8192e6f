import type { Fitted } from '../contracts/question.ts';
import type { Tensor } from '../contracts/request.ts';
import { sameValues, type Version } from './version.ts';

/** An answered request, to be asked of another version too. */
export interface ShadowCopy {
  readonly answered: Version;
  readonly outputs: readonly Tensor[];
  readonly fit: (version: Version) => Fitted;
}

const most = 256;
const lookMs = 2;
const together = 32;
const ageMs = 10_000;

interface Waiting extends ShadowCopy {
  readonly shadow: Version;
  readonly since: number;
}

/**
 * Copies of requests for versions that answer nobody. They are run while no request is being worked on, so
 * that no answer waits for them; those that find no such moment are dropped, and counted.
 */
export class Shadows {
  readonly #busy: () => boolean;
  #shadows: readonly { readonly version: Version; readonly share: number; credit: number }[] = [];
  #waiting: Waiting[] = [];
  #looking = false;

  /** @param busy whether a request is being worked on */
  constructor(busy: () => boolean) {
    this.#busy = busy;
  }

  get any(): boolean {
    return this.#shadows.length > 0;
  }

  set(shadows: readonly { readonly version: Version; readonly share: number }[]): void {
    // By chance, so that many servers with few requests each copy the share of all, as `Router`.
    this.#shadows = shadows
      .filter(({ share }) => share > 0)
      .map(shadow => ({ ...shadow, credit: Math.random() }));
    const kept = new Set(this.#shadows.map(({ version }) => version));
    this.#waiting = this.#waiting.filter(({ shadow }) => kept.has(shadow));
  }

  copy(copy: ShadowCopy): void {
    for (const shadow of this.#shadows) {
      if (shadow.version === copy.answered) continue;
      shadow.credit += shadow.share;
      if (shadow.credit < 1 - 1e-9) continue;
      shadow.credit -= 1;
      if (this.#waiting.length >= most) shadow.version.counts.shadow.dropped++;
      else this.#waiting.push({ ...copy, shadow: shadow.version, since: performance.now() });
    }
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#looking || this.#waiting.length === 0) return;
    this.#looking = true;
    setTimeout(() => void this.#look(), lookMs).unref();
  }

  async #look(): Promise<void> {
    const now = performance.now();
    this.#waiting = this.#waiting.filter(({ since, shadow }) => {
      if (now - since <= ageMs) return true;
      shadow.counts.shadow.dropped++;
      return false;
    });
    if (!this.#busy()) await Promise.all(this.#waiting.splice(0, together).map(ask));
    this.#looking = false;
    this.#lookSoon();
  }
}

async function ask({ shadow, answered, outputs, fit }: Waiting): Promise<void> {
  const counts = shadow.counts.shadow;
  try {
    const found = await shadow.infer(fit(shadow).inputs);
    counts.asked++;
    const same = answered.signature.outputs.every(({ name }, place) => {
      const there = shadow.signature.outputs.findIndex(spec => spec.name === name);
      return there >= 0 && sameValues(outputs[place]!.data, found[there]!.data);
    });
    if (!same) counts.differing++;
  } catch {
    counts.failed++;
  }
}
