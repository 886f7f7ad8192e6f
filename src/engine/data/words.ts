/** Words and their codes, in the order they were first seen. Codes stay what they are as words are added. */
export class Words {
  readonly levels: string[] = [];
  readonly #codes = new Map<string, number>();

  /** The code of a word; -1 for a missing one. */
  code(word: unknown): number {
    if (word === null || word === undefined) return -1;
    const text = word as string;
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.levels.length;
    this.levels.push(text);
    this.#codes.set(text, code);
    return code;
  }
}
