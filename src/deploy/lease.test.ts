import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hold } from './holding.ts';
import { Lease } from './lease.ts';
import type { Place } from './place.ts';

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
  const lease = await Lease.take(file, { by: 'Ada' }, silent);
  await expect(Lease.take(file, { by: 'Grace' }, silent)).rejects.toMatchObject({
    code: 'target-busy',
    message: expect.stringMatching(/^Ada \(process \d+ on .*\) has been deploying since/) as string,
  });
  await lease.check();
  await lease.release();
  expect(await Lease.holder(file)).toBeNull();
  await (await Lease.take(file, { by: 'Grace' }, silent)).release();
});

test('a holder that died on this machine is taken over from, and said', async () => {
  const file = await leaseFile();
  await writeFile(file, holder(2 ** 22 + 1));
  expect(await Lease.holder(file)).toBeNull();
  const lines: string[] = [];
  const lease = await Lease.take(file, { by: 'Ada' }, line => lines.push(line));
  expect(lines).toEqual(['the deployment before this one stopped without letting go; taking over']);
  await lease.release();
});

test('one on another machine holds it while its heart beats', async () => {
  const file = await leaseFile();
  await writeFile(file, holder(1, 'elsewhere'));
  await expect(Lease.take(file, { by: 'Ada' }, silent)).rejects.toMatchObject({ code: 'target-busy' });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  await (await Lease.take(file, { by: 'Ada' }, silent)).release();
});

test('a lease that was taken over is noticed, and not released for the other', async () => {
  const file = await leaseFile();
  const lease = await Lease.take(file, { by: 'Ada' }, silent);
  await writeFile(file, holder(process.pid));
  await expect(lease.check()).rejects.toMatchObject({ code: 'lease-lost' });
  await lease.release();
  expect(await readFile(file, 'utf8')).toContain('Grace');
});

test('what holds it for a moment is waited for, what deploys is not', async () => {
  const leaseOf = await leaseFile();
  const target = { lease: undefined };
  const place = { leaseFile: leaseOf, target } as unknown as Place;
  const { signal } = new AbortController();
  const note = await hold(place, { by: 'Ada', brief: true }, silent, signal);
  const waiting = hold(place, { by: 'Grace' }, silent, signal);
  setTimeout(() => void note.release(), 300);
  const deployment = await waiting;
  const refused = hold(place, { by: 'Ida' }, silent, signal);
  await expect(refused).rejects.toMatchObject({
    ...{ code: 'target-busy', brief: false },
    message: expect.stringMatching(/^Grace/) as string,
  });
  await deployment.release();
  const long = await hold(place, { by: 'Ada', brief: true }, silent, signal);
  await expect(hold(place, { by: 'Ida' }, silent, signal)).rejects.toMatchObject({ brief: true });
  await long.release();
});
