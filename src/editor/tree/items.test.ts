import { describe, expect, it } from 'vitest';
import type { Release } from '../../protocol/results/release.ts';
import type { ModelEntry, ModelVersion } from '../../workspace/types.ts';
import type { ListedTarget, ListedVersion } from '../catalog.ts';
import { modelItem, releaseItem, targetItem, versionItem } from './items.ts';

const now = new Date('2026-11-23T12:00:00Z');
const digest = '3f2a91c'.padEnd(64, '0');

const entry: ModelEntry = {
  name: 'credit-risk',
  path: 'models/credit-risk-*.onnx',
  source: 'glob',
  meaning: { task: 'binary', label: 'default', positive: 'bad', threshold: null, unit: null },
  review: null,
  policy: { metrics: {}, checks: {}, margins: {}, groups: [] },
  holdout: { file: '/w/data/holdout.csv', path: 'data/holdout.csv' },
  reference: null,
  background: null,
  constraints: { frozen: [], bounds: {}, monotonic: {} },
  configured: true,
};

const version: ModelVersion = {
  model: 'credit-risk',
  version: '2.0.0',
  digest,
  path: 'models/credit-risk-2.0.0.onnx',
  commit: null,
  tags: [],
  author: 'Ada',
  date: '2026-11-21T12:00:00Z',
  size: 1_214_000,
  modified: false,
  state: { kind: 'ready' },
};

const listed: ListedVersion = {
  entry,
  version,
  reference: 'credit-risk@2.0.0',
  row: {
    version: '2.0.0',
    digest,
    date: version.date,
    author: 'Ada',
    size: version.size,
    verdict: 'warn',
    review: null,
    metric: { title: 'ROC AUC', value: 0.79123 },
    liveOn: ['staging'],
    modified: false,
  },
};

const release: Release = {
  schema: 'slipway/release@1',
  release: 'r-0002',
  target: 'staging',
  kind: 'local',
  action: 'deploy',
  dryRun: false,
  model: { digest, name: 'credit-risk', version: '2.0.0', path: version.path, size: 1 },
  previous: null,
  shadow: null,
  traffic: [
    {
      model: { digest: 'd'.repeat(64), name: 'credit-risk', version: '1.1.0', path: 'm.onnx', size: 1 },
      weight: 1,
    },
  ],
  before: [],
  cost: null,
  reason: null,
  rollout: null,
  at: '2026-11-23T11:57:00Z',
  by: 'ada',
  verdict: null,
  review: null,
  override: { reason: 'a | b', by: 'ada' },
  plan: [],
  state: 'live',
  endpoint: 'http://127.0.0.1:8701',
  golden: null,
};

describe('a version', () => {
  it('says where it stands with its reviewers, in words behind a sign', () => {
    const review = {
      status: 'approved',
      words: '✓ approved by bob until 2027-02-25',
      sentence: 'Approved by bob until 2027-02-25.',
    } as const;
    const item = versionItem({ ...listed, row: { ...listed.row, review } }, now);
    expect(item.description).toContain('✓ approved by bob until 2027-02-25');
    expect(item.tooltip).toContain('Approved by bob');
    expect(item.spoken).toContain('approved by bob');
  });

  it('says digest, age and where it is live, with the verdict as icon and words', () => {
    const item = versionItem(listed, now);
    expect(item.label).toBe('2.0.0');
    expect(item.description).toBe('3f2a91c · 2 days ago · live on staging');
    expect(item.icon.id).toBe('warning');
    expect(item.spoken).toContain('passes with warnings');
    expect(item.contextValue).toBe('version');
    expect(item.tooltip).toContain('| ROC AUC | 0\\.791 |');
    expect(item.tooltip).toContain('| Size | 1\\.21 MB |');
  });

  it('explains a pointer, which offers no work', () => {
    const pointer: ListedVersion = {
      ...listed,
      version: {
        ...version,
        state: { kind: 'lfs-pointer', oid: 'a', size: 3, advice: 'Run `git lfs pull`.' },
      },
    };
    const item = versionItem(pointer, now);
    expect(item.contextValue).toBe('pointer');
    expect(item.description).toContain('Git LFS pointer');
    expect(item.tooltip).toContain('git lfs pull');
  });

  it('has an id of its own among versions of one name', () => {
    const other: ListedVersion = { ...listed, version: { ...version, commit: 'abc' } };
    expect(versionItem(other, now).id).not.toBe(versionItem(listed, now).id);
  });
});

it('a model says its task and data', () => {
  const item = modelItem(entry);
  expect(item.description).toBe('binary');
  expect(item.tooltip).toContain('data/holdout\\.csv');
  expect(modelItem({ ...entry, configured: false }).tooltip).toContain('slipway.yaml does not name it');
});

describe('a target', () => {
  const target: ListedTarget = {
    target: { name: 'staging', kind: 'local', settings: {}, model: null, mistakes: [] },
    status: null,
    releases: [release],
  };
  it('was not asked in an untrusted folder', () => {
    expect(targetItem(target, now).spoken).toBe('Target staging, not asked');
  });
  it('says what is live and whether someone else changed it', () => {
    const status: NonNullable<ListedTarget['status']> = {
      target: 'staging',
      kind: 'local',
      healthy: true,
      sentence: 'answers on http://127.0.0.1:8701',
      endpoint: 'http://127.0.0.1:8701',
      live: [{ digest, model: 'credit-risk', version: '2.0.0', weight: 1 }],
      shadow: null,
      since: null,
      cost: null,
      rollout: null,
      drift: null,
      interrupted: null,
      overdue: null,
      busy: null,
      current: release,
    };
    expect(targetItem({ ...target, status }, now).description).toBe('local · 2.0.0 · 3 min ago');
    const drifted = targetItem({ ...target, status: { ...status, drift: 'Someone changed staging.' } }, now);
    expect(drifted.icon.id).toBe('warning');
    expect(drifted.tooltip).toContain('Someone changed staging');
  });
});

describe('a release', () => {
  it('can be gone back to when it was live', () => {
    expect(releaseItem(release, true, now).contextValue).toBe('release');
    expect(releaseItem(release, false, now).contextValue).toBe('release.earlier');
    const share = { model: release.model, weight: 0.5 };
    const canary = { ...release, traffic: [share, share] };
    expect(releaseItem(canary, false, now).contextValue).toBe('release');
    expect(releaseItem({ ...release, state: 'failed' }, false, now).contextValue).toBe('release');
  });
  it('keeps the table whole whatever the reason says', () => {
    expect(releaseItem(release, true, now).tooltip).toContain('a \\| b');
  });
});
