import { expect, test } from 'vitest';
import { shadowSentence } from './shadow.ts';

test('a shadow with what it has counted, or without a name and counts', () => {
  const counts = { asked: 1200, differing: 3, failed: 2, dropped: 40 };
  expect(shadowSentence({ digest: 'a'.repeat(64), version: '2.0.0', share: 0.25, counts })).toBe(
    '2.0.0 is asked copies of 25 % of the requests: 1,200 answered, 3 of them otherwise; 2 failed, 40 dropped.',
  );
  expect(shadowSentence({ digest: 'a'.repeat(64), version: null, share: 1, counts: null })).toBe(
    'aaaaaaaaaaaa is asked copies of 100 % of the requests.',
  );
});
