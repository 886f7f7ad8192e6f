/** Only what the last part of the work says of its speed counts, in ms. */
const windowMs = 10_000;
/** Before so much time and work has passed, nothing honest can be said. */
const leastMs = 3000;
const leastShare = 0.01;

/** How long a task that reports its progress will still take, from its speed of late. */
export class Remaining {
  #what = '';
  #seen: { readonly at: number; readonly done: number }[] = [];

  /**
   * @param now in ms, of any steady clock
   * @returns ms, or null while too little is known
   */
  after(done: number, total: number, what: string, now: number): number | null {
    const last = this.#seen.at(-1);
    if (what !== this.#what || (last !== undefined && done < last.done)) this.#seen = [];
    this.#what = what;
    this.#seen.push({ at: now, done });
    while (this.#seen.length > 2 && this.#seen[1]!.at <= now - windowMs) this.#seen.shift();
    const first = this.#seen[0]!;
    const gained = done - first.done;
    if (now - first.at < leastMs || gained <= 0 || done < total * leastShare) return null;
    return ((total - done) * (now - first.at)) / gained;
  }
}

/** "about 2 min left"; nothing while it is not known or hardly worth saying. */
export function remainingWords(ms: number | null): string {
  if (ms === null || ms < 2000) return '';
  const seconds = ms / 1000;
  if (seconds < 50) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s left`;
  if (seconds < 3000) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 360) / 10} h left`;
}
