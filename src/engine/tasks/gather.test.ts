import { describe, expect, it } from 'vitest';
import type { ValidateJob } from '../../protocol/engine.ts';
import type { Validation } from '../../protocol/results/validation.ts';
import { dataOf, noMeaning, noPolicy, oddModel, opened, quiet } from '../testing.ts';
import { leaksOf } from './leaks.ts';
import { validate } from './validate.ts';

const linear: ValidateJob = {
  kind: 'validate',
  model: oddModel('linear'),
  predictions: null,
  baseline: null,
  original: null,
  meaning: noMeaning,
  policy: noPolicy,
  holdout: null,
  reference: null,
  resamples: 20,
  seed: 3,
};
const check = (result: Validation, id: string): Validation['checks'][number] =>
  result.checks.find(one => one.id === id)!;
const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 3) % 11},${-i},${i % 5}`);

describe('what the policy states of a model', () => {
  it('a direction is tried on every row', async () => {
    const holdout = await dataOf(`a,b,c,d\n${rows.join('\n')}\n`);
    const asked = async (a: 'increasing' | 'decreasing'): Promise<Validation['checks'][number]> =>
      check(
        await validate({ ...linear, holdout, policy: { ...noPolicy, monotonic: { a } } }, quiet),
        'monotonicity',
      );
    const [up, down] = [await asked('increasing'), await asked('decreasing')];
    // A linear model goes one way: one of the two holds everywhere and the other nowhere.
    expect([up.value, down.value].sort()).toEqual([0, 1]);
    expect([up.status, down.status].sort()).toEqual(['pass', 'warn']);
  });

  it('a contract is held against the signature', async () => {
    const contract = (output: string): ValidateJob => ({
      ...linear,
      policy: { ...noPolicy, contract: { inputs: { x: 'float32 [?, 4]' }, outputs: { y: output } } },
    });
    expect(check(await validate(contract('float32 [?,1]'), quiet), 'contract').status).toBe('pass');
    const broken = check(await validate(contract('float64 [?, 1]'), quiet), 'contract');
    expect(broken).toMatchObject({ status: 'fail', value: 1 });
    expect(broken.evidence!.rows[0]).toEqual(['output', 'y', 'float64 [?, 1]', 'float32 [?, 1]']);
    expect(check(await validate(linear, quiet), 'shape-inference').status).toBe('pass');
  });
});

describe('leaks between two files', () => {
  it('are dates before the end of the other, and identifiers in both', async () => {
    const reference = await opened(
      await dataOf('customer_id,day,x\na,2024-01-01,1\nb,2024-01-31,2\n', 'r.csv'),
    );
    const data = await opened(
      await dataOf('customer_id,day,x\nb,2024-01-15,1\nc,2024-02-01,2\nb,2024-02-02,2\n', 'd.csv'),
    );
    expect(await leaksOf(data, reference, new Set(['x']))).toEqual({
      dates: [{ column: 'day', rows: 1, detail: 'the reference ends at 2024-01-31' }],
      identifiers: [{ column: 'customer_id', rows: 2, detail: null }],
    });
    expect(await leaksOf(data, reference, new Set(['customer_id', 'day']))).toMatchObject({
      identifiers: [],
    });
  });
});
