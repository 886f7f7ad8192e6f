import { taken } from '../metrics/arranged.ts';
import { isLabelled, labelledRows, type Scored } from '../metrics/scored.ts';
import { normalCdf } from '../stats/distributions.ts';
import { benjaminiHochberg } from '../stats/multiplicity.ts';
import type { Check } from './check.ts';
import { meanLoss } from './rowLoss.ts';
import { slicesOf } from './slices.ts';
import type { DataFacts } from './facts.ts';
import { number, tableOf } from './words.ts';

const leastRows = 30;
const discoveryRate = 0.05;

interface FoundSlice {
  readonly slice: string;
  readonly n: number;
  /** Share right, or mean absolute error. */
  readonly value: number;
  /** Value over that of all rows, turned so that below 1 is worse. */
  readonly ratio: number;
  readonly p: number;
}

/** The slices that are worse than the other rows beyond chance, worst first; and how many were tried. */
function worseSlices(
  scored: Scored,
  data: DataFacts,
): { found: FoundSlice[]; tried: number; overall: number } {
  const answers = data.sampleRows === null ? scored : taken(scored, data.sampleRows);
  const all = labelledRows(answers);
  const right = scored.kind === 'classification';
  const total = meanLoss(answers, all);
  const slices = slicesOf(data.sample, leastRows).flatMap(({ name, rows }) => {
    const inside = all.length === answers.n ? rows : rows.filter(row => isLabelled(answers, row));
    if (inside.length < leastRows || all.length - inside.length < leastRows) return [];
    const slice = meanLoss(answers, inside);
    const rest = remainder(total, slice);
    const error = Math.sqrt(slice.variance / slice.n + rest.variance / rest.n);
    // One-sided: only a slice that is worse counts.
    const p = error > 0 ? 1 - normalCdf((slice.mean - rest.mean) / error) : slice.mean > rest.mean ? 0 : 1;
    const value = right ? 1 - slice.mean : slice.mean;
    const ratio = right ? value / (1 - total.mean) : total.mean / value;
    return [{ slice: name, n: slice.n, value, ratio, p }];
  });
  const adjusted = benjaminiHochberg(slices.map(({ p }) => p));
  const found = slices
    .map((slice, i) => ({ ...slice, p: adjusted[i]! }))
    .filter(({ p, ratio }) => p <= discoveryRate && ratio < 1)
    .sort((a, b) => a.ratio - b.ratio);
  return { found, tried: slices.length, overall: right ? 1 - total.mean : total.mean };
}

/** Mean and variance of the rows outside a slice, from the sums of all and of the slice. */
function remainder(
  all: ReturnType<typeof meanLoss>,
  slice: ReturnType<typeof meanLoss>,
): ReturnType<typeof meanLoss> {
  const n = all.n - slice.n;
  const mean = (all.mean * all.n - slice.mean * slice.n) / n;
  const squares = (part: ReturnType<typeof meanLoss>): number =>
    part.variance * (part.n - 1) + part.n * part.mean ** 2;
  const variance = Math.max(0, (squares(all) - squares(slice) - n * mean ** 2) / Math.max(1, n - 1));
  return { n, mean, variance };
}

export const worstSlice: Check = {
  id: 'worst-slice',
  title: 'Worst slice',
  group: 'performance',
  needs: ['answers', 'data', 'labels'],
  severity: 'warn',
  unit: null,
  threshold: { op: '>=', value: 0.8, source: 'Deepchecks: 80 % of the mean' },
  run: ({ scored, data }) => {
    if (data === null) return { notRun: 'The data was not profiled.' };
    const { found, tried, overall } = worseSlices(scored!, data);
    const what = scored!.kind === 'regression' ? 'mean absolute error' : 'accuracy';
    if (tried === 0) return { notRun: `No slice and its remainder both have ${leastRows} labelled rows.` };
    const [worst] = found;
    if (worst === undefined)
      return { value: 1, finding: `None of ${tried} slices is worse than chance explains.` };
    return {
      value: worst.ratio,
      finding: `\`${worst.slice}\` is worst of ${tried} slices: ${what} ${number(worst.value)} over ${worst.n} rows, against ${number(overall)} overall.`,
      advice: 'Look at these rows, train with more like them, or leave them to another model.',
      evidence: tableOf(
        ['slice', 'rows', what, 'ratio to all', 'adjusted p'],
        found.map(one => [one.slice, one.n, one.value, one.ratio, one.p]),
      ),
    };
  },
};
