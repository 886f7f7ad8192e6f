/** True for what the person can mend. By name: the editor and its services are two bundles, each with its class. */
export function isBadInput(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === 'BadInput';
}

export function isCancelled(error: unknown): boolean {
  return error instanceof Error && ['AbortError', 'Canceled', 'Leaving'].includes(error.name);
}

/** What to say of any error, in a sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
