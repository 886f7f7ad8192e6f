import { expect, it } from 'vitest';
import { runsOf } from './panels/rows.ts';
import { referenceOf } from './row.ts';
import type { ModelEntry, ModelVersion } from '../workspace/types.ts';

const version = { version: 'v1', commit: 'abcdef0', modified: false } as ModelVersion;
const named = (source: ModelEntry['source']): ModelEntry => ({ name: 'm', source }) as ModelEntry;

it('refers to versions in git by commit, to files and the working copy by name', () => {
  expect(referenceOf(named('git'), version)).toBe('m@abcdef0');
  expect(referenceOf(named('git'), { ...version, version: 'working copy', modified: true })).toBe(
    'm@working copy',
  );
  expect(referenceOf(named('glob'), version)).toBe('m@v1');
});

it('asks for neighbouring rows at once', () => {
  expect(runsOf([7, 3, 4, 4, 9])).toEqual([
    { offset: 3, limit: 2 },
    { offset: 7, limit: 1 },
    { offset: 9, limit: 1 },
  ]);
});
