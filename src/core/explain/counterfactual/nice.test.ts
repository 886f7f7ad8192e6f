import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../data/table.ts';
import { Gower } from '../gower.ts';
import { nearestUnlike, nice } from './nice.ts';
import { bestFirst, withoutNeedless, type WantedModel } from './search.ts';

interface Golden {
  readonly counterfactuals: {
    readonly rows: readonly (readonly number[])[];
    readonly reference_from: number;
    readonly weights: readonly number[];
    readonly by_word: readonly (readonly number[])[];
    readonly cases: readonly {
      readonly optimization: 'none' | 'sparsity' | 'proximity';
      readonly row: number;
      readonly found: readonly number[];
    }[];
  };
}

const file = join(import.meta.dirname, '../../../../test/golden/local.json');
const { counterfactuals: golden } = JSON.parse(readFileSync(file, 'utf8')) as Golden;
const signal = new AbortController().signal;

function tableOf(rows: readonly (readonly number[])[], words: readonly number[]): Table {
  return {
    rows: rows.length,
    columns: rows[0]!.map((_, j) =>
      words.includes(j)
        ? {
            kind: 'category',
            name: `c${j}`,
            codes: Int32Array.from(rows, row => row[j]!),
            levels: ['a', 'b', 'c', 'd'],
          }
        : { kind: 'number', name: `c${j}`, values: Float64Array.from(rows, row => row[j]!) },
    ),
  };
}

function modelOf(rows: readonly (readonly number[])[], wanted: 0 | 1): WantedModel {
  return {
    columns: 5,
    evaluate(picks) {
      const n = picks.length / 5;
      const score = new Float64Array(n);
      const met = new Uint8Array(n);
      for (let i = 0; i < n; i++) {
        const cell = (j: number): number => rows[picks[i * 5 + j]!]![j]!;
        let margin = golden.by_word[0]![cell(3)]! + golden.by_word[1]![cell(4)]!;
        for (let j = 0; j < 3; j++) margin += cell(j) * golden.weights[j]!;
        const p = 1 / (1 + Math.exp(-margin));
        score[i] = wanted === 1 ? p : 1 - p;
        met[i] = score[i]! > 0.5 ? 1 : 0;
      }
      return Promise.resolve({ score, met });
    },
  };
}

const { rows } = golden;
const table = tableOf(rows, [3, 4]);
const reference = Int32Array.from(
  { length: rows.length - golden.reference_from },
  (_, i) => golden.reference_from + i,
);
const distance = new Gower(table, reference);

async function wantedModel(row: number): Promise<WantedModel> {
  const one = modelOf(rows, 1);
  const { met } = await one.evaluate(new Int32Array(5).fill(row), signal);
  return met[0] === 1 ? modelOf(rows, 0) : one;
}

const cellsOf = (picks: Int32Array): number[] => Array.from(picks, (pick, j) => rows[pick]![j]!);

describe('counterfactuals by nearest instances', () => {
  it('are those of NICEx: nearest instance, best first by sparsity and by proximity', async () => {
    for (const { optimization, row, found } of golden.cases) {
      const model = await wantedModel(row);
      const task = { model, row, reference, distance, permits: () => true, signal };
      const [nearest] = await nearestUnlike(task);
      const [own] =
        optimization === 'none'
          ? [nearest!]
          : await bestFirst(model, distance, row, [nearest!], optimization, signal);
      expect(cellsOf(own!.picks)).toEqual(found);
    }
  });

  it('give what is wanted, need each of their changes, and keep what may not change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 19 }),
        fc.subarray([0, 1, 2, 3, 4], { maxLength: 4 }),
        async (row, frozen) => {
          const model = await wantedModel(row);
          const found = await nice({
            model,
            row,
            reference,
            distance,
            permits: j => !frozen.includes(j),
            count: 3,
            signal,
          });
          for (const { picks, distance: away } of found) {
            expect((await model.evaluate(picks, signal)).met[0]).toBe(1);
            for (const j of frozen) expect(picks[j]).toBe(row);
            expect(away).toBeCloseTo(distance.composed(picks, 0, row), 12);
            for (const j of picks.keys()) {
              if (picks[j] === row) continue;
              const back = picks.slice();
              back[j] = row;
              expect((await model.evaluate(back, signal)).met[0]).toBe(0);
            }
          }
          const away = found.map(one => one.distance);
          expect(away).toEqual(away.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds one whenever a reference row gives what is wanted', async () => {
    for (let row = 0; row < 20; row++) {
      const model = await wantedModel(row);
      const found = await nice({ model, row, reference, distance, permits: () => true, count: 1, signal });
      expect(found).toHaveLength(1);
    }
  });

  it('takes nothing back that is needed', async () => {
    const model = await wantedModel(0);
    const [nearest] = await nearestUnlike({
      model,
      row: 0,
      reference,
      distance,
      permits: () => true,
      signal,
    });
    const [pruned] = await withoutNeedless(model, distance, 0, [nearest!], signal);
    expect(pruned!.distance).toBeLessThanOrEqual(nearest!.distance);
    expect((await model.evaluate(pruned!.picks, signal)).met[0]).toBe(1);
  });
});
