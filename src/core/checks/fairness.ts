import type { Interval } from '../../protocol/results/shared.ts';
import type { Evidence } from '../../protocol/results/validation.ts';
import type { Cell } from '../data/table.ts';
import { isLabelled, type ClassScores, type Scored } from '../metrics/scored.ts';
import { clusteredMean, isClustered, observations, observationWords } from '../stats/clusteredMean.ts';
import { normalQuantile } from '../stats/distributions.ts';
import type { Scheme } from '../stats/resamples.ts';
import { differenceInterval, ratioInterval, shareInterval, type Counted } from '../stats/shares.ts';
import type { Check, Outcome } from './check.ts';
import type { CheckFacts, GroupColumn } from './facts.ts';
import { withIntersections } from './intersections.ts';
import { meanLoss, rowLoss, type MeanLoss } from './rowLoss.ts';
import { tableOf } from './evidence.ts';
import { number, percent } from '../words.ts';

/**
 * Group F: the policy's groups against each other, by each column and by each pair of columns (intersections). Groups
 * with fewer than 30 rows (or clusters of them, where rows are no independent observations) are listed and not judged;
 * intervals are widened for all that are compared.
 */

const base = { group: 'fairness', severity: 'warn', unit: null } as const;
const leastRows = 30;

interface Group {
  readonly column: string;
  readonly level: string;
  readonly rows: Int32Array;
}

/** The groups of one column, or of a pair of columns. */
interface Groups {
  /** With enough of the wanted rows, or clusters of them. */
  readonly large: readonly Group[];
  readonly small: readonly Group[];
}

function groupsOf(
  columns: readonly GroupColumn[],
  scored: Scored,
  scheme: Scheme,
  wanted: (row: number) => boolean,
): Groups[] {
  return withIntersections(columns).map(({ name, levels, codes }) => {
    const rows: number[][] = levels.map(() => []);
    for (let row = 0; row < scored.n; row++)
      if (codes[row]! >= 0 && wanted(row)) rows[codes[row]!]!.push(row);
    const all = levels.map((level, code) => ({ column: name, level, rows: Int32Array.from(rows[code]!) }));
    const enough = new Set(all.filter(group => observations(group.rows, scheme) >= leastRows));
    return {
      large: [...enough],
      small: all.filter(group => group.rows.length > 0 && !enough.has(group)),
    };
  });
}

function listed(groups: readonly Groups[]): {
  readonly large: readonly Group[];
  readonly small: readonly Group[];
} {
  return { large: groups.flatMap(({ large }) => large), small: groups.flatMap(({ small }) => small) };
}

/** Lines of the groups that are too small to be judged: their count, and nothing else. */
function unjudged(small: readonly Group[], width: number): Cell[][] {
  return small.map(({ column, level, rows }) => [
    column,
    level,
    rows.length,
    ...new Array<Cell>(width).fill(null),
  ]);
}

interface Share extends Counted {
  readonly column: string;
  readonly level: string;
  readonly n: number;
}

/** Lowest and highest share among the groups of one column. */
interface Extremes {
  readonly lowest: Share;
  readonly highest: Share;
  readonly shares: readonly Share[];
  /** Level at which 95 % hold for all pairs of groups of all columns together (Bonferroni). */
  readonly level: number;
  readonly scheme: Scheme;
}

/** @param measures of which the largest is reported: their pairs are compared together */
function extremes(
  groups: readonly Groups[],
  hit: (row: number) => boolean,
  measures: number,
  scheme: Scheme,
): Extremes[] {
  const compared = groups.filter(({ large }) => large.length >= 2);
  const pairs = compared.reduce((sum, { large }) => sum + (large.length * (large.length - 1)) / 2, 0);
  return compared.map(({ large }) => {
    const shares = large
      .map(group => ({ ...group, hit, hits: group.rows.filter(hit).length, n: group.rows.length }))
      .sort((a, b) => a.hits / a.n - b.hits / b.n);
    const level = 1 - 0.05 / (pairs * measures);
    return { lowest: shares[0]!, highest: shares.at(-1)!, shares, level, scheme };
  });
}

function sharesTable(all: readonly Extremes[], groups: readonly Groups[], heading: string): Evidence {
  return tableOf(
    ['column', 'group', 'rows', heading],
    [
      ...all.flatMap(({ shares }) => shares.map(one => [one.column, one.level, one.n, one.hits / one.n])),
      ...unjudged(listed(groups).small, 1),
    ],
  );
}

const words = ({ column, level, hits, n }: Share): string =>
  `${percent(hits / n)} for ${column} = ${level} (n = ${n})`;

const tooSmall = (scheme: Scheme): Outcome => ({
  notRun: `No group column has two groups with ${observationWords(leastRows, 'such rows', scheme)} each.`,
});
const noneLarge = (scheme: Scheme): Outcome => ({
  notRun: `No group has ${observationWords(leastRows, 'labelled rows', scheme)}.`,
});
const notBinary = { notRun: 'Only a binary task has a positive class.' } as const;

interface Parity {
  readonly id: string;
  readonly title: string;
  readonly needs: Check['needs'];
  readonly threshold: Check['threshold'];
  readonly what: string;
  readonly advice: string;
  /** Rows that count. */
  readonly among: (scored: ClassScores, positive: number, row: number) => boolean;
  /** What is counted among them; predicted positive unless said. */
  readonly hit?: (scored: ClassScores, positive: number, row: number) => boolean;
  readonly heading?: string;
  readonly value: (found: Extremes) => number;
  readonly interval: (found: Extremes) => Interval | null;
  /** Orders columns: the largest is the worst. */
  readonly badness: (value: number) => number;
}

/** A check of how often something happens in each group. */
function parity(check: Parity): Check {
  const { id, title, needs, threshold } = check;
  return { ...base, id, title, needs, threshold, run: facts => parityOf(check, facts, 1) };
}

/** @param measures of which the largest is reported */
function parityOf(check: Parity, { scored, groups, scheme }: CheckFacts, measures: number): Outcome {
  if (scored?.kind !== 'classification' || scored.positive === null) return notBinary;
  const positive = scored.positive;
  const hit = check.hit ?? ((_, __, row) => scored.predicted[row] === positive);
  const grouped = groupsOf(groups, scored, scheme, row => check.among(scored, positive, row));
  const all = extremes(grouped, row => hit(scored, positive, row), measures, scheme).sort(
    (a, b) => check.badness(check.value(b)) - check.badness(check.value(a)),
  );
  const [worst] = all;
  if (worst === undefined) return tooSmall(scheme);
  return {
    value: check.value(worst),
    interval: check.interval(worst),
    finding: `${check.what}: ${words(worst.lowest)}, ${words(worst.highest)}.`,
    advice: check.advice,
    evidence: sharesTable(all, grouped, check.heading ?? 'share predicted positive'),
  };
}

const share = ({ hits, n }: Share): number => hits / n;
const difference = ({ lowest, highest }: Extremes): number => share(highest) - share(lowest);
const differenceAbove0 = ({ lowest, highest, level, scheme }: Extremes): Interval => {
  const found = differenceInterval(highest, lowest, level, scheme);
  return { ...found, low: Math.max(0, found.low) };
};

const selectionRate = parity({
  id: 'selection-rate-ratio',
  title: 'Selection-rate ratio of groups',
  needs: ['answers', 'data', 'group'],
  threshold: { op: '>=', value: 0.8, source: 'the four-fifths rule; Fairlearn: 0.8' },
  what: 'Share predicted positive',
  advice: 'Ask whether the groups truly differ; if not, look at which inputs carry the difference.',
  among: () => true,
  value: ({ lowest, highest }) => (highest.hits === 0 ? 1 : share(lowest) / share(highest)),
  interval: ({ lowest, highest, level, scheme }) => {
    const found = ratioInterval(lowest, highest, level, scheme);
    return found === null ? null : { ...found, high: Math.min(1, found.high) };
  },
  badness: value => -value,
});

const foundPositives: Parity = {
  id: 'equal-opportunity',
  title: 'Equal opportunity of groups',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between groups' },
  what: 'Share of the positives that are found',
  advice: 'Train with more positives of the group that is missed, or move its threshold if that is lawful.',
  among: (scored, positive, row) => scored.labels[row] === positive,
  value: difference,
  interval: differenceAbove0,
  badness: value => value,
};

const parityDifference = parity({
  id: 'demographic-parity-difference',
  title: 'Demographic parity difference',
  needs: ['answers', 'data', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between groups' },
  what: 'Share predicted positive',
  advice: 'Ask whether the groups truly differ; if not, look at which inputs carry the difference.',
  among: () => true,
  value: difference,
  interval: differenceAbove0,
  badness: value => value,
});

const predictiveParity = parity({
  id: 'predictive-parity',
  title: 'Predictive parity of groups',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between groups' },
  what: 'Share of those called positive that are',
  advice: 'Calibrate by group, or look at labels that are less sure in one group.',
  among: (scored, positive, row) => scored.labels[row]! >= 0 && scored.predicted[row] === positive,
  hit: (scored, positive, row) => scored.labels[row] === positive,
  heading: 'share that is positive',
  value: difference,
  interval: differenceAbove0,
  badness: value => value,
});

const falseAlarms: Parity = {
  id: 'false-positive-parity',
  title: 'False-positive parity of groups',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between groups' },
  what: 'Share of the negatives that are called positive',
  advice: 'Look at which inputs raise the score of negatives in that group.',
  among: (scored, positive, row) => scored.labels[row]! >= 0 && scored.labels[row] !== positive,
  value: difference,
  interval: differenceAbove0,
  badness: value => value,
};

/**
 * The larger of the two differences, as Fairlearn's equalized_odds_difference. The larger is chosen of twice as many
 * pairs, so its interval is widened for all of them.
 */
const equalizedOdds: Check = {
  ...base,
  id: 'equalized-odds',
  title: 'Equalized odds of groups',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between groups' },
  run: facts => {
    const found = [foundPositives, falseAlarms].map(check => parityOf(check, facts, 2));
    const [first, second] = found;
    if (first === undefined || second === undefined || 'notRun' in first)
      return first ?? tooSmall(facts.scheme);
    if ('notRun' in second) return second;
    return Number(second.value) > Number(first.value) ? second : first;
  },
};

/** Of a group's mean loss; null where it cannot be told. */
function lossInterval(
  scored: Scored,
  { rows, mean, variance }: Group & MeanLoss,
  level: number,
  scheme: Scheme,
): Interval | null {
  if (scored.kind === 'classification')
    return shareInterval(
      { rows, hits: Math.round(mean * rows.length), hit: row => rowLoss(scored, row) === 1 },
      level,
      scheme,
    );
  if (isClustered(scheme)) {
    const losses = Float64Array.from(rows, row => rowLoss(scored, row));
    return clusteredMean(losses, rows, scheme, level).interval;
  }
  const half = normalQuantile(0.5 + level / 2) * Math.sqrt(variance / rows.length);
  return { low: mean - half, high: mean + half, level, method: 'normal interval of the mean error' };
}

const groupFloor: Check = {
  ...base,
  id: 'group-floor',
  title: 'Worst group',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '>=', value: 0.8, source: '80 % of the overall value' },
  run: ({ scored, groups, scheme }): Outcome => {
    const labelled = (row: number): boolean => isLabelled(scored!, row);
    const { large, small } = listed(groupsOf(groups, scored!, scheme, labelled));
    if (large.length === 0) return noneLarge(scheme);
    const right = scored!.kind === 'classification';
    const all = Int32Array.from({ length: scored!.n }, (_, row) => row).filter(labelled);
    const overall = meanLoss(scored!, all).mean;
    // Shares right against the overall share; for errors the overall error against the group's.
    const ratio = (loss: number): number => (right ? (1 - loss) / (1 - overall) : overall / loss);
    const level = 1 - 0.05 / large.length;
    const found = large
      .map(group => ({ ...group, ...meanLoss(scored!, group.rows) }))
      .sort((a, b) => ratio(a.mean) - ratio(b.mean));
    const worst = found[0]!;
    if (!Number.isFinite(ratio(worst.mean))) return { notRun: 'The overall value is 0: there is no ratio.' };
    const losses = lossInterval(scored!, worst, level, scheme);
    const [low, high] = losses === null ? [NaN, NaN] : [ratio(losses.high), ratio(losses.low)];
    const value = (loss: number): number => (right ? 1 - loss : loss);
    return {
      value: ratio(worst.mean),
      interval: losses !== null && high >= low ? { ...losses, low, high } : null,
      finding: `${right ? 'Accuracy' : 'Mean absolute error'} is ${number(value(worst.mean))} for ${worst.column} = ${worst.level} (n = ${worst.n}), ${number(value(overall))} overall.`,
      advice: 'Train with more rows of this group, or leave it to another model.',
      evidence: tableOf(
        ['column', 'group', 'rows', right ? 'accuracy' : 'mean absolute error', 'ratio to all'],
        [
          ...found.map(one => [one.column, one.level, one.n, value(one.mean), ratio(one.mean)]),
          ...unjudged(small, 2),
        ],
      ),
    };
  },
};

const groupCalibration: Check = {
  ...base,
  id: 'group-calibration',
  title: 'Calibration by group',
  needs: ['answers', 'data', 'labels', 'group'],
  threshold: { op: '<=', value: 0.1, source: 'ten points between probability and outcome' },
  run: ({ scored, groups, scheme }): Outcome => {
    if (scored!.kind !== 'classification' || scored!.positive === null) return notBinary;
    if (!scored!.probabilities) return { notRun: 'The scores of this model are not probabilities.' };
    const { scores, labels } = scored!;
    const positive: number = scored!.positive;
    const k = scored!.classes.length;
    const { large, small } = listed(groupsOf(groups, scored!, scheme, row => labels[row]! >= 0));
    if (large.length === 0) return noneLarge(scheme);
    const level = 1 - 0.05 / large.length;
    const found = large
      .map(group => {
        const n = group.rows.length;
        const hits = group.rows.filter(row => labels[row] === positive).length;
        const mean = group.rows.reduce((sum, row) => sum + scores[row * k + positive]!, 0) / n;
        return { ...group, n, hits, mean, gap: mean - hits / n };
      })
      .sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap));
    const worst = found[0]!;
    const hit = (row: number): boolean => labels[row] === positive;
    const { low, high, method } = shareInterval({ ...worst, hit }, level, scheme);
    const ends = [worst.mean - high, worst.mean - low];
    const sizes = ends.map(Math.abs);
    return {
      value: Math.abs(worst.gap),
      interval: {
        low: ends[0]! <= 0 && ends[1]! >= 0 ? 0 : Math.min(...sizes),
        high: Math.max(...sizes),
        level,
        method,
      },
      finding: `For ${worst.column} = ${worst.level} (n = ${worst.n}) the mean probability is ${percent(worst.mean)} and ${percent(worst.hits / worst.n)} are positive.`,
      advice: 'Calibrate with this group in mind, or add the input that tells it apart.',
      evidence: tableOf(
        ['column', 'group', 'rows', 'mean probability', 'share positive'],
        [
          ...found.map(one => [one.column, one.level, one.n, one.mean, one.hits / one.n]),
          ...unjudged(small, 2),
        ],
      ),
    };
  },
};

export const fairnessChecks: readonly Check[] = [
  selectionRate,
  parityDifference,
  parity(foundPositives),
  parity(falseAlarms),
  equalizedOdds,
  predictiveParity,
  groupFloor,
  groupCalibration,
];
