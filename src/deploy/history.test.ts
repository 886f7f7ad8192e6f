import { expect, test } from 'vitest';
import { rollbackStack, type ReleaseStory } from './history.ts';

type Action = ReleaseStory['release']['action'];

test.each<[string, readonly [Action, string][], readonly string[]]>([
  [
    'each deployment',
    [
      ['deploy', 'a'],
      ['deploy', 'b'],
    ],
    ['r-1', 'r-2'],
  ],
  [
    'the last of those that deployed the same again',
    [
      ['deploy', 'a'],
      ['deploy', 'b'],
      ['deploy', 'b'],
    ],
    ['r-1', 'r-3'],
  ],
  [
    'what a rollback went back to, and what was before it',
    [
      ['deploy', 'a'],
      ['deploy', 'b'],
      ['rollback', 'a'],
    ],
    ['r-3'],
  ],
  [
    'a version that came again after another',
    [
      ['deploy', 'a'],
      ['deploy', 'b'],
      ['deploy', 'a'],
    ],
    ['r-1', 'r-2', 'r-3'],
  ],
  [
    'nothing from before a removal',
    [
      ['deploy', 'a'],
      ['remove', 'a'],
      ['deploy', 'b'],
    ],
    ['r-3'],
  ],
])('one can go back to %s', (_, actions, expected) => {
  const stories = actions.map(
    ([action, digest], at) =>
      ({
        release: {
          ...{ release: `r-${at + 1}`, action, model: { digest }, traffic: [{}] },
          state: action === 'remove' ? 'removed' : 'live',
        },
      }) as unknown as ReleaseStory,
  );
  expect(rollbackStack(stories).map(({ release }) => release)).toEqual(expected);
});
