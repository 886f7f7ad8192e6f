import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import { dataOf, opened } from '../testing.ts';
import { cohortOf } from './cohort.ts';

const text = 'age,city\n20,Ulm\n50,Bonn\n41,Ulm\n,Ulm\n70,"it\'s"\n';

describe('a cohort', () => {
  it('is the rows that meet a condition, by their numbers in the file', async () => {
    const data = await opened(await dataOf(text));
    const cohort = await cohortOf(data, 'age > 40');
    expect(cohort).toMatchObject({ total: 5, size: 3 });
    expect(cohort.sample(10, 1)).toEqual([1, 2, 4]);
    expect(cohort.sample(2, 1)).toEqual(cohort.sample(2, 1));
    expect([0, 1, 3].map(row => cohort.has(row))).toEqual([false, true, false]);
    expect((await cohortOf(data, "city = 'it''s' -- said so")).sample(9, 1)).toEqual([4]);
    expect((await cohortOf(data, null)).size).toBe(5);
  });

  it.each([
    ['no condition at all', 'age >', /The filter `age >` cannot be used/],
    ['a column that is not there', 'wage > 3', /wage/],
    ['more than a condition', 'age > 1) union (select 1', /cannot be used/],
    ['a question of its own', 'age in (select 1)', /only one expression/],
    ['a condition no row meets', 'age > 100', /No row of `data.csv` meets `age > 100`/],
  ])('is refused for %s', async (_, where, sentence) => {
    const data = await opened(await dataOf(text));
    const refused = cohortOf(data, where);
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toThrow(BadInput);
  });
});
