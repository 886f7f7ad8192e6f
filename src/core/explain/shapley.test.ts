import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { shapley } from './shapley.ts';
import type { ComposedModel, ExplainTask } from './types.ts';

const still = { aborted: false, throwIfAborted: (): void => undefined };

function table(rows: number, d: number, seed: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: rows * d }, () => random() * 2 - 1);
}

/** A function of d numbers over a pool of random rows; rows of levels hold the same in many players. */
function model(d: number, rows: number, f: (x: Float64Array) => number, levels?: number): ComposedModel {
  const drawn = table(rows, d, 1);
  const pool = levels === undefined ? drawn : drawn.map(value => Math.round((value * levels) / 2) / levels);
  return {
    players: Array.from({ length: d }, (_, j) => `x${j}`),
    poolRows: rows,
    outputs: 1,
    ...(levels === undefined ? {} : { same: (j, a, b) => pool[a * d + j] === pool[b * d + j] }),
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

  // Two pairs of walks may agree by chance: their errors hold nine tenths here, and 84 % when they are not widened.
  it.each([
    [300, 0.92],
    [40, 0.87],
  ])('covers the truth about as often as its errors say, of %i coalitions', async (budget, least) => {
    const d = 14;
    const sampled = model(d, 40, interactions);
    const rows = Array.from({ length: 4 }, (_, i) => 20 + i);
    const truth = await shapley(sampled, task(rows, background), { budget: 2 ** d });
    let inside = 0;
    let all = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const one = await shapley(sampled, task(rows, background, seed), { budget });
      one.values.forEach((value, at) => {
        all++;
        if (Math.abs(value - truth.values[at]!) <= 1.96 * one.errors![at]! + 1e-12) inside++;
      });
    }
    expect(inside / all).toBeGreaterThan(least);
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

  describe('against each row of the background by itself', () => {
    const d = 14;
    const levelled = model(d, 20, interactions, 2);
    const asked = task([0, 1, 2], background);

    it('gives a row the same alone as among others, and parts as the whole', async () => {
      const whole = await shapley(levelled, asked, { budget: 200 });
      for (const [i, row] of [0, 1, 2].entries()) {
        const alone = await shapley(levelled, task([row], background), { budget: 200 });
        expect(alone.values).toEqual(whole.values.subarray(i * d, (i + 1) * d));
        expect(alone.errors).toEqual(whole.errors!.subarray(i * d, (i + 1) * d));
      }
    });

    it('asks less where rows hold the same, and is right as often as its errors say', async () => {
      const { same, ...blind } = levelled;
      expect(same).toBeDefined();
      const truth = await shapley(blind, asked, { budget: 2 ** d });
      const [every, few] = await Promise.all(
        [blind, levelled].map(async each => await shapley(each, asked, { budget: 400 })),
      );
      expect(few!.evaluations).toBeLessThan(every!.evaluations);
      let [inside, all] = [0, 0];
      for (let seed = 1; seed <= 20; seed++) {
        const one = await shapley(levelled, task([0, 1, 2], background, seed), { budget: 100 });
        expect(one.additivityError).toBeLessThan(1e-12);
        one.values.forEach((value, at) => {
          all++;
          if (Math.abs(value - truth.values[at]!) <= 1.96 * one.errors![at]! + 1e-12) inside++;
        });
      }
      expect(inside / all).toBeGreaterThan(0.92);
      expect(inside / all).toBeLessThan(0.98);
    });

    it('enumerates few players the same whether rows hold the same or not', async () => {
      const { same, ...blind } = model(8, 20, x => Math.sin(x[0]! + x[1]! * x[2]!) + x[7]!, 2);
      const all = await shapley(blind, asked, { budget: 0, interactions: true });
      const few = await shapley({ ...blind, same: same! }, asked, { budget: 0, interactions: true });
      expect(few.exact).toBe(true);
      few.values.forEach((value, at) => expect(value).toBeCloseTo(all.values[at]!, 12));
      few.interactions!.forEach((value, at) => expect(value).toBeCloseTo(all.interactions![at]!, 12));
    });

    it('gives nothing to constant players and the difference to the only one that is not', async () => {
      const row = Float64Array.of(1, NaN, 3, 4, NaN, 6, 7, 8, 9, 10, 11, 12, 13);
      const value = (pick: number, j: number): number => (j === 2 ? pick : row[j]!);
      const constant: ComposedModel = {
        players: Array.from(row, (_, j) => `x${j}`),
        poolRows: 3,
        outputs: 1,
        same: (j, a, b) => Object.is(value(a, j), value(b, j)),
        evaluate: picks => {
          const n = picks.length / row.length;
          return Promise.resolve(Float64Array.from({ length: n }, (_, i) => picks[i * row.length + 2]! ** 2));
        },
      };
      const found = await shapley(constant, task([2], [0, 1]), { budget: 100 });
      found.values.forEach((phi, j) => expect(phi).toBe(j === 2 ? 3.5 : 0));
      expect(Math.max(...found.errors!)).toBe(0);
      expect(found.evaluations).toBe(3);
      const itself = await shapley(constant, task([1], [1]), { budget: 100 });
      expect(itself.values.every(phi => phi === 0)).toBe(true);
    });

    it('gives alike players the same, and players that change nothing nothing, within its errors', async () => {
      // x0 and x1 hold the same and act alike; x2 is not read.
      const alike = model(d, 20, x => Math.tanh(3 * x[0]! * x[3]! * x[4]! + x[5]! * x[6]!));
      const twins: ComposedModel = {
        ...alike,
        evaluate: (picks, signal) => {
          const both = Float64Array.from({ length: picks.length / d });
          const swapped = picks.slice();
          for (let at = 0; at < picks.length; at += d) swapped[at] = picks[at + 1]!;
          return Promise.all([alike.evaluate(picks, signal), alike.evaluate(swapped, signal)]).then(
            ([a, b]) => both.map((_, i) => a[i]! + b[i]!),
          );
        },
      };
      const { values, errors } = await shapley(twins, task([0], background), { budget: 300 });
      expect(errors![0]).toBeGreaterThan(0);
      expect(Math.abs(values[0]! - values[1]!)).toBeLessThan(4 * Math.hypot(errors![0]!, errors![1]!));
      expect(Math.abs(values[2]!)).toBeLessThan(4 * errors![2]!);
    });

    it('is asked of a thousand players, and of one background row', async () => {
      const wide = model(1000, 4, x => x[0]! * x[1]! + x[999]!);
      const few = await shapley(wide, task([0], [1]), { budget: 100 });
      expect(few.method).toBe('shapley-permutation');
      expect(few.additivityError).toBeLessThan(1e-12);
      const less = model(200, 4, x => x[0]! * x[1]! + x[199]!);
      const many = await shapley(less, task([0], [1, 2]), { budget: 800 });
      expect(many.method).toBe('shapley-leverage');
      expect(many.additivityError).toBeLessThan(1e-10);
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
