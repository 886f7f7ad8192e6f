import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { costCurve } from '../metrics/costs.ts';
import type { ClassScores } from '../metrics/scored.ts';
import { byRows } from '../stats/resamples.ts';
import type { Outcome } from './check.ts';
import type { CheckFacts } from './facts.ts';
import { fairnessChecks } from './fairness.ts';

/** Fairlearn's numbers of the groups with 30 rows or more; the file names its version. */
interface Golden {
  truth: number[];
  predicted: number[];
  scores: number[];
  columns: Record<string, Record<string, number> & { groups: string[] }>;
  intersection: {
    columns: [string, string];
    groups: Record<string, string[]>;
    by_group: { group: string[]; count: number; selection_rate: number; accuracy: number }[];
    demographic_parity_ratio: number;
  };
}
const golden = JSON.parse(readFileSync('test/golden/fairness.json', 'utf8')) as Golden;
const { costs } = JSON.parse(readFileSync('test/golden/inference.json', 'utf8')) as {
  costs: {
    truth: number[];
    scores: number[];
    false_positive: number;
    false_negative: number;
    curve: [number | string, number, number, number, number, number][];
  };
};

function scored(truth: readonly number[], scores: readonly number[]): ClassScores {
  return {
    kind: 'classification',
    classes: ['good', 'bad'],
    labels: Int32Array.from(truth),
    scores: Float64Array.from(scores.flatMap(score => [1 - score, score])),
    predicted: Int32Array.from(scores, score => (score >= 0.5 ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold: 0.5,
    n: truth.length,
  };
}

/** Our checks count groups by the rows that matter to each; Fairlearn takes every group it is given. */
const byCheck: Record<string, string> = {
  'selection-rate-ratio': 'demographic_parity_ratio',
  'demographic-parity-difference': 'demographic_parity_difference',
  'equal-opportunity': 'equal_opportunity_difference',
  'false-positive-parity': 'false_positive_difference',
  'equalized-odds': 'equalized_odds_difference',
  'predictive-parity': 'precision_difference',
};

it.each(Object.keys(golden.columns))('the parities of `%s` are Fairlearn’s', name => {
  const column = golden.columns[name]!;
  const levels = [...new Set(column.groups)];
  const facts = {
    scored: scored(golden.truth, golden.scores),
    groups: [{ name, levels, codes: Int32Array.from(column.groups, group => levels.indexOf(group)) }],
    scheme: byRows,
    data: null,
  } as unknown as CheckFacts;
  let compared = 0;
  for (const [id, expected] of Object.entries(byCheck)) {
    const found = fairnessChecks.find(check => check.id === id)!.run(facts, 0);
    if ('notRun' in found) continue;
    const large = levels.filter(level => column.groups.filter(group => group === level).length >= 30);
    // A group with too few rows that matter is left out here, and not there.
    if (found.evidence!.rows.filter(row => row[3] !== null).length < large.length) continue;
    expect(found.value, id).toBeCloseTo(column[expected]!, 10);
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(name === 'telephone' ? 5 : 2);
});

it('intersections of two columns are those of Fairlearn’s MetricFrame', () => {
  const { columns, groups, by_group: byGroup } = golden.intersection;
  const facts = {
    scored: scored(golden.truth, golden.scores),
    groups: columns.map(name => {
      const levels = [...new Set(groups[name])];
      return { name, levels, codes: Int32Array.from(groups[name]!, group => levels.indexOf(group)) };
    }),
    scheme: byRows,
    data: null,
  } as unknown as CheckFacts;
  const linesOf = (id: string): Map<string, (string | number | boolean | null)[]> => {
    const found = fairnessChecks.find(check => check.id === id)!.run(facts, 0);
    if ('notRun' in found) throw new Error(found.notRun);
    const crossed = found.evidence!.rows.filter(([column]) => column === columns.join(' × '));
    return new Map(crossed.map(row => [String(row[1]), row]));
  };
  const [selection, floor] = [linesOf('selection-rate-ratio'), linesOf('group-floor')];
  for (const { group, count, selection_rate: rate, accuracy } of byGroup) {
    const name = group.join(' × ');
    expect(selection.get(name)!.slice(2)).toEqual([count, expect.closeTo(rate, 12)]);
    expect(floor.get(name)!.slice(2, 4)).toEqual([count, expect.closeTo(accuracy, 12)]);
  }
  const judged = [...selection.values()].filter(row => row[3] !== null).map(row => Number(row[3]));
  expect(judged).toHaveLength(byGroup.length);
  expect(Math.min(...judged) / Math.max(...judged)).toBeCloseTo(
    golden.intersection.demographic_parity_ratio,
    12,
  );
  const small = [...selection.values()].filter(row => row[3] === null);
  expect(small.length).toBeGreaterThan(0);
  for (const row of small) expect(Number(row[2])).toBeLessThan(30);
});

it('what a threshold costs is what scikit-learn’s confusion matrix says', () => {
  const found = costCurve(scored(costs.truth, costs.scores), 1, {
    falsePositive: costs.false_positive,
    falseNegative: costs.false_negative,
  });
  const expected = costs.curve.toReversed();
  expect(found).toHaveLength(expected.length);
  found.forEach(({ threshold, cost }, i) => {
    const [at] = expected[i]!;
    expect(threshold).toBe(at === 'Infinity' ? Infinity : at);
    expect(cost).toBeCloseTo(expected[i]![5], 12);
  });
});

it('the larger of two differences is chosen of twice as many pairs', () => {
  const levels = ['a', 'b'];
  const n = 400;
  const facts = {
    scored: scored(
      Array.from({ length: n }, (_, row) => Number(row % 4 < 2)),
      Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 0.9 : 0.1)),
    ),
    groups: [{ name: 'g', levels, codes: Int32Array.from({ length: n }, (_, row) => row % 2) }],
    scheme: byRows,
    data: null,
  } as unknown as CheckFacts;
  const levelOf = (id: string): number | undefined => {
    const found = fairnessChecks.find(check => check.id === id)!.run(facts, 0);
    return 'notRun' in found ? undefined : found.interval!.level;
  };
  expect(levelOf('equal-opportunity')).toBe(0.95);
  expect(levelOf('equalized-odds')).toBe(0.975);
});

it('groups of fewer than 30 clusters are not judged, and those with more by their clusters', () => {
  const n = 400;
  const truth = Array.from({ length: n }, (_, row) => Number(row % 4 < 2));
  const scores = Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 0.9 : 0.1));
  const run = (id: string, size: number): Outcome => {
    const parts = Int32Array.from({ length: n }, (_, row) => Math.floor(row / size));
    const facts = {
      scored: scored(truth, scores),
      groups: [{ name: 'g', levels: ['a', 'b'], codes: Int32Array.from({ length: n }, (_, row) => row % 2) }],
      scheme: { kind: 'clustered', parts, by: '`customer`' },
      data: null,
    } as unknown as CheckFacts;
    return fairnessChecks.find(check => check.id === id)!.run(facts, 0);
  };
  expect(run('equal-opportunity', 20)).toEqual({
    notRun: 'No group column has two groups with 30 clusters of `customer` each.',
  });
  expect(run('group-floor', 20)).toEqual({ notRun: 'No group has 30 clusters of `customer`.' });
  for (const { id } of fairnessChecks) {
    const found = run(id, 5);
    if ('notRun' in found) throw new Error(found.notRun);
    expect(found.interval?.method, id).toMatch(/clusters of `customer`$/);
  }
});
