import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { SurrogateJob } from '../../protocol/local.ts';
import { surrogate as schema } from '../../protocol/results/surrogate.ts';
import { creditModel, example, noMeaning, quiet } from '../testing.ts';
import { surrogate } from './surrogate.ts';

const credit: SurrogateJob = {
  kind: 'surrogate',
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  reference: example('credit-risk/data/reference.csv'),
  referenceRows: 5000,
  where: null,
  depth: 3,
  heldOut: 0.3,
  resamples: 200,
  output: null,
  seed: 1,
};

describe('a surrogate tree of a model', () => {
  it('is a document of its schema, the same each time, with how well it does on rows held out', async () => {
    const first = await surrogate(credit, quiet);
    expect(schema.parse(first)).toEqual(first);
    expect(await surrogate(credit, quiet)).toEqual(first);
    expect(first).toMatchObject({ fitted: 490, held: 210, output: 'P(bad)', fidelity: { threshold: 0.5 } });
    const { r2, agreement } = first.fidelity;
    expect(r2.value).toBeGreaterThan(0.2);
    expect(r2.interval!.low).toBeLessThan(r2.value!);
    expect(agreement!.value).toBeGreaterThan(0.6);
    expect(first.nodes[0]).toMatchObject({ parent: null, n: 490 });
    const children = first.nodes.filter(({ parent }) => parent === 0);
    expect(children.map(({ branch }) => branch)).toEqual(['yes', 'no']);
    expect(children.reduce((sum, { n }) => sum + n, 0)).toBe(490);
    expect(first.nodes.filter(({ test }) => test === null)).toHaveLength(first.leaves);
  });

  it('does better the deeper it is, and is about a cohort when one is named', async () => {
    const [shallow, deep] = [
      await surrogate({ ...credit, depth: 1 }, quiet),
      await surrogate({ ...credit, depth: 5 }, quiet),
    ];
    expect(deep.fidelity.r2.value).toBeGreaterThan(shallow.fidelity.r2.value!);
    const cohort = await surrogate({ ...credit, where: 'age > 40' }, quiet);
    expect(cohort.cohort).toBe('age > 40');
    expect(cohort.fitted + cohort.held).toBeLessThan(300);
  });

  it.each([
    ['a depth it cannot have', { depth: 0 }, /1 to 10 levels, not 0/],
    ['too few rows', { where: 'age > 70' }, /needs at least 20 rows/],
    ['a cohort of nobody', { where: 'age > 700' }, /No row of .* meets/],
  ] as const)('refuses %s', async (_, part, sentence) => {
    const failure = surrogate({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });
});
