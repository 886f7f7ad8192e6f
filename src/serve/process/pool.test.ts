import { readdir, readFile } from 'node:fs/promises';
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

async function childrenOf(pid: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    if (stat.split(') ').at(-1)!.split(' ')[1] === String(pid)) found.push(one);
  }
  return found;
}
