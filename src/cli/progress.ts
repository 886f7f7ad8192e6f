import { Remaining, remainingWords } from '../core/remaining.ts';
import type { EngineProgress } from '../protocol/engine.ts';

/** A line on a terminal that says how far the work is. Nothing where there is no terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #shown = false;
  #last = 0;
  readonly #remaining = new Remaining();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  readonly show = ({ done, total, what }: EngineProgress): void => {
    const now = Date.now();
    if (!this.#stream.isTTY || (now - this.#last < 100 && done < total)) return;
    this.#last = now;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const filled = Math.round(share * 24);
    const left = remainingWords(this.#remaining.after(done, total, what, now));
    const line =
      `[${'#'.repeat(filled)}${'.'.repeat(24 - filled)}] ${Math.round(share * 100)} %  ${what}` +
      (left === '' ? '' : `, ${left}`);
    this.#stream.write(`\r${line.slice(0, (this.#stream.columns || 80) - 1)}\x1b[K`);
    this.#shown = true;
  };

  /** Takes the line away, so that what follows starts on a clean one. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
