const versionLike = /^v?\d+(\.\d+)*([-+.]?[\p{L}\p{N}.-]+)?$/u;

/** True when every name is a version number such as `1.10.0` or `v2-rc1`: then names tell the order. */
export function areVersionNumbers(names: readonly string[]): boolean {
  return names.length > 0 && names.every(name => versionLike.test(name));
}

/** Newest first: 1.10 before 1.9; a pre-release after its release. */
export function byVersionNumber(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const difference = (right.numbers[i] ?? 0) - (left.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.rest === '' || right.rest === '') return right.rest === left.rest ? 0 : left.rest === '' ? -1 : 1;
  return byName(a, b);
}

/** `b` before `a`, with numbers in words counted as numbers: run-10 before run-9. */
export function byName(a: string, b: string): number {
  return collator.compare(b, a);
}

const collator = new Intl.Collator('en', { numeric: true });

function parts(name: string): { readonly numbers: readonly number[]; readonly rest: string } {
  const [, numbers = '', rest = ''] = /^v?(\d+(?:\.\d+)*)(.*)$/.exec(name) ?? [];
  return { numbers: numbers.split('.').map(Number), rest };
}
