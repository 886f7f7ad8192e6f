/**
 * Bad input, told to the person who gave it: what is wrong, where, and what to do.
 * Anything else that is thrown is a fault of ours (exit code 3 instead of 2).
 */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly code: string;

  /** @param code a stable kebab-case word for the kind, such as `missing-column` */
  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }

  /** By name: each bundle of the extension and of the CLI carries a class of its own. Derived classes tell as usual. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === BadInput
      ? value instanceof Error && value.name === 'BadInput'
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
