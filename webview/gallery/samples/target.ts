import type { TargetPage, TrafficPage } from '../../../src/protocol/pages.ts';
import type { Release } from '../../../src/protocol/results/release.ts';
import type { Judgement, Rollout } from '../../../src/protocol/results/rollout.ts';
import { digest, model } from './refs.ts';
import type { Sample } from './sample.ts';

const steps = [
  ['policy', 'Ask the policy', 'nothing to undo', '2 of 2 rules hold'],
  ['copy', 'Copy 1.24 MB to the server as 3f9ac1d2', 'the copy is removed', '1.24 MB, digest checked'],
  ['start', 'Start the server on 127.0.0.1:8701', 'the process is ended', null],
  ['verify', 'Answer 20 golden inputs within 1e-6', 'nothing to undo', null],
  ['switch', 'Make 2.0.0 live in place of 1.1.0', '1.1.0 is made live again', null],
] as const;

function release(n: number, version: string, more: Partial<Release> = {}): Release {
  return {
    schema: 'slipway/release@1',
    release: `r-${String(n).padStart(4, '0')}`,
    target: 'staging',
    kind: 'local',
    action: 'deploy',
    dryRun: false,
    model: model(version, n),
    previous: digest(n - 1),
    shadow: null,
    traffic: [{ model: model(version, n), weight: 1 }],
    before: [],
    cost: null,
    reason: null,
    rollout: null,
    at: new Date(Date.parse('2026-11-23T07:00:00Z') - (12 - n) * 2.2 * 86_400_000).toISOString(),
    by: 'Ada Berg',
    verdict: {
      status: 'pass',
      sentence: 'All 9 rules of the policy hold.',
      failed: [],
      warned: [],
      inconclusive: [],
    },
    review: null,
    override: null,
    plan: steps.map(([name, sentence, undo, detail]) => ({
      name,
      sentence,
      undo,
      state: 'done',
      detail,
      log: [],
    })),
    state: 'live',
    endpoint: 'http://127.0.0.1:8701',
    golden: { rows: 20, maxDifference: 3e-8, tolerance: 1e-6 },
    ...more,
  };
}

const log = [
  '08:00:02 server: listening on http://127.0.0.1:8701',
  '08:00:02 server: model credit-risk 1.1.0 (3f9ac1d2) ready in 41 ms',
  '08:00:03 verify: 20 of 20 golden inputs within 3e-8',
  '08:00:03 switch: 1.1.0 is live',
];

/** Every picture: its name, its page, what the page remembers, and what is sent. */

function page(more: Partial<TargetPage>): TargetPage {
  return {
    page: 'target',
    trusted: true,
    target: 'staging',
    kind: 'local',
    status: {
      healthy: true,
      sentence: 'Answers on http://127.0.0.1:8701, up 6 days.',
      endpoint: 'http://127.0.0.1:8701',
    },
    live: [{ version: '1.1.0', digest: digest(11), weight: 1 }],
    drift: null,
    since: '2026-11-17T07:00:00Z',
    cost: null,
    shadow:
      '2.1.0 is asked copies of 25 % of the requests: 12,040 answered, 36 of them otherwise; 0 failed, 118 dropped.',
    rests: ['All 9 rules of the policy hold.', 'Approved by Grace Hopper.'],
    canary: null,
    traffic: null,
    releases: [
      release(12, '2.0.0', { state: 'undone', golden: null }),
      release(11, '1.1.0'),
      release(10, '1.0.1', { state: 'failed' }),
      release(9, '1.0.0'),
    ],
    current: null,
    log,
    ...more,
  };
}

/** Deterministic wiggles: pictures must not change from run to run. */
const wiggle = (i: number, k: number): number =>
  Math.sin(i * 1.7 + k) * 0.5 + Math.sin(i * 0.45 + 2 * k) * 0.5;

const traffic: TrafficPage = {
  since: '2026-11-23T07:30:00Z',
  versions: [
    { version: '1.1.0', n: 11, rate: 10.8, failed: 0.0004, p99: 0.01, from: 0 },
    { version: '2.0.0', n: 12, rate: 1.2, failed: 0.002, p99: 0.025, from: 60 },
  ].map(({ version, n, rate, failed, p99, from }) => ({
    version,
    digest: digest(n),
    requests: 10_840,
    failures: 4,
    points: Array.from({ length: 120 - from }, (_, i) => ({
      at: new Date(Date.parse('2026-11-23T07:30:00Z') + (from + i + 1) * 15_000).toISOString(),
      requestsPerSecond: rate * (1 + 0.15 * wiggle(i, n)),
      failed: Math.max(0, failed * (1 + wiggle(i, n + 1))),
      p50: 0.005,
      p99: i % 17 === 3 ? p99 * 2.5 : p99,
    })),
  })),
};

const interval = { level: 0.983, method: 'Wilson score interval' };

function judgement(outcome: Judgement['outcome']): Judgement {
  return {
    outcome,
    sentence:
      outcome === 'fail'
        ? "Its share of failed requests is 3.1 points (1.8 to 4.9) above the stable version's; at most 1 points above is allowed."
        : 'Every condition holds.',
    seconds: 372,
    canary: {
      digest: digest(12),
      requests: 1204,
      failures: outcome === 'fail' ? 38 : 0,
      success: {
        value: outcome === 'fail' ? 0.968 : 1,
        low: 0.954,
        high: outcome === 'fail' ? 0.979 : 1,
        ...interval,
      },
      latency: { quantile: 0.99, low: 0.01, high: 0.025 },
    },
    stable: {
      digest: digest(11),
      requests: 10_840,
      failures: 4,
      success: { value: 0.9996, low: 0.9989, high: 0.9999, ...interval },
      latency: { quantile: 0.99, low: 0.005, high: 0.01 },
    },
    conditions: [
      {
        name: 'requests',
        outcome: 'pass',
        sentence: 'The canary had 1204 requests and the stable version 10840 requests; 500 each are needed.',
        value: 1204,
        interval: null,
        limit: 500,
      },
      {
        name: 'success',
        outcome: outcome === 'fail' ? 'fail' : 'pass',
        sentence:
          outcome === 'fail'
            ? 'It answered 96.8 % (95.4 % to 97.9 %) of its requests; at least 99 % must be.'
            : 'It answered 100 % (99.5 % to 100 %) of its requests; at least 99 % must be.',
        value: outcome === 'fail' ? 0.968 : 1,
        interval: {
          low: outcome === 'fail' ? 0.954 : 0.995,
          high: outcome === 'fail' ? 0.979 : 1,
          ...interval,
        },
        limit: 0.99,
      },
      {
        name: 'success-compared',
        outcome: outcome === 'fail' ? 'fail' : 'pass',
        sentence:
          outcome === 'fail'
            ? "Its share of failed requests is 3.1 points (1.8 to 4.9) above the stable version's; at most 1 points above is allowed."
            : "Its share of failed requests is 0.04 points (-0.1 to 0.43) below the stable version's; at most 1 points above is allowed.",
        value: outcome === 'fail' ? 0.031 : -0.0004,
        interval: {
          low: outcome === 'fail' ? 0.018 : -0.001,
          high: outcome === 'fail' ? 0.049 : 0.0043,
          ...interval,
        },
        limit: 0.01,
      },
      {
        name: 'latency-compared',
        outcome: outcome === 'pass' ? 'inconclusive' : 'pass',
        sentence:
          "Its share of answers slower than 10 ms is 1.2 points (0.4 to 2.3) above the stable version's; at most 2 points above is allowed.",
        value: 0.012,
        interval: { low: 0.004, high: 0.023, ...interval },
        limit: 0.02,
      },
    ],
  };
}

function rollout(more: Partial<Rollout>): Rollout {
  return {
    schema: 'slipway/rollout@1',
    target: 'staging',
    began: 'r-0012',
    by: 'Ada Berg',
    at: '2026-11-23T07:45:00Z',
    canary: model('2.0.0', 12),
    stable: model('1.1.0', 11),
    plan: {
      steps: [0.1, 0.5],
      interval: 10,
      patience: 2,
      requests: 500,
      success: { min: 0.99, worse: 0.01 },
      latency: { quantile: 0.99, worse: 0.02 },
    },
    step: 0,
    share: 0.1,
    state: 'observing',
    sentence: 'The versions are compared.',
    until: '2026-11-23T08:04:00Z',
    judgements: [],
    ...more,
  };
}

const both = [
  { version: '1.1.0', digest: digest(11), weight: 0.9 },
  { version: '2.0.0', digest: digest(12), weight: 0.1 },
];
const shared = {
  traffic: [
    { model: model('1.1.0', 11), weight: 0.9 },
    { model: model('2.0.0', 12), weight: 0.1 },
  ],
  rollout: { began: 'r-0012', step: 0, steps: [0.1, 0.5] },
};
const begun = [release(12, '2.0.0', shared), release(11, '1.1.0'), release(9, '1.0.0')];

const wentBack = release(13, '1.1.0', {
  action: 'rollback',
  model: model('1.1.0', 11),
  traffic: [{ model: model('1.1.0', 11), weight: 1 }],
  plan: [
    [
      'switch',
      'Send the requests to 1.1.0 at 100 %.',
      'The requests go back to what was live before.',
      'switched',
    ],
    ['verify', 'Ask 1.1.0 there for the golden inputs.', 'It changes nothing.', '20 rows answered alike'],
    ['retire', 'Unload what is no longer live.', 'A rollback loads it again.', 'nothing deleted'],
  ].map(([name, sentence, undo, detail]) => ({
    ...{ name: name!, sentence: sentence!, undo: undo!, detail: detail! },
    ...{ state: 'done' as const, log: [] },
  })),
  reason: `The canary failed. ${judgement('fail').sentence}`,
});

export function targetSamples(): readonly Sample[] {
  return [
    {
      name: 'target',
      state: page({
        traffic: { ...traffic, versions: traffic.versions.slice(0, 1) },
        current: release(13, '2.0.0', {
          state: 'planned',
          golden: null,
          before: [{ digest: digest(11), version: '1.1.0', weight: 1 }],
          plan: steps.map(([name, sentence, undo, detail], i) => ({
            name,
            sentence,
            undo,
            state: i < 2 ? 'done' : 'planned',
            detail: i < 2 ? detail : null,
            log: [],
          })),
        }),
      }),
    },
    {
      name: 'target-canary',
      state: page({
        live: both,
        releases: begun,
        traffic,
        canary: { rollout: rollout({}), now: judgement('pass'), led: true },
      }),
    },
    {
      name: 'target-canary-paused',
      state: page({
        live: both,
        releases: begun,
        traffic: { since: '2026-11-23T07:59:00Z', versions: [] },
        cost: '2 pods with 1 core and 2 GB each',
        canary: {
          rollout: rollout({
            state: 'paused',
            until: null,
            sentence: 'Not decided in the time that was given. There were no requests to judge by.',
          }),
          now: null,
          led: false,
        },
      }),
    },
    {
      name: 'target-canary-failed',
      state: page({
        releases: [wentBack, ...begun],
        // The window that led it has just taken it back.
        current: wentBack,
        canary: {
          rollout: rollout({
            state: 'rolled-back',
            share: 0,
            until: null,
            sentence: `The canary failed. ${judgement('fail').sentence}`,
            judgements: [{ ...judgement('fail'), at: '2026-11-23T07:55:00Z', share: 0.1 }],
          }),
          now: null,
          led: false,
        },
        traffic,
      }),
    },
    {
      name: 'target-empty',
      state: page({
        target: 'edge-folder',
        kind: 'folder',
        status: { healthy: false, sentence: 'The folder does not exist yet.', endpoint: null },
        live: [],
        since: null,
        shadow: null,
        rests: [],
        releases: [],
        log: [],
      }),
    },
  ];
}
