import { expect, test } from 'vitest';
import type { Measurement } from './counts.ts';
import { seriesOf } from './series.ts';

function at(second: number, requests: number, failures: number, epoch = 'e'): Measurement {
  const latency = { bounds: [0.01, 0.1], counts: [requests - failures, 0, 0] };
  return {
    at: new Date(second * 1000).toISOString(),
    epoch,
    versions: [{ digest: 'd', requests, failures, latency }],
  };
}

test('rates and shares of each interval; nothing across a restart', () => {
  const [series] = seriesOf([
    at(0, 10, 0),
    at(5, 60, 5),
    at(10, 60, 5),
    at(15, 3, 0, 'f'),
    at(20, 13, 0, 'f'),
  ]);
  expect(series).toMatchObject({ digest: 'd', requests: 60, failures: 5 });
  expect(series!.points).toEqual([
    { at: '1970-01-01T00:00:05.000Z', requestsPerSecond: 10, failed: 0.1, p50: 0.01, p99: 0.01 },
    { at: '1970-01-01T00:00:10.000Z', requestsPerSecond: 0, failed: null, p50: null, p99: null },
    { at: '1970-01-01T00:00:20.000Z', requestsPerSecond: 2, failed: 0, p50: 0.01, p99: 0.01 },
  ]);
  expect(seriesOf([])).toEqual([]);
  expect(seriesOf([at(0, 1, 0)])).toMatchObject([{ points: [] }]);
});
