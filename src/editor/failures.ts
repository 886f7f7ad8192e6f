export function isCancelled(error: unknown): boolean {
  return error instanceof Error && ['AbortError', 'Canceled', 'Leaving'].includes(error.name);
}

/** What to say of any error, in a sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
