import { expect, test } from 'vitest';
import { Router } from './router.ts';

const shares = [
  { version: 'stable', weight: 0.95 },
  { version: 'canary', weight: 0.05 },
];

function canaryOf(requests: number, start: number): number {
  const router = new Router(shares, start);
  return Array.from({ length: requests }, () => router.next()).filter(version => version === 'canary').length;
}

test('one server gives each version its share of any twenty requests, wherever it begins', () => {
  for (let place = 0; place < 1000; place += 7) expect(canaryOf(20, place / 1000)).toBe(1);
});

test.each([1, 7, 19])('a thousand servers with %i requests each give the share of all', requests => {
  const given = Array.from({ length: 1000 }, (_, place) => canaryOf(requests, place / 1000));
  expect(given.reduce((sum, count) => sum + count, 0)).toBe(50 * requests);
  expect(Math.max(...given)).toBeLessThanOrEqual(1);
});
