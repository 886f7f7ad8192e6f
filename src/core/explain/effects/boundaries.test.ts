import { describe, expect, it } from 'vitest';
import { boundaries, doubles, singles } from './boundaries.ts';
import { mergedSteps } from './mergedSteps.ts';

describe('boundaries', () => {
  const below =
    (cuts: readonly number[]) =>
    (values: readonly number[]): Promise<string[]> =>
      Promise.resolve(values.map(value => String(cuts.filter(cut => value > cut).length)));

  it('are the last number of each step, in the precision that the model reads', async () => {
    const cuts = [-2.5, Math.fround(0.1), 7].map(Math.fround);
    expect(await boundaries([-10, 10], below(cuts), singles)).toEqual(cuts);
    expect(await boundaries([-10, 0.1, 10], below([-2.5, 0.1, 7]), doubles)).toEqual([-2.5, 0.1, 7]);
  });

  it('are found about zero in few rounds, although numbers are dense there', async () => {
    let rounds = 0;
    const kinds = (values: readonly number[]): Promise<string[]> => {
      rounds++;
      return below([0])(values);
    };
    expect(await boundaries([-5, 5], kinds, singles)).toEqual([0]);
    expect(rounds).toBeLessThan(36);
  });

  it('are found behind an encoder that turns the order', async () => {
    const turned = (values: readonly number[]): Promise<string[]> =>
      Promise.resolve(values.map(value => String(Math.fround(-2 * value + 1) <= -3)));
    const [edge] = await boundaries([0, 9], turned, singles);
    expect(Math.fround(-2 * edge! + 1)).toBeGreaterThan(-3);
    expect(edge).toBeCloseTo(2, 5);
  });

  it('are none where nothing changes', async () => {
    expect(await boundaries([0, 1, 2], below([5]), doubles)).toEqual([]);
  });
});

describe('merged steps', () => {
  const edges = [0, 1, 3, 4, 10];
  const mean = Float64Array.of(1, 1.1, 5, 4.9);

  it('keep the largest changes, and say what is left out', () => {
    const { starts, shown, merged } = mergedSteps(edges, mean, 2);
    expect([...starts]).toEqual([0, 2]);
    expect([...shown]).toEqual([1, 3]);
    expect(merged).toBeCloseTo(0.1, 12);
  });

  it('are all where they are few', () => {
    const { starts, shown, merged } = mergedSteps(edges, mean, 9);
    expect([...starts]).toEqual([0, 1, 2, 3]);
    expect([...shown]).toEqual([0, 1, 2, 3]);
    expect(merged).toBe(0);
  });
});
