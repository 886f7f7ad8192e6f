import type { ModelRef } from '../../../src/protocol/results/shared.ts';

/** Digests and models that samples speak of. */

export const digest = (n: number): string =>
  Array.from({ length: 64 }, (_, i) => ((i * 7 + n * 13 + ((i * n) % 5)) % 16).toString(16)).join('');

export const model = (version: string, n: number): ModelRef & { readonly version: string } => ({
  digest: digest(n),
  name: 'credit-risk',
  version,
  path: `models/credit-risk-${version}.onnx`,
  size: 1_240_000 + n * 1000,
});
