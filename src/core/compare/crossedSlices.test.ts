import { describe, expect, it } from 'vitest';
import type { Table } from '../data/table.ts';
import type { ClassScores } from '../metrics/scored.ts';
import { seeded } from '../random.ts';
import { byRows, type Scheme } from '../stats/resamples.ts';
import { paired } from './align.ts';
import { sliceDeltas, type SliceDelta } from './sliceDeltas.ts';

const n = 2400;
const words = ['a', 'b', 'c', 'd'];

/** Three columns of four words that say nothing of each other. @param size rows of a cluster, which share all words */
function tableOf(seed: number, size = 1): Table {
  const random = seeded(seed);
  const column = (name: string): Table['columns'][number] => {
    const own = Float64Array.from({ length: n / size }, () => Math.floor(4 * random()));
    const codes = Int32Array.from({ length: n }, (_, row) => own[Math.floor(row / size)]!);
    return { kind: 'category', name, codes, levels: words };
  };
  return { rows: n, columns: ['x', 'y', 'z'].map(column) };
}

/** A version whose rows are wrong at a rate. */
function version(wrong: (row: number) => boolean): ClassScores {
  const labels = Int32Array.from({ length: n }, (_, row) => row % 2);
  return {
    ...{
      kind: 'classification',
      classes: ['no', 'yes'],
      positive: null,
      threshold: 0.5,
      probabilities: true,
    },
    ...{ labels, predicted: labels.map((label, row) => (wrong(row) ? 1 - label : label)) },
    ...{ scores: new Float64Array(2 * n), n },
  };
}

function deltas(
  table: Table,
  a: ClassScores,
  b: ClassScores,
  seed: number,
  scheme: Scheme = byRows,
): SliceDelta[] {
  return sliceDeltas(paired(a, b), table, 0.95, scheme, seed).slices;
}

describe('slices of two features', () => {
  it('that got worse are found on one half and judged on the other, where neither feature tells alone', () => {
    const table = tableOf(1);
    const [x, y] = table.columns.map(column =>
      column.kind === 'category' ? column.codes : new Int32Array(),
    );
    const random = seeded(2);
    const a = version(() => random() < 0.15);
    // Worse in one cell, and as much better in the rest of its row and its column.
    const b = version(row => {
      const [inX, inY] = [x![row] === 1, y![row] === 2];
      return random() < (inX && inY ? 0.5 : inX || inY ? 0.04 : 0.15);
    });
    const failed = deltas(table, a, b, 3).filter(({ status }) => status === 'fail');
    expect(failed).toMatchObject([
      { slice: 'x = b and y = c', where: `"x" = 'b' AND "y" = 'c'`, crossed: true, metric: 'accuracy' },
    ]);
    // About half of the cell's rows: those that did not choose it.
    const cell = x!.filter((code, row) => code === 1 && y![row] === 2).length;
    expect(failed[0]!.n).toBeGreaterThan(0.35 * cell);
    expect(failed[0]!.n).toBeLessThan(0.65 * cell);
    expect(failed[0]!.delta).toBeCloseTo(-0.35, 0);
  });

  it.each<[string, number]>([
    ['rows', 1],
    ['clusters that change as a whole', 8],
  ])('fail in at most one of twenty pairs of versions that are equally good: %s', (_, size) => {
    let wrong = 0;
    for (let seed = 0; seed < 60; seed++) {
      const table = tableOf(seed, size);
      const random = seeded(500 + seed);
      const swap = Uint8Array.from({ length: n / size }, () => (random() < 0.3 ? 1 : 0));
      const better = Uint8Array.from({ length: n / size }, () => (random() < 0.5 ? 1 : 0));
      const changed = (row: number): boolean => swap[Math.floor(row / size)] === 1;
      const first = (row: number): boolean => better[Math.floor(row / size)] === 1;
      const a = version(row => changed(row) && first(row));
      const b = version(row => changed(row) && !first(row));
      const parts = Int32Array.from({ length: n }, (_, row) => Math.floor(row / size));
      const scheme: Scheme = size === 1 ? byRows : { kind: 'clustered', parts, by: '`customer`' };
      if (deltas(table, a, b, seed, scheme).some(({ status }) => status === 'fail')) wrong++;
    }
    // P of more than 7 of 60 at a true rate of 5 % is 0.01.
    expect(wrong).toBeLessThanOrEqual(7);
  });

  it('take the rows of a sample for those of the answers', () => {
    const table = tableOf(4);
    const [x, y] = table.columns.map(column =>
      column.kind === 'category' ? column.codes : new Int32Array(),
    );
    const cell = (row: number): boolean => x![row] === 0 && y![row] === 0;
    const random = seeded(7);
    const a = version(() => random() < 0.1);
    const b = version(row => random() < (cell(row) ? 0.7 : 0.1));
    const whole = deltas(table, a, b, 1).filter(({ crossed }) => crossed === true);
    const order = Int32Array.from({ length: n }, (_, row) => n - 1 - row);
    const turned: Table = {
      rows: n,
      columns: table.columns.map(column =>
        column.kind === 'category' ? { ...column, codes: order.map(row => column.codes[row]!) } : column,
      ),
    };
    const { slices } = sliceDeltas(paired(a, b), turned, 0.95, byRows, 1, order);
    for (const found of [whole, slices])
      expect(found.filter(({ status }) => status === 'fail').map(({ slice }) => slice)).toContain(
        'x = a and y = a',
      );
  });
});
