/** What stands between the sums of an additive model and the score it answers. */
export type Link = 'identity' | 'logistic' | 'exp' | 'probit' | 'softmax' | 'softmax-zero';

/**
 * Scores of margins, as ONNX Runtime computes them.
 * @param margins n x columns, row-major
 * @returns n x columns
 */
export function applyLink(link: Link, margins: Float64Array, columns: number): Float64Array {
  if (isScalar(link)) return margins.map(scalarLink(link));
  const scores = new Float64Array(margins.length);
  for (let from = 0; from < margins.length; from += columns) {
    const total = softmaxTotal(link, margins, from, columns);
    for (let at = from; at < from + columns; at++) scores[at] = softmaxScore(link, margins[at]!, total);
  }
  return scores;
}

/** Scores of one column. */
export function linkedColumn(
  link: Link,
  margins: Float64Array,
  columns: number,
  column: number,
): Float64Array {
  const score = isScalar(link)
    ? scalarLink(link)
    : (margin: number, from: number): number =>
        softmaxScore(link, margin, softmaxTotal(link, margins, from, columns));
  return Float64Array.from({ length: margins.length / columns }, (_, row) =>
    score(margins[row * columns + column]!, row * columns),
  );
}

/** Links that take the margins of all classes together. */
export type ClassLink = 'softmax' | 'softmax-zero';

/** Links that take each margin by itself. */
export type ScalarLink = Exclude<Link, ClassLink>;

export function isScalar(link: Link): link is ScalarLink {
  return link !== 'softmax' && link !== 'softmax-zero';
}

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

/** The logarithm that a softmax takes off the margins of a row: the `columns` numbers from `from` on. */
export function softmaxTotal(link: ClassLink, margins: Float64Array, from: number, columns: number): number {
  let most = -Infinity;
  for (let at = from; at < from + columns; at++) most = Math.max(most, margins[at]!);
  let sum = 0;
  for (let at = from; at < from + columns; at++)
    if (!leftOut(link, margins[at]!)) sum += Math.exp(margins[at]! - most);
  return most + Math.log(sum);
}

/** @param total of the row (`softmaxTotal`) */
export function softmaxScore(link: ClassLink, margin: number, total: number): number {
  return leftOut(link, margin) ? margin * Math.exp(-total) : Math.exp(margin - total);
}

/** Of `softmax-zero` a margin of zero stays zero, and is no part of the sum. */
function leftOut(link: ClassLink, margin: number): boolean {
  return link === 'softmax-zero' && Math.abs(margin) <= 1e-7;
}
