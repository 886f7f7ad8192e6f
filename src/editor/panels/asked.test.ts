import { beforeEach, expect, test, vi } from 'vitest';
import { settingDefaults, type SettingKey } from '../contributions/settings.ts';
import { answering, explaining } from './asked.ts';

// The settings are VS Code's own, which is not here.
const { set } = vi.hoisted(() => ({ set: new Map<string, number>() }));
vi.mock('../settings.ts', () => ({ setting: (key: SettingKey) => set.get(key) ?? settingDefaults[key] }));

beforeEach(() => {
  set.clear();
});

test('explanations follow the settings: the budget is used up where nothing stops them', () => {
  expect(explaining()).toEqual({
    budget: settingDefaults['slipway.explain.budget'],
    backgroundRows: settingDefaults['slipway.explain.backgroundRows'],
  });
  set.set('slipway.explain.budget', 300).set('slipway.explain.backgroundRows', 20);
  expect(explaining()).toEqual({ budget: 300, backgroundRows: 20 });
});

test('a precision or a tolerance stops sampling, with room unless the budget was set', () => {
  const { backgroundRows } = explaining();
  set.set('slipway.explain.precision', 0.05);
  expect(explaining()).toEqual({ stop: { share: 0.05, absolute: 0 }, backgroundRows });
  set.set('slipway.explain.tolerance', 0.2).set('slipway.explain.budget', 300);
  expect(explaining()).toEqual({ budget: 300, stop: { share: 0.05, absolute: 0.2 }, backgroundRows });
});

test('answers while somebody waits are sampled to the budget, whatever stops explanations', () => {
  set.set('slipway.explain.precision', 0.05).set('slipway.explain.budget', 300);
  expect(answering()).toEqual({
    budget: 300,
    backgroundRows: settingDefaults['slipway.explain.backgroundRows'],
  });
});
