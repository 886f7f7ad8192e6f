import { binomialCdf, chiSquareTail } from './distributions.ts';

export interface McNemar {
  readonly pValue: number;
  readonly test: string;
}

/**
 * Whether two paired classifiers err equally often.
 * @param b rows that only the first gets right
 * @param c rows that only the second gets right
 * Exact binomial below 25 discordant rows, else chi-square with Edwards' continuity correction.
 */
export function mcnemar(b: number, c: number): McNemar {
  const discordant = b + c;
  if (discordant < 25) {
    const pValue = discordant === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(b, c), discordant, 0.5));
    return { pValue, test: "McNemar's exact test" };
  }
  const statistic = (Math.abs(b - c) - 1) ** 2 / discordant;
  return { pValue: chiSquareTail(statistic, 1), test: "McNemar's test with continuity correction" };
}
