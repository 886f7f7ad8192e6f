import { expect, it } from 'vitest';
import type { Importance } from '../../../../src/protocol/results/importance.ts';
import { explanation } from '../../../gallery/samples/explanation.ts';
import { entriesOf } from './entries.ts';

const shown = explanation(3, 10, true);
const [a, b, c] = shown.features.map(({ name }) => name) as [string, string, string];
const strength = (name: string): number => shown.global.find(({ feature }) => feature === name)!.value;
const measured = (...players: string[][]): Importance =>
  ({
    global: players.map(columns => ({
      feature: columns.join(' + '),
      columns,
      value: columns.length,
      interval: null,
      share: 0.1,
    })),
  }) as unknown as Importance;

it('sets the measures of the same columns beside each other, whatever their order', () => {
  const entries = entriesOf(shown, measured([a], [b, c]), measured([c, b], [a]));
  expect(entries).toHaveLength(2);
  for (const entry of entries) expect(entry.permutation?.value).toBe(entry.sage?.value);
});

it('sums the attributions of columns that are one player', () => {
  const [pair] = entriesOf(shown, measured([b, c]), null);
  expect(pair?.attribution).toBeCloseTo(strength(b) + strength(c), 12);
  expect(pair?.sage).toBeNull();
});

it('has no attribution for columns that the explanation does not know', () => {
  expect(entriesOf(shown, measured([a, 'other']), null)[0]?.attribution).toBeNull();
  expect(entriesOf(null, measured([a]), null)[0]?.attribution).toBeNull();
});
