/** Which versions an InferenceService names: the stable one, and the canary with its share of the requests. */
export interface Split {
  readonly stable: string;
  /** Whole percent; at 0 it runs without requests. */
  readonly canary: { readonly digest: string; readonly percent: number } | null;
}

/** The version that came last, which a state is waited for. */
export function newestOf({ stable, canary }: Split): string {
  return canary?.digest ?? stable;
}

export type Form = 'standard' | 'serverless';

/**
 * The states that lead from one to another, each to be waited for, so that requests only ever go to what runs:
 * a version becomes the canary without requests before it gets any, and the canary before it is the stable one.
 *
 * Serverless, the canary is the newest revision, and the stable one is the last that had all requests. So the
 * way back from a canary takes its requests first, and then makes the stable version the newest revision too:
 * without a canary, requests go to the newest revision that is ready.
 * @param from null: there is none yet
 */
export function wayTo(form: Form, from: Split | null, to: Split): readonly Split[] {
  const way: Split[] = [];
  let at = from ?? { stable: to.stable, canary: null };
  const go = (stable: string, canary: Split['canary']): void => {
    at = { stable, canary };
    way.push(at);
  };
  const dark = (digest: string): Split['canary'] => ({ digest, percent: 0 });
  if (from === null) way.push(at);
  const { stable, canary } = to;
  if (at.stable !== stable) {
    if (at.canary?.digest !== stable) go(at.stable, dark(stable));
    go(stable, null);
  }
  if (canary !== null) {
    if (at.canary?.digest !== canary.digest) go(stable, dark(canary.digest));
    if (at.canary?.percent !== canary.percent) go(stable, canary);
  } else if (at.canary !== null) {
    const { digest, percent } = at.canary;
    if (form === 'serverless' && digest !== stable) {
      if (percent > 0) go(stable, dark(digest));
      go(stable, dark(stable));
    }
    go(stable, null);
  }
  return way.length === 0 ? [to] : way;
}

/** Digest -> share of the requests; a canary without requests is not among them. */
export function sharesOfSplit({
  stable,
  canary,
}: Split): readonly { readonly digest: string; readonly weight: number }[] {
  if (canary === null || canary.digest === stable) return [{ digest: stable, weight: 1 }];
  const weight = canary.percent / 100;
  return [
    { digest: stable, weight: (100 - canary.percent) / 100 },
    { digest: canary.digest, weight },
  ].filter(share => share.weight > 0);
}
