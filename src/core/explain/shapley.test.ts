import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { shapley } from './shapley.ts';
import type { ComposedModel, ExplainTask } from './types.ts';

const still = { aborted: false, throwIfAborted: (): void => undefined };

function table(rows: number, d: number, seed: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: rows * d }, () => random() * 2 - 1);
}

/** A function of d numbers over a pool of random rows. */
function model(d: number, rows: number, f: (x: Float64Array) => number): ComposedModel {
  const pool = table(rows, d, 1);
  return {
    players: Array.from({ length: d }, (_, j) => `x${j}`),
    poolRows: rows,
    outputs: 1,
    evaluate(picks) {
      const x = new Float64Array(d);
      const values = new Float64Array(picks.length / d);
      for (let i = 0; i < values.length; i++) {
        for (let j = 0; j < d; j++) x[j] = pool[picks[i * d + j]! * d + j]!;
        values[i] = f(x);
      }
      return Promise.resolve(values);
    },
  };
}

function task(rows: number[], background: number[], seed = 3): ExplainTask {
  return {
    rows: Int32Array.from(rows),
    background: Int32Array.from(background),
    seed,
    signal: still,
    progress: () => undefined,
  };
}

const background = Array.from({ length: 10 }, (_, i) => i + 5);

describe('shapley', () => {
  it('gives w (x - mean) for a linear function, exactly', async () => {
    const d = 4;
    const weights = [2, -1, 0.5, 0];
    const linear = model(d, 20, x => x.reduce((sum, value, j) => sum + value * weights[j]!, 1));
    const pool = table(20, d, 1);
    const { values, exact, additivityError } = await shapley(linear, task([0], background), { budget: 0 });
    expect(exact).toBe(true);
    expect(additivityError).toBeLessThan(1e-12);
    weights.forEach((weight, j) => {
      const mean = background.reduce((sum, row) => sum + pool[row * d + j]!, 0) / background.length;
      expect(values[j]).toBeCloseTo(weight * (pool[j]! - mean), 12);
    });
  });

  it('is zero for a player that changes nothing', async () => {
    const square = model(3, 20, x => x[0]! * x[0]! + 7);
    const { values } = await shapley(square, task([0, 1], background), { budget: 0 });
    expect(values[1]).toBeCloseTo(0, 12);
    expect(values[2]).toBeCloseTo(0, 12);
  });

  /** Interactions of three and more: pairs alone would be recovered exactly by any paired design. */
  const interactions = (x: Float64Array): number =>
    Math.tanh(
      2 * x[0]! * x[1]! * x[2]! +
        Math.sin(3 * x[2]!) * x[3]! +
        (x[4]! > 0 ? x[5]! * x[7]! : -x[6]!) +
        x.reduce((sum, value) => sum + value, 0) / 9,
    );

  for (const [name, budget] of [
    ['permutation', 40],
    ['leverage', 400],
  ] as const)
    it(`is right on average when sampling by ${name}, and adds up every time`, async () => {
      const d = 13;
      const sampled = model(d, 20, interactions);
      const truth = await shapley(sampled, task([0], background), { budget: 2 ** d });
      const seeds = 40;
      const sums = new Float64Array(d);
      const squares = new Float64Array(d);
      for (let seed = 1; seed <= seeds; seed++) {
        const one = await shapley(sampled, task([0], background, seed), { budget });
        expect(one.method).toBe(`shapley-${name}`);
        expect(one.additivityError).toBeLessThan(1e-12);
        one.values.forEach((value, j) => {
          const miss = value - truth.values[j]!;
          sums[j]! += miss;
          squares[j]! += miss * miss;
        });
      }
      sums.forEach((sum, j) => {
        const standardError = Math.sqrt(squares[j]!) / seeds;
        expect(Math.abs(sum / seeds)).toBeLessThan(4 * standardError);
      });
    });

  it('is exact when the budget covers every coalition', async () => {
    const d = 12;
    const whole = await shapley(model(d, 20, interactions), task([0], background), { budget: 2 ** d });
    const other = await shapley(model(d, 20, interactions), task([0], background, 99), { budget: 2 ** d });
    expect(Math.max(...whole.errors!)).toBe(0);
    whole.values.forEach((value, j) => expect(value).toBeCloseTo(other.values[j]!, 10));
  });

  it('gives the same values for the same seed and others for another', async () => {
    const sampled = model(13, 20, interactions);
    const one = await shapley(sampled, task([0], background, 1), { budget: 100 });
    const same = await shapley(sampled, task([0], background, 1), { budget: 100 });
    const other = await shapley(sampled, task([0], background, 2), { budget: 100 });
    expect(same.values).toEqual(one.values);
    expect(other.values).not.toEqual(one.values);
  });

  it('covers the truth as often as its errors say', async () => {
    const d = 14;
    const sampled = model(d, 40, interactions);
    const rows = Array.from({ length: 4 }, (_, i) => 20 + i);
    const truth = await shapley(sampled, task(rows, background), { budget: 2 ** d });
    let inside = 0;
    let all = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const one = await shapley(sampled, task(rows, background, seed), {
        budget: 300,
      });
      one.values.forEach((value, at) => {
        all++;
        if (Math.abs(value - truth.values[at]!) <= 1.96 * one.errors![at]! + 1e-12) inside++;
      });
    }
    expect(inside / all).toBeGreaterThan(0.92);
    expect(inside / all).toBeLessThan(0.98);
  });

  describe('that stops when values are known well enough', () => {
    const d = 13;
    const sampled = model(d, 20, interactions);
    const rows = task([0, 1, 2], background);

    it.each([
      ['leverage', 4096],
      ['permutation', 4 * d - 1],
    ] as const)('by %s uses the whole budget where nothing is narrow enough', async (_, budget) => {
      const whole = await shapley(sampled, rows, { budget });
      const never = await shapley(sampled, rows, { budget, stop: { share: 0, absolute: 1e-15 } });
      expect(never.sampling).toMatchObject({ stopped: 0 });
      expect(never.sampling!.widest).toBeGreaterThan(0);
      expect(never.errors!.every(error => error >= 0)).toBe(true);
      expect(never.evaluations).toBeGreaterThanOrEqual(whole.evaluations * 0.95);
    });

    it('asks less, says how wide it got, and keeps within it', async () => {
      const truth = await shapley(sampled, rows, { budget: 2 ** d });
      const stop = { share: 0, absolute: 0.03 };
      const found = await shapley(sampled, rows, { budget: 4096, stop });
      const { widest, stopped, coalitions } = found.sampling!;
      expect(stopped).toBe(3);
      expect(widest).toBeLessThanOrEqual(0.03);
      expect(coalitions).toBeLessThan(1000);
      found.values.forEach((value, at) => expect(Math.abs(value - truth.values[at]!)).toBeLessThan(2 * 0.03));
      const share = await shapley(sampled, rows, { budget: 4096, stop: { share: 0.5, absolute: 0 } });
      expect(share.sampling!.coalitions).toBeLessThan(coalitions);
    });

    it('is the same in steps as at once when the last step is reached', async () => {
      const linear = model(d, 20, x => x.reduce((sum, value, j) => sum + value * (j + 1), 0));
      const once = await shapley(linear, rows, { budget: 400 });
      const steps = await shapley(linear, rows, { budget: 400, stop: { share: 0, absolute: 1e-300 } });
      steps.values.forEach((value, at) => expect(value).toBeCloseTo(once.values[at]!, 10));
    });
  });

  it('gives interaction values whose lines sum to the values, of few players', async () => {
    const d = 4;
    const product = model(d, 20, x => x[0]! * x[1]! + 2 * x[2]!);
    const { values, interactions: pairs } = await shapley(product, task([0, 3], background), {
      budget: 0,
      interactions: true,
    });
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < d; j++) {
        const line = pairs!.subarray((i * d + j) * d, (i * d + j + 1) * d);
        expect(line.reduce((sum, value) => sum + value, 0)).toBeCloseTo(values[i * d + j]!, 12);
        expect(line[3]).toBeCloseTo(0, 12);
      }
    expect(Math.abs(pairs![1]!)).toBeGreaterThan(0);
    expect(pairs![2]).toBeCloseTo(0, 12);
  });

  it('refuses an empty background', async () => {
    await expect(
      shapley(
        model(3, 5, () => 0),
        task([0], []),
        { budget: 0 },
      ),
    ).rejects.toMatchObject({
      code: 'empty-background',
    });
  });
});
