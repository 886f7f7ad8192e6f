import { expect, it } from 'vitest';
import { seeded } from '../../random.ts';
import { fillLeafTable } from './leafTable.ts';
import { productShares } from './marginShap.ts';
import { fillPathTable } from './pathTable.ts';

it('is the table of a background whose patterns are products of shares', () => {
  const random = seeded(4);
  for (let k = 1; k <= 10; k++)
    for (const whenFalse of [0, 2.5]) {
      // A share of 0 is a branch that no background row takes.
      const shares = Float64Array.from({ length: k }, (_, j) => (j === 1 ? 0 : random()));
      const histogram = new Float64Array(1 << k);
      productShares(histogram, k, shares);
      const [slow, fast, scratch] = [0, 1, 2].map(() => new Float64Array(k << k)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      fillLeafTable(histogram, k, 1.5, whenFalse, slow, new Float64Array(2 << k));
      fillPathTable(shares, k, 1.5, whenFalse, fast, scratch);
      slow.forEach((value, at) => expect(fast[at]).toBeCloseTo(value, 13));
    }
});
