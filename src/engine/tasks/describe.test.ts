import { readFileSync } from 'node:fs';
import { describe as group, expect, it } from 'vitest';
import { pearsonOfBoth, relations } from '../../core/data/relations.ts';
import { seeded } from '../../core/random.ts';
import type { DescribeJob } from '../../protocol/describe.ts';
import { data as document, type DataDescription } from '../../protocol/results/data.ts';
import { dataOf, example, opened } from '../testing.ts';
import { describe } from './describe.ts';

interface Golden {
  rows: number;
  duplicates: number;
  numbers: Record<
    string,
    {
      mean: number;
      deviation: number;
      min: number;
      max: number;
      quantiles: [number, number][];
      mad: number;
      distinct: number;
      missing: number;
      tukey: number;
      modified_z: number | null;
    }
  >;
  words: Record<string, Record<string, number>>;
  pairs: [string, string, number, number][];
  cramers_v: [string, string, number][];
  eta: [string, string, number][];
}
/** pandas' and SciPy's numbers; the file names their versions. */
const golden = JSON.parse(readFileSync('test/golden/data.json', 'utf8')) as Record<string, Golden>;
const quiet = (): void => undefined;
const job: Omit<DescribeJob, 'data'> = {
  kind: 'describe',
  reference: null,
  label: null,
  positive: null,
  seed: 1,
};
const column = (found: DataDescription, name: string): DataDescription['columns'][number] =>
  found.columns.find(one => one.name === name)!;

group.each(['credit-risk', 'bike-demand'])('%s', name => {
  const expected = golden[name]!;
  const source = example(`${name}/data/holdout.csv`);

  it('has pandas’ numbers in each column', async () => {
    const found = await describe({ ...job, data: source }, quiet);
    expect(document.parse(found)).toEqual(found);
    expect(found.data.rows).toBe(expected.rows);
    expect(found.duplicates.rows).toBe(expected.duplicates);
    for (const [own, numbers] of Object.entries(expected.numbers)) {
      const { numbers: summary, distinct, missing, n } = column(found, own);
      expect([distinct, missing], own).toEqual([numbers.distinct, numbers.missing]);
      for (const key of ['mean', 'deviation', 'min', 'max', 'mad'] as const)
        expect(summary![key], `${own} ${key}`).toBeCloseTo(numbers[key], 9);
      summary!.quantiles.forEach(([, value], i) =>
        expect(value, own).toBeCloseTo(numbers.quantiles[i]![1], 9),
      );
      expect(summary!.outliers.map(({ count }) => count)).toEqual(
        numbers.modified_z === null ? [numbers.tukey] : [numbers.tukey, numbers.modified_z],
      );
      const { counts, below, above } = summary!.histogram;
      expect(counts.reduce((sum, count) => sum + count, below + above)).toBe(n);
    }
    for (const [own, counts] of Object.entries(expected.words)) {
      const { levels, others } = column(found, own).levels!;
      expect(Object.fromEntries(levels.map(level => [level.name, level.count]))).toEqual(counts);
      expect(others).toBe(0);
    }
  });

  it('has SciPy’s relations of each two', async () => {
    const file = await opened(source);
    const table = await file.read(
      file.columns.map(({ name: own, kind }) => ({
        name: own,
        as: kind === 'number' ? ('number' as const) : ('text' as const),
      })),
    );
    const two = (a: string, b: string): ReturnType<typeof relations>['pairs'][number] =>
      relations({ rows: table.rows, columns: table.columns.filter(one => one.name === a || one.name === b) })
        .pairs[0]!;
    for (const [a, b, spearman, pearson] of expected.pairs) {
      const found = two(a, b);
      expect(found.measure).toBe("Spearman's rho");
      expect(found.value).toBeCloseTo(spearman, 10);
      expect(found.pearson).toBeCloseTo(pearson, 10);
    }
    for (const [a, b, value] of [...expected.cramers_v, ...expected.eta])
      expect(two(a, b).value, `${a} and ${b}`).toBeCloseTo(value, 10);
  });
});

group('a description', () => {
  it('puts the label over each column, and a reference beside it', async () => {
    const found = await describe(
      {
        ...job,
        data: example('credit-risk/data/holdout.csv'),
        reference: example('credit-risk/data/reference.csv'),
        label: 'default',
        positive: 'bad',
      },
      quiet,
    );
    expect(document.parse(found)).toEqual(found);
    expect(found).toMatchObject({ positive: 'bad', reference: { rows: 700 } });
    const checking = column(found, 'checking_account');
    expect(checking.label).toMatchObject({ of: 'share of bad' });
    expect(checking.label!.bins[0]).toMatchObject({ name: 'no checking account' });
    const [first] = checking.label!.bins;
    expect(first!.value).toBeLessThan(0.2);
    expect(checking.drift!.drifted).toBe(false);
    expect(checking.levels!.levels[0]!.reference).toBeCloseTo(0.39, 1);
    const shares = column(found, 'age').numbers!.histogram.reference!;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.98);
    expect(column(found, 'default').label).toBeNull();
    const bike = await describe(
      { ...job, data: example('bike-demand/data/holdout.csv'), label: 'bikers' },
      quiet,
    );
    expect(column(bike, 'hour').label).toMatchObject({ of: 'mean' });
  });

  it('says which columns miss more values than in the reference, times and emptied ones too', async () => {
    const rows = (gap: (i: number) => boolean): string =>
      Array.from(
        { length: 100 },
        (_, i) => `${gap(i) ? ',,' : `${i % 7},2026-01-0${1 + (i % 9)},`}${i % 3}`,
      ).join('\n');
    const found = await describe(
      {
        ...job,
        data: await dataOf(`x,on,y\n${rows(() => true)}\n`, 'now.csv'),
        reference: await dataOf(`x,on,y\n${rows(i => i % 4 === 0)}\n`, 'reference.csv'),
      },
      quiet,
    );
    expect(document.parse(found)).toEqual(found);
    expect(found.columns.map(({ missingDrift }) => missingDrift?.missing)).toEqual([
      [0.25, 1],
      [0.25, 1],
      undefined,
    ]);
    expect(found.findings.find(({ kind }) => kind === 'missing-drift')).toMatchObject({
      columns: ['x', 'on'],
      sentence:
        'Values are missing in another share of the rows than in the reference: `x` from 25 % to 100 %, `on` from 25 % to 100 %.',
    });
  });

  it('finds what is odd, and says it', async () => {
    const random = seeded(4);
    const lines = Array.from({ length: 300 }, (_, i) => {
      const x = random();
      const wild = i % 10 === 0 ? 1e6 * random() : random();
      return `${i},7,${i % 3 === 0 ? '' : x.toFixed(6)},${x.toFixed(6)},${wild},${i % 100 === 0 ? 'rare' : 'usual'}`;
    });
    const rows = [...lines, lines[0]!, lines[1]!].join('\n');
    const data = await dataOf(`id,one,holes,x,wild,y\n${rows}\n`);
    const found = await describe({ ...job, data, label: 'y' }, quiet);
    expect(found.duplicates.rows).toBe(2);
    const said = new Map(found.findings.map(({ kind, columns }) => [kind, columns]));
    expect(said.get('constant')).toEqual(['one']);
    expect(said.get('missing')).toEqual(['holes']);
    expect(said.get('outliers')).toEqual(['wild']);
    expect(said.get('correlated')).toEqual(['holes', 'x']);
    expect(said.get('imbalance')).toEqual(['y']);
    expect(said.has('duplicates')).toBe(true);
    const { histogram, outliers } = column(found, 'wild').numbers!;
    expect(outliers[0]!.count).toBeGreaterThanOrEqual(29);
    // A few far values do not press the others into one bin.
    expect(histogram.above).toBeGreaterThan(25);
    expect(histogram.counts.length).toBeGreaterThan(4);
  });

  it('says identifiers, unseen words and columns that are not in both', async () => {
    const text = (from: number, extra: string): string =>
      `id,w,${extra}\n${Array.from({ length: 40 }, (_, i) => `k${i + from},${i % 2 === 0 ? 'a' : extra},1`).join('\n')}\n`;
    const found = await describe(
      { ...job, data: await dataOf(text(0, 'b')), reference: await dataOf(text(40, 'c')) },
      quiet,
    );
    const said = new Map(found.findings.map(({ kind, columns }) => [kind, columns]));
    expect(said.get('identifier')).toEqual(['id']);
    expect(said.get('unseen')).toContain('w');
    expect(said.get('columns')).toEqual(['b', 'c']);
  });

  it('holds words against all rows of the reference, and counts those that it does not list', async () => {
    // More rows than are sampled, and one of them alone has the word `rare`.
    const usual = Array.from({ length: 25_000 }, (_, i) => (i === 12_345 ? 'rare' : `w${i % 3}`));
    const reference = await dataOf(`w\n${usual.join('\n')}\n`);
    const words = Array.from({ length: 30 }, (_, i) => `new${i}`);
    const data = await dataOf(`w\nrare\nrare\nw1\nnew7\n${words.join('\n')}\n`);
    const found = await describe({ ...job, data, reference }, quiet);
    const { distinct, words: listed } = column(found, 'w').levels!.unseen!;
    expect([distinct, listed.length, listed[0]]).toEqual([30, 20, 'new7']);
    expect(found.findings.find(({ kind }) => kind === 'unseen')!.sentence).toContain('30 words');
  });

  it('says what it leaves out: numbers that are words in the reference, rare words, weaker pairs', async () => {
    const random = seeded(2);
    const names = Array.from({ length: 16 }, (_, i) => `x${i}`);
    const lines = Array.from({ length: 60 }, (_, i) => {
      const value = random();
      return [...names.map(() => value), `w${i % 15}`, i % 2].join(',');
    });
    const data = await dataOf(`${names.join(',')},w,y\n${lines.join('\n')}\n`);
    const reference = await dataOf('x0,w\nno,w1\nnumber,w2\n');
    const found = await describe({ ...job, data, reference, label: 'y' }, quiet);
    const said = new Map(found.findings.map(({ kind, columns, sentence }) => [kind, { columns, sentence }]));
    expect(said.get('types')!.columns).toEqual(['x0']);
    expect(column(found, 'w').label).toMatchObject({ others: 12 });
    expect([found.relations.pairs.length, found.relations.total]).toEqual([100, 153]);
    expect(said.get('correlated')!.sentence).toMatch(/^At least 100 pairs/);
  });

  it('gives the mean of a single row no interval', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i === 0 ? 'once' : 'often'},${i + 0.5}`);
    const found = await describe(
      { ...job, data: await dataOf(`w,y\n${lines.join('\n')}\n`), label: 'y' },
      quiet,
    );
    const [often, once] = column(found, 'w').label!.bins;
    expect(often!.interval!.high).toBeGreaterThan(often!.value);
    expect(once).toMatchObject({ n: 1, value: 0.5, interval: null });
  });

  it('reads times, truth values, infinities and empty columns', async () => {
    const lines = [
      { t: '2024-01-02T03:04:05Z', b: true, x: 1.5, e: null },
      { t: '2024-03-02T03:04:05Z', b: false, x: 2.5, e: null },
      { t: '2024-02-02T03:04:05Z', b: true, x: null, e: null },
    ];
    const data = await dataOf(lines.map(line => JSON.stringify(line)).join('\n'), 'data.jsonl');
    const found = await describe({ ...job, data }, quiet);
    expect(document.parse(found)).toEqual(found);
    expect(column(found, 't')).toMatchObject({
      kind: 'time',
      range: ['2024-01-02 03:04:05', '2024-03-02 03:04:05'],
    });
    expect(column(found, 'b').levels!.levels[0]).toMatchObject({ name: 'true', count: 2 });
    expect(column(found, 'x').missing).toBe(1);
    expect(column(found, 'e')).toMatchObject({ n: 0, flags: ['empty'] });
  });

  it('refuses a label that is not there, a class that is not in it, and a file without rows', async () => {
    const data = example('credit-risk/data/holdout.csv');
    await expect(describe({ ...job, data, label: 'bad' }, quiet)).rejects.toThrow(/no column `bad`/);
    await expect(describe({ ...job, data, label: 'default', positive: 'x' }, quiet)).rejects.toThrow(
      /does not hold `x`/,
    );
    await expect(describe({ ...job, data: await dataOf('a,b\n') }, quiet)).rejects.toThrow(/no rows/);
  });
});

it('Pearson’s is null for a constant', () => {
  const of = (values: number[]): Parameters<typeof pearsonOfBoth>[0] => ({
    kind: 'number',
    name: 'x',
    values: Float64Array.from(values),
  });
  expect(pearsonOfBoth(of([1, 1, 1]), of([1, 2, 3]))).toBeNull();
  expect(pearsonOfBoth(of([1, NaN, 3, 4]), of([2, 5, 6, 8]))).toBeCloseTo(1, 12);
});
