import { describe, expect, test } from 'vitest';
import { sharesOfSplit, wayTo, type Form, type Split } from './split.ts';

const [a, b, c] = ['a', 'b', 'c'] as [string, string, string];

function one(stable: string): Split {
  return { stable, canary: null };
}

function two(stable: string, digest: string, percent: number): Split {
  return { stable, canary: { digest, percent } };
}

const states = [null, one(a), two(a, b, 0), two(a, b, 30), two(a, a, 0), one(b), two(b, a, 30), one(c)];

describe('the way of an InferenceService', () => {
  test('goes from canary to canary, and to all requests, in one state', () => {
    for (const form of ['standard', 'serverless'] as const) {
      expect(wayTo(form, null, one(a))).toEqual([one(a)]);
      expect(wayTo(form, one(a), two(a, b, 0))).toEqual([two(a, b, 0)]);
      expect(wayTo(form, two(a, b, 0), two(a, b, 30))).toEqual([two(a, b, 30)]);
      expect(wayTo(form, two(a, b, 30), one(b))).toEqual([one(b)]);
      expect(wayTo(form, one(a), one(a))).toEqual([one(a)]);
      expect(wayTo(form, one(a), one(b))).toEqual([two(a, b, 0), one(b)]);
    }
  });

  test('leads back from a canary: its requests first; serverless, the stable version becomes the newest again', () => {
    expect(wayTo('standard', two(a, b, 30), one(a))).toEqual([one(a)]);
    expect(wayTo('serverless', two(a, b, 30), one(a))).toEqual([two(a, b, 0), two(a, a, 0), one(a)]);
    expect(wayTo('serverless', two(a, b, 0), one(a))).toEqual([two(a, a, 0), one(a)]);
    expect(wayTo('serverless', two(a, a, 0), one(a))).toEqual([one(a)]);
  });

  test('never gives requests to what did not run without them before', () => {
    const runs = (state: Split | null): readonly string[] =>
      state === null ? [] : [state.stable, state.canary?.digest ?? state.stable];
    for (const form of ['standard', 'serverless'] satisfies Form[])
      for (const from of states)
        for (const to of states) {
          if (to === null) continue;
          const way = wayTo(form, from, to);
          expect(way.at(-1)).toEqual(to);
          let before = from;
          for (const state of way) {
            for (const { digest } of before === null ? [] : sharesOfSplit(state))
              expect({ form, from, to, state, runs: runs(before) }).toMatchObject({
                runs: expect.arrayContaining([digest]) as string[],
              });
            // Serverless, without a canary the newest revision has the requests: it must be the stable one.
            if (form === 'serverless' && state.canary === null && before !== null)
              expect(before.canary?.digest ?? before.stable).toBe(state.stable);
            before = state;
          }
        }
  });
});
