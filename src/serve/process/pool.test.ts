import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareServing } from '../start.ts';
import { digestOf, eventually, linear, odd, rowOf, serve } from '../testServed.ts';

test('several processes share a listener, counts and serving.json; one that dies is replaced', async () => {
  const server = await serve([{ file: linear, name: 'a' }], '--workers', '2', '--log', 'json');
  const ask = (): Promise<number> =>
    server.infer(rowOf(1, 2, 3, 4)).then(
      ({ status }) => status,
      () => 0,
    );
  const count = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'm').exec(await server.metrics())?.[1]);
  expect(await count('server_processes')).toBe(2);
  expect(await Promise.all(Array.from({ length: 40 }, ask))).toEqual(Array<number>(40).fill(200));
  expect(await count('model_infer_request_success')).toBe(40);
  const loaded = (): Set<unknown> =>
    new Set(
      server.log
        .map(line => JSON.parse(line) as { message: string; process?: number })
        .filter(({ message }) => message.startsWith('loaded a'))
        .map(({ process }) => process),
    );
  expect(loaded().size).toBe(2);

  // Unloading and loading over HTTP reaches both.
  const act = (what: string): Promise<{ status: number }> =>
    server.ask(`/v2/repository/models/m/${what}`, { method: 'POST' });
  expect((await act('unload')).status).toBe(200);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([404]));
  expect((await act('load')).status).toBe(200);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([200]));

  // A switch under load fails nothing.
  const other = join(odd, 'batch-unnamed.onnx');
  const digest = await digestOf(other);
  const statuses = new Set<number>();
  const versions = new Set<unknown>();
  let going = true;
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (going) {
        const { status, body } = await server.infer(rowOf(1, 2, 3, 4));
        statuses.add(status);
        versions.add(body['model_version']);
      }
    }),
  );
  await prepareServing(server.dir, 'm', [{ file: other, digest, name: 'b', weight: 1 }]);
  // Two were unloaded by hand before.
  await eventually(() => server.log.filter(line => line.includes('unloaded a')).length >= 4);
  going = false;
  await load;
  expect([[...statuses], versions.has(digest)]).toEqual([[200], true]);

  // A process that is killed is replaced, and takes over what the others serve.
  const pid = Number((await childrenOf(server.child.pid!))[0]);
  process.kill(pid, 'SIGKILL');
  await eventually(() => server.log.some(line => /process \d+ ended \(SIGKILL\)/.test(line)));
  await eventually(async () => (await count('server_processes')) === 2);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([200]));

  const closed = new Promise(resolve => server.child.once('close', resolve));
  server.child.kill('SIGTERM');
  expect(await closed).toBe(0);
});

test('a key goes to the same version in every process, and the versions share the keys', async () => {
  const versions = [
    { file: linear, name: 'a', weight: 0.5 },
    { file: join(odd, 'batch-unnamed.onnx'), name: 'b', weight: 0.5 },
  ];
  const server = await serve(versions, '--workers', '2');
  // A connection of its own each, so that both processes answer.
  const ask = async (key: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', 'slipway-key': key, connection: 'close' };
    const init = { method: 'POST', headers, body: JSON.stringify(rowOf(1, 2, 3, 4)) };
    return (await server.ask('/v2/models/m/infer', init)).body['model_version'];
  };
  const keys = Array.from({ length: 16 }, (_, n) => `customer ${n}`);
  const found = await Promise.all(
    keys.map(async key => new Set(await Promise.all(Array.from({ length: 6 }, () => ask(key))))),
  );
  expect(found.map(({ size }) => size)).toEqual(keys.map(() => 1));
  expect(new Set(found.flatMap(set => [...set]))).toEqual(new Set(server.digests));
});

test('SIGTERM: no process is ready, and what any of them works on is answered', async () => {
  const server = await serve([{ file: linear }], '--workers', '2');
  const body = JSON.stringify(rowOf(1, 2, 3, 4));
  const slow = Array.from({ length: 6 }, () =>
    request({
      ...{ port: server.port, host: '127.0.0.1', path: '/v2/models/m/infer', method: 'POST', agent: false },
      headers: { 'content-length': body.length },
    }),
  );
  const answers = slow.map(asked => once(asked, 'response') as Promise<[IncomingMessage]>);
  for (const asked of slow) asked.write(body.slice(0, 5));
  await server.get('/v2/health/ready');
  const closed = once(server.child, 'close');
  server.child.kill('SIGTERM');
  await eventually(() => server.log.some(line => line.includes('draining')));
  // Soon after, connections are refused.
  const ready = (): Promise<boolean> =>
    fetch(`${server.url}/v2/health/ready`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(async () => !(await Promise.all([ready(), ready(), ready()])).includes(true));
  await new Promise(resolve => setTimeout(resolve, 300));
  for (const asked of slow) asked.end(body.slice(5));
  for (const [response] of await Promise.all(answers)) {
    expect(response.statusCode).toBe(200);
    response.resume();
  }
  expect(await closed).toEqual([0, null]);
});

async function childrenOf(pid: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    if (stat.split(') ').at(-1)!.split(' ')[1] === String(pid)) found.push(one);
  }
  return found;
}
