/** Tables as likely as the one found count with it, in spite of rounding (as in R and SciPy). */
const equallyLikely = 1 + 1e-7;

/**
 * Fisher's exact test of two shares, `a` of `n` against `b` of `m`: the two-sided p-value, the sum over all tables of
 * the same margins that are no likelier than this one. It holds for few rows too, where chi-square does not.
 */
export function fisherExact(a: number, n: number, b: number, m: number): number {
  const hits = a + b;
  // Each table's chance over this one's, by steps away from it. Where they overflow, p is below 1e-300.
  let [within, all] = [1, 1];
  const count = (ratio: number): void => {
    all += ratio;
    if (ratio <= equallyLikely) within += ratio;
  };
  let ratio = 1;
  for (let k = a; k < Math.min(n, hits); k++)
    count((ratio *= ((n - k) * (hits - k)) / ((k + 1) * (m - hits + k + 1))));
  ratio = 1;
  for (let k = a; k > Math.max(0, hits - m); k--)
    count((ratio *= (k * (m - hits + k)) / ((n - k + 1) * (hits - k + 1))));
  return within / all;
}
