import type { Check } from './check.ts';
import { tableOf } from './evidence.ts';
import { number } from '../words.ts';

export const worstSlice: Check = {
  id: 'worst-slice',
  title: 'Worst slice',
  group: 'performance',
  needs: ['answers', 'data', 'labels'],
  severity: 'warn',
  unit: null,
  threshold: { op: '>=', value: 0.8, source: 'Deepchecks: 80 % of the mean' },
  run: ({ errors }) => {
    if (errors === null)
      return { notRun: 'The labelled rows (or the clusters of them) are too few for two halves.' };
    const { slices, tried, halves, measure, leastRows, clusters } = errors;
    const least = clusters === undefined ? 'labelled rows' : `clusters of \`${clusters}\``;
    if (tried === 0)
      return {
        notRun: `No slice and its remainder both have ${leastRows} ${least} in each half.`,
      };
    const what = measure === 'accuracy' ? 'accuracy' : 'mean absolute error';
    const found = slices.filter(({ confirmed }) => confirmed);
    const [worst] = found;
    if (worst === undefined)
      return {
        value: null,
        finding: `Of ${number(tried)} slices tried on one half of the rows, none is worse beyond chance on the other: there is no worst slice to hold against the limit.`,
      };
    const { confirmation } = worst;
    return {
      value: worst.ratio,
      interval: worst.ratioInterval,
      finding: `\`${worst.name}\` is worst of ${number(tried)} slices: ${what} ${number(confirmation.value)} over ${number(confirmation.n)} rows that did not choose it, against ${number(halves.confirmation.value)} for all.`,
      advice: 'Look at these rows, train with more like them, or leave them to another model.',
      evidence: tableOf(
        ['slice', 'rows', what, 'ratio to all', 'adjusted p'],
        found.map(one => [one.name, one.confirmation.n, one.confirmation.value, one.ratio, one.adjusted]),
      ),
    };
  },
};
