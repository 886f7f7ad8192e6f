import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { explanation } from '../../protocol/results/explanation.ts';
import { explain } from '../tasks/explain.ts';
import { creditModel, example, modelSource, noMeaning, quiet } from '../testing.ts';

const credit: ExplainJob = {
  kind: 'explain',
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 15,
  where: null,
  rows: [3, 250],
  method: 'shapley',
  output: null,
  space: null,
  budget: 100,
  seed: 7,
};
const bike: ExplainJob = {
  ...credit,
  model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
  meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
  data: example('bike-demand/data/holdout.csv'),
};
const bikes: ExplainJob = { ...bike, background: null };

/** Few enough players that every coalition is asked. */
const groups = [
  { name: 'account', columns: ['checking_account', 'savings', 'credit_history'] },
  { name: 'loan', columns: ['duration', 'credit_amount', 'purpose', 'installment_rate'] },
  { name: 'work', columns: ['employment_since', 'job'] },
  { name: 'home', columns: ['housing', 'residence_since', 'property'] },
];

function near(found: readonly number[], expected: readonly number[], digits: number): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, digits));
}

describe('groups of columns', () => {
  it('are one player each, exactly as enumeration and as the trees say', async () => {
    const wide = [
      ...groups,
      { name: 'person', columns: ['age', 'personal_status', 'dependents', 'telephone', 'foreign_worker'] },
    ];
    const black = await explain({ ...credit, groups: wide }, quiet);
    expect(explanation.parse(black)).toEqual(black);
    expect(black).toMatchObject({
      method: 'shapley-exact',
      groups: { by: 'user', owen: false },
    });
    expect(black.groups!.members.map(({ name }) => name).sort()).toEqual(wide.map(({ name }) => name).sort());
    const account = black.features.find(({ name }) => name === 'account')!;
    expect(account.columns).toEqual(['checking_account', 'credit_history', 'savings']);
    const exact = await explain({ ...credit, method: 'tree', space: 'raw', groups: wide }, quiet);
    const raw = await explain({ ...credit, space: 'raw', groups: wide }, quiet);
    expect(exact.method).toBe('tree');
    expect(exact.features.map(({ name }) => name)).toEqual(raw.features.map(({ name }) => name));
    exact.rows.forEach(({ values }, i) => near(values, raw.rows[i]!.values, 4));
  });

  it('are found by how columns move together', async () => {
    const found = await explain({ ...bikes, correlated: 0.8 }, quiet);
    expect(found.groups).toMatchObject({ by: 'correlation', threshold: 0.8 });
    expect(found.features.map(({ name }) => name)).toContain('temperature + feels_like');
    expect(found.warnings.map(({ kind }) => kind)).not.toContain('correlated');
  });

  it.each([
    ['unknown columns', { groups: [{ name: 'g', columns: ['agee'] }] }, /Did you mean `age`/],
    ['both kinds', { groups, correlated: 0.5 }, /Choose one/],
    ['a threshold that is none', { correlated: 0 }, /between 0 and 1/],
  ])('refuses %s', async (_, part, sentence) => {
    const failure = explain({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });
});

describe('Owen values', () => {
  it('share what a group explains among its columns', async () => {
    const together = await explain(
      { ...bikes, groups: [{ name: 'warm', columns: ['temperature', 'feels_like'] }] },
      quiet,
    );
    const owen = await explain(
      { ...bikes, owen: true, groups: [{ name: 'warm', columns: ['temperature', 'feels_like'] }] },
      quiet,
    );
    expect(owen).toMatchObject({ method: 'owen-exact', exact: true, groups: { owen: true } });
    const at = (result: typeof owen, name: string): number =>
      result.features.findIndex(feature => feature.name === name);
    owen.rows.forEach(({ values }, i) => {
      const sum = values[at(owen, 'temperature')]! + values[at(owen, 'feels_like')]!;
      expect(sum).toBeCloseTo(together.rows[i]!.values[at(together, 'warm')]!, 3);
    });
  });

  it('follow a clustering of the columns when no group is named', async () => {
    const found = await explain({ ...credit, owen: true, budget: 400 }, quiet);
    expect(found.method).toMatch(/^owen-/);
    expect(found.groups).toEqual({ by: 'correlation', threshold: null, owen: true, members: [] });
    expect(found.features).toHaveLength(20);
    expect(found.proof.maxAdditivityError).toBeLessThan(1e-6);
  });

  it('are found by asking, and why is said', async () => {
    const found = await explain({ ...bikes, method: 'auto', owen: true }, quiet);
    expect(found.proof.whyNotExact).toMatch(/Owen values are found by asking/);
    await expect(explain({ ...credit, method: 'tree', owen: true }, quiet)).rejects.toThrow(/Owen values/);
  });
});

describe('interaction values of a black box', () => {
  it('are those of the trees', async () => {
    const asked = { ...credit, space: 'raw' as const, interactions: true, groups };
    const few = {
      ...asked,
      groups: [
        ...groups,
        { name: 'rest', columns: ['age', 'personal_status', 'dependents', 'telephone', 'foreign_worker'] },
      ],
    };
    const black = await explain(few, quiet);
    const exact = await explain({ ...few, method: 'tree' }, quiet);
    black.rows.forEach(({ interactions, values }, i) =>
      interactions!.forEach((line, a) => {
        near(line, exact.rows[i]!.interactions![a]!, 4);
        expect(line.reduce((sum, value) => sum + value, 0)).toBeCloseTo(values[a]!, 10);
      }),
    );
  });

  it('are refused for more players than can be enumerated, with the way out', async () => {
    await expect(explain({ ...credit, interactions: true }, quiet)).rejects.toThrow(
      /up to 11 players, and there are 20. Group columns/,
    );
    await expect(explain({ ...bikes, interactions: true, owen: true }, quiet)).rejects.toThrow(
      /no interaction values/,
    );
  });
});

describe('sampling', () => {
  it('stops when the intervals are small enough, and says what it reached', async () => {
    const whole = await explain({ ...credit, budget: 2000 }, quiet);
    expect(whole.proof.sampling).toMatchObject({ stopped: 0 });
    const stopped = await explain({ ...credit, budget: 2000, stop: { share: 0, absolute: 0.02 } }, quiet);
    const { widest, coalitions } = stopped.proof.sampling!;
    expect(widest).toBeLessThanOrEqual(0.02);
    expect(coalitions).toBeLessThan(2000);
    expect(stopped.proof.evaluations).toBeLessThan(whole.proof.evaluations);
  });
});

describe('a part of the rows', () => {
  it('has its own, and names the whole', async () => {
    const job = { ...bikes, rows: [0, 700, 1500, 1600, 1700] };
    const whole = await explain(job, quiet);
    const parts = await Promise.all([1, 2].map(index => explain({ ...job, shard: { index, of: 2 } }, quiet)));
    expect(parts.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    for (const { shard } of parts) expect(shard!.whole).toBe(whole.job);
    expect(parts[0]!.job).not.toBe(parts[1]!.job);
  });

  it.each([
    [{ index: 0, of: 2 }, /There is no part 0 of 2/],
    [{ index: 1, of: 4 }, /Part 1 of 4 has no rows/],
  ])('refuses %j', async (shard, sentence) => {
    await expect(explain({ ...bikes, shard }, quiet)).rejects.toThrow(sentence);
  });
});
