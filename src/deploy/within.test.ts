import { expect, test } from 'vitest';
import { within } from './within.ts';

const never = new Promise<never>(() => undefined);

test('work that ends in time is waited for, and its failure is told', async () => {
  const { signal } = new AbortController();
  expect(await within(Promise.resolve(1), signal)).toBe(1);
  await expect(within(Promise.reject(new Error('No.')), signal)).rejects.toThrow('No.');
});

test('work that does not end is left behind, with the reason', async () => {
  const late = new AbortController();
  const waiting = within(never, late.signal);
  late.abort(new Error('Late.'));
  await expect(waiting).rejects.toThrow('Late.');
  await expect(within(never, late.signal)).rejects.toThrow('Late.');
  // A failure after the end is nobody's.
  await expect(within(Promise.reject(new Error('No.')), late.signal)).rejects.toThrow();
});
