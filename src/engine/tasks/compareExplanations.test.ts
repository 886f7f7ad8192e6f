import { describe, expect, it } from 'vitest';
import type { ExplanationComparisonJob } from '../../protocol/local.ts';
import { explanationComparison } from '../../protocol/results/explanationComparison.ts';
import { creditModel, example, noMeaning, quiet } from '../testing.ts';
import { compareExplanations } from './compareExplanations.ts';
import { explain } from './explain.ts';

const credit: ExplanationComparisonJob = {
  kind: 'compareExplanations',
  a: creditModel('1.0.0'),
  b: creditModel('1.1.0'),
  whereA: null,
  whereB: null,
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 20,
  rows: 30,
  method: 'auto',
  output: null,
  space: null,
  budget: 64,
  resamples: 200,
  seed: 1,
};

describe('explanations of two versions', () => {
  it('are a document of its schema, the same each time: what gained, what lost, whose reasons changed', async () => {
    const first = await compareExplanations(credit, quiet);
    expect(explanationComparison.parse(first)).toEqual(first);
    expect(await compareExplanations(credit, quiet)).toEqual(first);
    expect(first).toMatchObject({ of: 'versions', output: 'P(bad)', sides: { a: { n: 30 }, b: { n: 30 } } });
    expect(first.features).toHaveLength(20);
    const settings = { ...credit, kind: 'explain' as const, where: null };
    const own = await explain({ ...settings, model: credit.b }, quiet);
    for (const { feature, value } of own.global)
      expect(first.features.find(each => each.feature === feature)!.b).toBeCloseTo(value, 12);
    for (const { delta, interval } of first.features) {
      expect(interval!.low).toBeLessThanOrEqual(delta);
      expect(interval!.high).toBeGreaterThanOrEqual(delta);
    }
    const moved = first.rows.map(row => row.moved);
    expect(moved).toEqual(moved.toSorted((x, y) => y - x));
    for (const { row, predictionB } of first.rows)
      expect(own.rows.find(each => each.row === row)!.prediction).toBe(predictionB);
  });

  it('of one version on two cohorts are not paired, and name them', async () => {
    const cohorts = await compareExplanations(
      { ...credit, a: credit.b, whereA: 'age > 40', whereB: 'age <= 40' },
      quiet,
    );
    expect(cohorts).toMatchObject({ of: 'cohorts', rows: [] });
    expect(cohorts.sides.a).toMatchObject({ name: 'age > 40', where: 'age > 40', n: 30 });
    expect(cohorts.sides.a.rows + cohorts.sides.b.rows).toBe(300);
    expect(cohorts.sentence).toMatch(/age <= 40/);
  });

  it.each([
    ['a cohort of nobody', { whereB: 'age > 400' }, /No row of .* meets `age > 400`/],
    ['a condition that is none', { whereA: 'age >' }, /The filter `age >` cannot be used/],
  ] as const)('refuse %s', async (_, part, sentence) => {
    await expect(compareExplanations({ ...credit, ...part }, quiet)).rejects.toThrow(sentence);
  });
});
