import { once } from 'node:events';
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { writeServing, type SampleSettings } from '../serving.ts';
import { eventually, linear, odd, rowOf, run, serve, tensor, type Served } from '../testServed.ts';

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
  // One that newer ones push out may be gone since the listing.
  const texts = await Promise.all(files.map(name => readFile(join(dir, name), 'utf8').catch(() => '')));
  return texts
    .flatMap(text => text.split('\n').slice(0, -1))
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

async function partsIn(dir: string): Promise<readonly string[]> {
  return (await readdir(dir).catch(() => [])).filter(name => name.endsWith('.part'));
}

test('what a killed server left open is closed by the next one, and nothing that another may write', async () => {
  const server = await serve([{ file: linear }]);
  await sampled(server, { share: 1, redact: [], megabytes: 1, keep: 2 });
  const dir = join(server.dir, 'samples');
  await server.infer(rowOf(41, 1, 2, 3));
  await eventually(async () => (await partsIn(dir)).length > 0);
  server.child.kill('SIGKILL');
  await once(server.child, 'close');
  const [left] = await partsIn(dir);
  await appendFile(join(dir, left!), `{"slipway_time":"${'2'.repeat(100_000)}`);
  // Of a process that has ended, without a whole row; of one that lives; of another machine.
  const [empty, lives, foreign] = [
    left!.replace(/-0\.jsonl/, '-1.jsonl'),
    left!.replace(`-${server.child.pid}-`, `-${process.pid}-`),
    left!.replace(hostname(), 'elsewhere'),
  ];
  for (const name of [empty, lives, foreign]) await writeFile(join(dir, name), '{"half');
  const next = run(server.dir, ['--port', '0']);
  const log: string[] = [];
  createInterface(next.stderr!).on('line', line => log.push(line));
  await eventually(async () => (await partsIn(dir)).length === 2);
  expect((await partsIn(dir)).toSorted()).toEqual([lives, foreign].toSorted());
  expect((await rowsIn(dir)).map(row => row['x'])).toEqual([[41, 1, 2, 3]]);
  await eventually(
    () => log.filter(line => line.includes('samples that a killed process left')).length === 2,
  );
  expect(log.join('\n')).toMatch(/left open are closed: .*-0\.jsonl$/m);
  expect(log.join('\n')).toMatch(/left open held no whole row and are deleted: .*-1\.jsonl\.part$/m);
});

test('what a killed process of several left open is closed by the one that replaces it, the rest goes on', async () => {
  const server = await serve([{ file: linear }], '--workers', '2');
  await sampled(server, { share: 1, redact: [], megabytes: 1, keep: 2 });
  const dir = join(server.dir, 'samples');
  await eventually(async () => {
    await Promise.all(Array.from({ length: 20 }, () => server.infer(rowOf(1, 2, 3, 4))));
    return (await partsIn(dir)).length === 2;
  });
  const [left, other] = await partsIn(dir);
  process.kill(Number(/-(\d+)-\d+\.jsonl\.part$/.exec(left!)![1]), 'SIGKILL');
  await eventually(async () => !(await partsIn(dir)).includes(left!));
  expect(await partsIn(dir)).toContain(other);
  expect((await rowsIn(dir)).length).toBeGreaterThan(0);
  await stop(server);
  expect(await partsIn(dir)).toEqual([]);
});
