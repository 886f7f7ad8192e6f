import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeServing, type SampleSettings } from '../serving.ts';
import { eventually, linear, odd, rowOf, serve, tensor, type Served } from '../testServed.ts';

async function sampled(server: Served, settings: SampleSettings): Promise<void> {
  await writeServing(join(server.dir, 'serving.json'), {
    ...{ schema: 'slipway/serving@1', model: 'm' },
    versions: [{ digest: server.digests[0]!, name: 'again', weight: 1 }],
    samples: settings,
  });
  await eventually(() => server.log.filter(line => line.includes('serving ')).length >= 2);
}

async function rowsIn(dir: string): Promise<readonly Record<string, unknown>[]> {
  const files = (await readdir(dir).catch(() => [])).filter(name => name.endsWith('.jsonl')).sort();
  const texts = await Promise.all(files.map(name => readFile(join(dir, name), 'utf8')));
  return texts
    .flatMap(text => text.trimEnd().split('\n'))
    .map(line => JSON.parse(line) as Record<string, unknown>);
}

async function stop({ child }: Served): Promise<void> {
  const closed = new Promise(resolve => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}

test('a share of the answers is written down, what is redacted is not', async () => {
  const server = await serve([{ file: join(odd, 'mixed-columns.onnx') }]);
  const { body } = await server.get('/v2/models/m');
  const inputs = (body['inputs'] as { name: string; datatype: string }[]).map(({ name, datatype }) =>
    tensor(name, datatype, [2, 1], datatype === 'BYTES' ? ['a', 'b'] : [1, 2]),
  );
  await server.infer({ inputs });
  await sampled(server, { share: 0.5, redact: ['duration'], megabytes: 1, keep: 2 });
  for (let n = 0; n < 6; n++) await server.infer({ id: `q${n}`, inputs });
  await stop(server);
  const dir = join(server.dir, 'samples');
  const rows = await rowsIn(dir);
  expect(rows.map(row => row['slipway_request'])).toEqual(['q1', 'q1', 'q3', 'q3', 'q5', 'q5']);
  const [first] = rows;
  expect(first).toMatchObject({ slipway_model: 'm', slipway_version: server.digests[0] });
  expect(Object.keys(first!)).not.toContain('duration');
  expect(first).toHaveProperty('label');
  expect(Math.abs(Date.now() - Date.parse(String(first!['slipway_time'])))).toBeLessThan(60_000);
  expect((await stat(dir)).mode & 0o77).toBe(0);
});

test('files are closed at their size, and so many are kept', async () => {
  const server = await serve([{ file: linear }]);
  await sampled(server, { share: 1, redact: [], megabytes: 0.001, keep: 2 });
  const dir = join(server.dir, 'samples');
  for (const id of ['a', 'b', 'c', 'd']) {
    for (let n = 0; n < 8; n++) await server.infer({ id, ...rowOf(n, 1, 2, 3) });
    await eventually(async () => (await rowsIn(dir)).at(-1)?.['slipway_request'] === id);
  }
  const names = await readdir(dir);
  expect(names.length).toBe(2);
  expect((await rowsIn(dir)).at(-1)).toMatchObject({ x: [7, 1, 2, 3] });
  await stop(server);
});

test('a name that a version has not may be a place of its matrix: that is left out, and said', async () => {
  const server = await serve([{ file: linear }]);
  await sampled(server, { share: 1, redact: ['age'], megabytes: 1, keep: 2 });
  await server.infer(rowOf(41, 1, 2, 3));
  await stop(server);
  const [row] = await rowsIn(join(server.dir, 'samples'));
  expect(Object.keys(row!)).toEqual([
    ...['slipway_time', 'slipway_model', 'slipway_version', 'slipway_request'],
    'y',
  ]);
  expect(server.log.filter(line => line.includes('`redact` names age, which it has not'))).toHaveLength(1);
});
