/** ONNX Runtime 1.30 reads models up to this IR version (found by loading models made for each). */
export const LARGEST_IR = 13;

/** The newest opset of each versioned domain that ONNX Runtime 1.30 accepts (found likewise). */
export const LARGEST_OPSET: ReadonlyMap<string, number> = new Map([
  ['', 26],
  ['ai.onnx.ml', 5],
]);

const RUNTIME_DOMAINS: ReadonlySet<string> = new Set([
  '',
  'ai.onnx.ml',
  'ai.onnx.preview.training',
  'ai.onnx.training',
  'com.microsoft',
  'com.microsoft.experimental',
  'com.microsoft.nchwc',
  'com.ms.internal.nhwc',
  'org.pytorch.aten',
]);

/** `ai.onnx` is another name of the default domain. */
export function canonicalDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** True for the domains whose operators ONNX Runtime brings along. */
export function isRuntimeDomain(domain: string): boolean {
  return RUNTIME_DOMAINS.has(canonicalDomain(domain));
}

/** The domain as people name it. */
export function domainName(domain: string): string {
  return domain === '' ? 'ai.onnx' : domain;
}
