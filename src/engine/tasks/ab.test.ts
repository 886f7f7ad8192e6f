import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meanOf, momentsOf } from '../../core/ab/moments.ts';
import { twoShares, welch } from '../../core/ab/fixed.ts';
import { seeded } from '../../core/random.ts';
import type { AbChoice } from '../../jobs/buildAb.ts';
import { abJob } from '../../jobs/buildAb.ts';
import type { AbJob } from '../../protocol/ab.ts';
import { ab as document } from '../../protocol/results/ab.ts';
import { dataOf, scratch } from '../testing.ts';
import { ab, abBaseline } from './ab.ts';

const random = seeded(11);
/** 2,000 visits in each arm, of which a tenth and 18 % buy. */
const visits = Array.from({ length: 4000 }, (_, i) => {
  const arm = i % 2 === 0 ? 'a' : 'b';
  const before = 10 * random();
  return {
    arm,
    bought: random() < (arm === 'a' ? 0.1 : 0.18) ? 1 : 0,
    spent: Number((before + (arm === 'a' ? 0 : 0.1) + random()).toFixed(3)),
    before: Number(before.toFixed(3)),
    user: `u${Math.floor(i / 4) * 2 + (i % 2)}`,
  };
});
type Visit = (typeof visits)[number];
const csv = (rows: readonly Visit[]): string =>
  `arm,bought,spent,before,user\n${rows.map(row => Object.values(row).join(',')).join('\n')}\n`;

async function jobOf(choice: Partial<AbChoice> & { text?: string }): Promise<AbJob> {
  const { text = csv(visits), ...rest } = choice;
  const { file } = await dataOf(text, 'log.csv');
  const job = abJob('/', { data: file, arm: 'arm', outcome: 'bought', ...rest });
  return { ...job, data: { file, path: 'log.csv' } };
}
const of = (arm: string, key: 'bought' | 'spent'): number[] =>
  visits.filter(row => row.arm === arm).map(row => row[key]);

describe('the analysis of a log', () => {
  it('is a document of its schema with the numbers of its rows, and ships what is better', async () => {
    const found = await ab(await jobOf({ minEffect: { value: 0.1, relative: true } }));
    expect(document.parse(found)).toEqual(found);
    expect(found.decision).toMatchObject({ kind: 'ship', by: 'always-valid' });
    expect(found.settings).toMatchObject({ metric: 'proportion', positive: '1' });
    const hits = (arm: string): number => of(arm, 'bought').reduce((sum, one) => sum + one, 0);
    const expected = twoShares({ hits: hits('a'), n: 2000 }, { hits: hits('b'), n: 2000 }, 0.95);
    expect(found.effect.fixed.difference.low).toBeCloseTo(expected.difference.low, 12);
    expect(found.effect.fixed.pValue).toBeCloseTo(expected.pValue, 12);
    expect(found.looks.length).toBeGreaterThan(90);
    expect(found.looks.at(-1)).toMatchObject({ n: [2000, 2000], low: found.effect.always!.difference.low });
    expect(found.settings.minEffect).toBeCloseTo(found.control.value / 10, 12);
    expect(found.needed!.always.control).toBeGreaterThan(found.needed!.fixed.control);
    expect(found.split).toBeNull();
    expect(await ab(await jobOf({ minEffect: { value: 0.1, relative: true } }))).toEqual(found);
  });

  it('means are Welch’s, and a covariate narrows them', async () => {
    const plain = await ab(await jobOf({ outcome: 'spent' }));
    const expected = welch(meanOf(momentsOf(of('a', 'spent'))), meanOf(momentsOf(of('b', 'spent'))), 0.95);
    expect(plain.settings.metric).toBe('mean');
    expect(plain.effect.fixed.difference.high).toBeCloseTo(expected.difference.high, 10);
    expect(plain.decision.kind).toBe('keep-running');
    const narrow = await ab(await jobOf({ outcome: 'spent', covariate: 'before' }));
    expect(narrow.adjustment!.explained).toBeGreaterThan(0.9);
    expect(narrow.decision.kind).toBe('ship');
  });

  it('rows of one unit are one observation', async () => {
    const found = await ab(await jobOf({ outcome: 'spent', unit: 'user' }));
    expect(found).toMatchObject({
      settings: { metric: 'ratio' },
      control: { n: 1000, rows: 2000 },
      treatment: { n: 1000 },
    });
    const plain = await ab(await jobOf({ outcome: 'spent' }));
    expect(found.control.value).toBeCloseTo(plain.control.value, 10);
    const mixed = csv([...visits, { ...visits[0]!, arm: 'b' }]);
    const both = await ab(await jobOf({ text: mixed, unit: 'user' }));
    expect(both.control.n).toBe(999);
    expect(both.warnings).toEqual(['1 unit was in both arms, and is left out.']);
  });

  it('judged once it waits for its horizon, and a broken split is no decision', async () => {
    const early = await ab(await jobOf({ horizon: 3000 }));
    expect(early.decision).toMatchObject({ kind: 'keep-running', by: 'fixed-horizon' });
    const lost = csv(visits.filter((row, i) => row.arm === 'a' || i % 5 > 0));
    const unknown = await ab(await jobOf({ text: lost }));
    expect([unknown.decision.kind, unknown.split]).toEqual(['ship', null]);
    const broken = await ab(await jobOf({ text: lost, share: 0.5 }));
    expect(broken.decision.kind).toBe('broken');
    expect(broken.verdict.status).toBe('fail');
    const planned = await ab(await jobOf({ text: lost, share: 0.445 }));
    expect(planned.decision.kind).toBe('ship');
  });

  it('missing outcomes are left out and said, or counted as what they are', async () => {
    const text = csv(visits).replaceAll(',0,', ',,');
    await expect(ab(await jobOf({ text }))).rejects.toThrow(/all outcomes are the same.*`--missing 0`/);
    const counted = await ab(await jobOf({ text, positive: '1', missing: 0, metric: 'proportion' }));
    const whole = await ab(await jobOf({}));
    expect(counted.effect.difference).toBeCloseTo(whole.effect.difference, 12);
  });
});

describe('the log of a server', () => {
  it('is joined with outcomes by the id of the request', async () => {
    const folder = join(await scratch(), 'samples');
    await mkdir(folder);
    const line = (i: number, row: number): string =>
      JSON.stringify({
        slipway_time: new Date(1e12 + i * 1000).toISOString(),
        slipway_model: 'm',
        slipway_version: i % 2 === 0 ? 'aaa111' : 'bbb222',
        slipway_request: `r${i}`,
        x: row,
      });
    const lines = Array.from({ length: 400 }, (_, i) => [line(i, 0), ...(i % 3 === 0 ? [line(i, 1)] : [])]);
    await writeFile(join(folder, '1.jsonl'), `${lines.slice(0, 300).flat().join('\n')}\n`);
    await writeFile(join(folder, '2.jsonl.part'), `${lines.slice(300).flat().join('\n')}\n{"half`);
    const outcomes = Array.from({ length: 400 }, (_, i) => `r${i},${i % 4 === 1 || i % 8 === 0 ? 1 : 0}`);
    const later = await dataOf(`request,paid\n${outcomes.join('\n')}\n`, 'paid.csv');
    const job = abJob('/', {
      data: folder,
      arm: 'slipway_version',
      outcome: 'paid',
      control: 'aaa',
      time: 'slipway_time',
      later: { data: later.file, key: 'request', logKey: 'slipway_request' },
    });
    const found = await ab(job);
    expect(document.parse(found)).toEqual(found);
    expect(found.control).toMatchObject({ name: 'aaa111', n: 200, rows: 200, value: 0.25 });
    expect(found.treatment).toMatchObject({ name: 'bbb222', n: 200, value: 0.5 });
    expect(found.settings).toMatchObject({ metric: 'proportion', unit: 'slipway_request' });
    expect(found.looks.at(-1)!.until).toContain('2001-09-09 01:53');
    const wrong = { ...job, later: { ...job.later!, key: 'paid' } };
    await expect(ab(wrong)).rejects.toThrow(/None of its rows finds an outcome by `paid`/);
  });
});

it.each([
  ['no such column', { arm: 'group' }, /no column `group`, which is given as the arm.*`arm`/],
  ['one arm', { text: 'arm,bought\na,1\na,0\n' }, /only `a`, and two arms/],
  [
    'arms of no known order',
    { text: 'arm,bought\nx,1\ny,0\n' },
    /Say which of them is the control: `--control x`/,
  ],
  ['three arms', { text: 'arm,bought\na,1\nb,0\nc,0\n' }, /Say which of them is judged: `--treatment b`/],
  ['an arm that is not there', { control: 'z' }, /no arm `z`/],
  [
    'words without a hit',
    { text: 'arm,bought\na,much\nb,little\nb,none\n' },
    /Say which of them counts as a hit/,
  ],
  ['a hit that is not there', { positive: '7' }, /not `7`/],
  [
    'a mean of words',
    { metric: 'mean' as const, text: 'arm,bought\na,1\nb,x\n' },
    /holds `x` in `bought` \(row 2\)/,
  ],
  ['one outcome', { text: 'arm,bought\na,1\nb,0\nb,1\n' }, /Arm `a` has 1 outcomes, and two are needed/],
  ['an id for an arm', { arm: 'user' }, /more than 50 values/],
])('refuses %s', async (_, choice, sentence) => {
  await expect(ab(await jobOf(choice))).rejects.toThrow(sentence);
});

it('what an outcome is like today, for a plan', async () => {
  const { data } = await jobOf({});
  const found = await abBaseline({
    kind: 'abBaseline',
    data,
    outcome: 'bought',
    metric: null,
    positive: null,
  });
  expect(found).toMatchObject({ kind: 'proportion', n: 4000 });
  expect(found.deviation).toBeCloseTo(Math.sqrt(found.value * (1 - found.value)), 3);
});
