/** Shares requests out by weight, smoothly and without chance: 9 to 1 is every tenth request to the second. */
export class Router<T> {
  readonly #shares: { readonly version: T; readonly weight: number; credit: number }[];
  readonly #total: number;

  constructor(shares: readonly { readonly version: T; readonly weight: number }[]) {
    this.#shares = shares
      .filter(({ weight }) => weight > 0)
      .map(({ version, weight }) => ({ version, weight, credit: 0 }));
    this.#total = this.#shares.reduce((sum, { weight }) => sum + weight, 0);
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
