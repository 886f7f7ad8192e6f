import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Lease } from './lease.ts';

async function leaseFile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-lease-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'lease.json');
}

const holder = (pid: number, host = hostname()): string =>
  JSON.stringify({ by: 'Grace', pid, host, since: '2026-01-01T00:00:00Z', token: 'other' });
const silent = (): undefined => undefined;

test('one holds it, the other is told who; after the release it is free', async () => {
  const file = await leaseFile();
  const lease = await Lease.take(file, 'Ada', silent);
  await expect(Lease.take(file, 'Grace', silent)).rejects.toMatchObject({
    code: 'target-busy',
    message: expect.stringMatching(/^Ada \(process \d+ on .*\) has been deploying since/) as string,
  });
  await lease.check();
  await lease.release();
  expect(await Lease.holder(file)).toBeNull();
  await (await Lease.take(file, 'Grace', silent)).release();
});

test('a holder that died on this machine is taken over from, and said', async () => {
  const file = await leaseFile();
  await writeFile(file, holder(2 ** 22 + 1));
  expect(await Lease.holder(file)).toBeNull();
  const lines: string[] = [];
  const lease = await Lease.take(file, 'Ada', line => lines.push(line));
  expect(lines).toEqual(['the deployment before this one stopped without letting go; taking over']);
  await lease.release();
});

test('one on another machine holds it while its heart beats', async () => {
  const file = await leaseFile();
  await writeFile(file, holder(1, 'elsewhere'));
  await expect(Lease.take(file, 'Ada', silent)).rejects.toMatchObject({ code: 'target-busy' });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  await (await Lease.take(file, 'Ada', silent)).release();
});

test('a lease that was taken over is noticed, and not released for the other', async () => {
  const file = await leaseFile();
  const lease = await Lease.take(file, 'Ada', silent);
  await writeFile(file, holder(process.pid));
  await expect(lease.check()).rejects.toMatchObject({ code: 'lease-lost' });
  await lease.release();
  expect(await readFile(file, 'utf8')).toContain('Grace');
});
