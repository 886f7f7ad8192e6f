/** Turns among which the place to begin is chosen. */
const places = 1000;

/**
 * Shares requests out by weight, smoothly: 9 to 1 is every tenth request to the second. Where in the row it
 * begins is left to chance, so that many servers with few requests each give the second its tenth, too.
 */
export class Router<T> {
  readonly #shares: { readonly version: T; readonly weight: number; credit: number }[];
  readonly #total: number;

  /** @param start 0 to 1, where in the row it begins */
  constructor(shares: readonly { readonly version: T; readonly weight: number }[], start = Math.random()) {
    this.#shares = shares
      .filter(({ weight }) => weight > 0)
      .map(({ version, weight }) => ({ version, weight, credit: 0 }));
    this.#total = this.#shares.reduce((sum, { weight }) => sum + weight, 0);
    for (let turn = Math.floor(start * places); turn > 0; turn--) this.next();
  }

  /** null when nothing has a weight. Smooth weighted round-robin, as nginx does it. */
  next(): T | null {
    let best = this.#shares[0];
    if (best === undefined) return null;
    for (const share of this.#shares) {
      share.credit += share.weight;
      if (share.credit > best.credit) best = share;
    }
    best.credit -= this.#total;
    return best.version;
  }

  /** The version with the largest share. */
  first(): T | null {
    let best = this.#shares[0];
    for (const share of this.#shares) if (share.weight > best!.weight) best = share;
    return best?.version ?? null;
  }

  shares(): readonly { readonly version: T; readonly weight: number }[] {
    return this.#shares.map(({ version, weight }) => ({ version, weight: weight / this.#total }));
  }
}
