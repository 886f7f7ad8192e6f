import { expect, it } from 'vitest';
import { splitShare, splitText } from '../../core/ab/splitShare.ts';
import type { AbPageChoice } from '../../protocol/pages.ts';
import type { Ab } from '../../protocol/results/ab.ts';
import { choiceOf, jobChoice } from './experimentChoice.ts';

const choice: AbPageChoice = {
  arm: 'arm',
  outcome: 'paid',
  positive: '1',
  unit: null,
  control: 'old',
  later: { path: 'paid.csv', key: 'id', logKey: 'request' },
  missing: '0',
  covariate: 'spent_before',
  time: null,
  better: 'higher',
  minEffect: '0.01',
  share: '90:10',
};

it('asks for outcomes of another file and a covariate as the command line does', () => {
  expect(jobChoice('/w/log.csv', choice)).toMatchObject({
    data: '/w/log.csv',
    later: { data: 'paid.csv', key: 'id', logKey: 'request' },
    missing: 0,
    covariate: 'spent_before',
    minEffect: { value: 0.01, relative: false },
    share: 0.1,
  });
  expect(jobChoice('/w/log.csv', { ...choice, later: null, missing: null })).toMatchObject({
    later: null,
    missing: null,
  });
});

it.each([
  [{ missing: 'none' }, /`none` is no number/],
  [{ minEffect: 'some' }, /`some` is no effect/],
  [{ share: '90' }, /`90` is no split/],
])('refuses %o in a sentence', (part, sentence) => {
  expect(() => jobChoice('/w/log.csv', { ...choice, ...part })).toThrow(sentence);
});

it('knows from a kept result what it was asked with', () => {
  const { later, control, ...asked } = choice;
  const kept = {
    settings: {
      ...asked,
      unit: 'request',
      joined: { key: later!.key, logKey: later!.logKey },
      missing: 0,
      minEffect: 0.01,
      share: 0.1,
    },
    control: { name: control },
    data: [{ path: 'log.csv' }, { path: later!.path }],
  } as unknown as Ab;
  expect(choiceOf(kept)).toEqual(choice);
});

it.each(['90:10', '50:50', '33.5:66.5'])('writes the split %s as it was', text => {
  expect(splitText(splitShare(text)!)).toBe(text);
});
