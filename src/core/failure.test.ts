import { expect, test } from 'vitest';
import { BadInput } from './failure.ts';
import type * as failure from './failure.ts';

test('bad input is told by its name, since each bundle carries a class of its own', async () => {
  const copy: string = './failure.ts?of-another-bundle';
  const other = (await import(copy)) as typeof failure;
  expect(other.BadInput).not.toBe(BadInput);
  expect(new other.BadInput('x', 'y')).toBeInstanceOf(BadInput);
  expect(new BadInput('x', 'y')).toBeInstanceOf(other.BadInput);
  expect(new Error('y')).not.toBeInstanceOf(BadInput);
  expect({ name: 'BadInput' }).not.toBeInstanceOf(BadInput);
});

test('a class derived from it is told as usual', () => {
  class Narrower extends BadInput {}
  expect(new Narrower('x', 'y')).toBeInstanceOf(BadInput);
  expect(new Narrower('x', 'y')).toBeInstanceOf(Narrower);
  expect(new BadInput('x', 'y')).not.toBeInstanceOf(Narrower);
});
