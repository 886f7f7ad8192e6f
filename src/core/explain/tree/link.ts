/** What stands between the sums of an additive model and the score it answers. */
export type Link = 'identity' | 'logistic' | 'exp' | 'probit' | 'softmax' | 'softmax-zero';

/**
 * Scores of margins, as ONNX Runtime computes them.
 * @param margins n x columns, row-major
 * @returns n x columns
 */
export function applyLink(link: Link, margins: Float64Array, columns: number): Float64Array {
  if (link !== 'softmax' && link !== 'softmax-zero') return margins.map(scalarLink(link));
  const scores = new Float64Array(margins.length);
  for (let at = 0; at < margins.length; at += columns)
    scores.set(softmax(margins.subarray(at, at + columns), link === 'softmax-zero'), at);
  return scores;
}

/** Links that take each margin by itself. */
export type ScalarLink = Exclude<Link, 'softmax' | 'softmax-zero'>;

export function scalarLink(link: ScalarLink): (margin: number) => number {
  switch (link) {
    case 'identity':
      return margin => margin;
    case 'logistic':
      return logistic;
    case 'exp':
      return Math.exp;
    case 'probit':
      return probit;
  }
}

function logistic(margin: number): number {
  const v = 1 / (1 + Math.exp(-Math.abs(margin)));
  return margin < 0 ? 1 - v : v;
}

/** The runtime's approximation (Winitzki) of the inverse of the normal distribution function. */
function probit(p: number): number {
  const x = 2 * p - 1;
  const log = Math.log((1 - x) * (1 + x));
  const v = 2 / (3.14159 * 0.147) + 0.5 * log;
  return Math.SQRT2 * (x < 0 ? -1 : 1) * Math.sqrt(-v + Math.sqrt(v * v - log / 0.147));
}

/** @param skipZeros a margin of zero stays zero, and is no part of the sum */
function softmax(margins: Float64Array, skipZeros: boolean): Float64Array {
  const most = margins.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  const out = margins.map(margin => {
    if (skipZeros && Math.abs(margin) <= 1e-7) return margin * Math.exp(-most);
    const power = Math.exp(margin - most);
    sum += power;
    return power;
  });
  return out.map(each => each / sum);
}
