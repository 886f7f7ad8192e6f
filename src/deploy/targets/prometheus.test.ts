import { expect, test } from 'vitest';
import { prometheusText } from '../../serve/observe/prometheus.ts';
import { countAnswer, noCounts } from '../../serve/observe/counts.ts';
import { readPrometheus, versionCounts } from './prometheus.ts';

test('labels, values and what is no sample', () => {
  const text = `# HELP up Whether.\nup 1\nx{a="q\\"u\\\\o\\nte",b="2"} +Inf 1700000000\nnot a sample at all\nlast NaN\n`;
  expect(readPrometheus(text)).toEqual([
    { name: 'up', labels: {}, value: 1 },
    { name: 'x', labels: { a: 'q"u\\o\nte', b: '2' }, value: Infinity },
    { name: 'last', labels: {}, value: NaN },
  ]);
});

test("the server's own metrics are read back as it counted", () => {
  const counts = noCounts('a "model"', 'd1');
  for (const seconds of [0.0001, 0.002, 0.002, 20]) countAnswer(counts, seconds, 1);
  counts.failure = 3;
  Object.assign(counts.shadow, { asked: 9, differing: 4, failed: 2, dropped: 1 });
  const text = prometheusText({
    versions: [counts, noCounts('other', 'd2')],
    refused: 0,
    samplesLost: 0,
    memory: 1,
    processes: 1,
    started: 5,
  });
  const [found, ...others] = versionCounts(readPrometheus(text), 'a "model"');
  expect(others).toEqual([]);
  expect(found).toMatchObject({ digest: 'd1', requests: 7, failures: 3, shadow: counts.shadow });
  expect(found!.latency!.bounds).toHaveLength(14);
  expect(found!.latency!.counts).toEqual(counts.buckets);
});
