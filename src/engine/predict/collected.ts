import type { Answers } from './scorer.ts';

/** Joins the answers of batches into the answers of all rows. */
export class CollectedAnswers {
  #rows = 0;
  #width = 0;
  #scores = new Float64Array(0);
  #labels: string[] | null = null;

  add(part: Answers): void {
    this.#width = part.width;
    const needed = (this.#rows + part.rows) * part.width;
    if (needed > this.#scores.length) {
      const larger = new Float64Array(Math.max(needed, this.#scores.length * 2));
      larger.set(this.#scores.subarray(0, this.#rows * part.width));
      this.#scores = larger;
    }
    this.#scores.set(part.scores, this.#rows * part.width);
    if (part.labels !== null) {
      this.#labels ??= [];
      for (const label of part.labels) this.#labels.push(label);
    }
    this.#rows += part.rows;
  }

  all(): Answers {
    return {
      rows: this.#rows,
      width: this.#width,
      scores: this.#scores.subarray(0, this.#rows * this.#width),
      labels: this.#labels,
    };
  }
}
