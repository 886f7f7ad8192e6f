import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TargetLease, type LeasePlace } from './targetLease.ts';

const { signal } = new AbortController();
const silent = (): undefined => undefined;
const quick = { last: 400, renew: 50 };

class Notes implements LeasePlace {
  readonly all = new Map<number, string>();
  reachable = true;

  async numbers(): Promise<readonly number[]> {
    await this.#answer();
    return [...this.all.keys()];
  }
  async read(number: number): Promise<string | null> {
    await this.#answer();
    return this.all.get(number) ?? null;
  }
  async create(number: number, text: string): Promise<boolean> {
    await this.#answer();
    if (this.all.has(number)) return false;
    this.all.set(number, text);
    return true;
  }
  async remove(number: number): Promise<void> {
    await this.#answer();
    this.all.delete(number);
  }
  async #answer(): Promise<void> {
    await sleep(1);
    if (!this.reachable) throw new Error('no line');
  }
}

const held = (until: string, of: object = {}): string =>
  JSON.stringify({
    ...{ by: 'Grace', pid: 1, host: 'elsewhere', boot: null, since: '2026-01-01T00:00:00Z', token: 'x' },
    ...{ until, ...of },
  });
const ahead = new Date(Date.now() + 600_000).toISOString();
const longAgo = '2026-01-01T00:01:00Z';

test('of many at once one holds it, the others are told who and since when', async () => {
  const notes = new Notes();
  const all = await Promise.allSettled(
    ['Ada', 'Grace', 'Joan', 'Mary'].map(by => TargetLease.take(notes, { by }, silent, signal)),
  );
  const won = all.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  expect(won).toHaveLength(1);
  for (const result of all)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'target-busy' });
  await expect(TargetLease.take(notes, { by: 'Ida' }, silent, signal)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^(Ada|Grace|Joan|Mary) \(process \d+ on .*\) has been deploying since 2/,
    ) as string,
  });
  expect(await TargetLease.holder(notes, signal)).toMatch(/has been deploying since/);
  await won[0]!.check();
  await won[0]!.release();
  expect(notes.all.size).toBe(0);
  expect(await TargetLease.holder(notes, signal)).toBeNull();
});

test('it is renewed while it is held, longer than it lasts', async () => {
  const notes = new Notes();
  const lease = await TargetLease.take(notes, { by: 'Ada' }, silent, signal, quick);
  await sleep(3 * quick.last);
  await lease.check();
  expect([...notes.all.keys()][0]).toBeGreaterThan(3);
  await expect(TargetLease.take(notes, { by: 'Grace' }, silent, signal, quick)).rejects.toMatchObject({
    code: 'target-busy',
  });
  await lease.release();
  expect(notes.all.size).toBe(0);
});

test('one that ended is taken over, and said; one that is renewed is not, whatever the clocks say', async () => {
  const notes = new Notes();
  notes.all.set(7, held(longAgo));
  const lines: string[] = [];
  const lease = await TargetLease.take(notes, { by: 'Ada' }, line => lines.push(line), signal, quick);
  expect(lines).toEqual([expect.stringMatching(/stopped without letting go of the target; taking over$/)]);
  expect([...notes.all.keys()].every(number => number > 7)).toBe(true);
  await lease.release();

  notes.all.set(7, held(longAgo));
  const renewed = setTimeout(() => notes.all.set(8, held(longAgo)), quick.renew);
  await expect(TargetLease.take(notes, { by: 'Ada' }, silent, signal, quick)).rejects.toMatchObject({
    code: 'target-busy',
  });
  clearTimeout(renewed);
});

test('a process of this machine that is gone holds nothing; one of another machine does', async () => {
  const notes = new Notes();
  const lease = await TargetLease.take(notes, { by: 'Ada' }, silent, signal);
  const [text] = [...notes.all.values()];
  await lease.release();
  const gone = { ...(JSON.parse(text!) as object), pid: 2 ** 22 + 1, token: 'another' };
  notes.all.set(1, held(ahead, gone));
  await (await TargetLease.take(notes, { by: 'Ada' }, silent, signal)).release();
  notes.all.set(1, held(ahead, { ...gone, boot: 'another machine of that name', host: hostname() }));
  await expect(TargetLease.take(notes, { by: 'Ada' }, silent, signal)).rejects.toMatchObject({
    code: 'target-busy',
  });
});

test('one that was let go of while the target could not be told holds nobody up', async () => {
  const notes = new Notes();
  const lease = await TargetLease.take(notes, { by: 'Ada' }, silent, signal);
  notes.reachable = false;
  await lease.release();
  notes.reachable = true;
  expect(notes.all.size).toBe(1);
  await (await TargetLease.take(notes, { by: 'Ada' }, silent, signal)).release();
  expect(notes.all.size).toBe(0);
});

test('one that another took over, or that could not be renewed in time, is noticed', async () => {
  const notes = new Notes();
  const taken = await TargetLease.take(notes, { by: 'Ada' }, silent, signal);
  notes.all.set(2, held(ahead));
  await expect(taken.check()).rejects.toMatchObject({ code: 'lease-lost' });
  await taken.release();
  expect([...notes.all.keys()]).toEqual([2]);

  const alone = new Notes();
  const cut = await TargetLease.take(alone, { by: 'Ada' }, silent, signal, quick);
  alone.reachable = false;
  await sleep(2 * quick.last);
  alone.reachable = true;
  await expect(cut.check()).rejects.toMatchObject({ code: 'lease-lost' });
  await cut.release();
});
