import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ObjectStore } from '../../src/deploy/objectStore/objectStore.ts';
import { startUnsteady } from './servers/unsteady.ts';

export interface StoreSubject {
  /** An empty store. */
  readonly open: () => ObjectStore;
  /** The same at an address, asked once only where its client can be told so. */
  readonly at: (url: string) => ObjectStore;
  /** Where the server answers. */
  readonly url: string;
  /** The same through another address, asked as users ask. */
  readonly through: (url: string) => ObjectStore;
  readonly missing: () => ObjectStore;
  readonly denied?: () => ObjectStore;
  readonly identity: string | RegExp;
}

/** What every object store must do, against the real server. */
export function storeContract(
  kind: string,
  { open, at, url, through, missing, denied, identity }: StoreSubject,
): void {
  const { signal } = new AbortController();

  describe(`${kind} as an object store`, () => {
    test('keeps bytes by key, lists by prefix, deletes once and again', async () => {
      const store = open();
      expect(await store.identity(signal)).toMatch(identity);
      expect(await store.list('', signal)).toEqual([]);
      expect(await store.get('a/1/model.onnx', signal)).toBeNull();
      expect(await store.size('a/1/model.onnx', signal)).toBeNull();
      const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
      await store.put('a/1/model.onnx', bytes, signal);
      await store.put('a/1/weights/ä b+c.bin', Buffer.from('weights'), signal);
      await store.put('ab/config.pbtxt', new Uint8Array(), signal);
      expect(await store.list('a/', signal)).toEqual([
        { key: 'a/1/model.onnx', size: 300_000 },
        { key: 'a/1/weights/ä b+c.bin', size: 7 },
      ]);
      expect(await store.size('a/1/weights/ä b+c.bin', signal)).toBe(7);
      expect(Buffer.from((await store.get('a/1/model.onnx', signal))!).equals(bytes)).toBe(true);
      expect(await store.get('ab/config.pbtxt', signal)).toHaveLength(0);
      const whole = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 241);
      const file = join(await mkdtemp(join(tmpdir(), 'slipway-store-')), 'large');
      onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
      await writeFile(file, whole);
      await store.put('a/1/model.onnx', { file, size: whole.length }, signal);
      expect(Buffer.from((await store.get('a/1/model.onnx', signal))!).equals(whole)).toBe(true);
      await store.put('ab/config.pbtxt', Buffer.from('name'), signal);
      expect(Buffer.from((await store.get('ab/config.pbtxt', signal))!).toString()).toBe('name');
      for (const key of ['a/1/model.onnx', 'a/1/weights/ä b+c.bin', 'ab/config.pbtxt', 'ab/config.pbtxt'])
        await store.delete(key, signal);
      expect(await store.list('', signal)).toEqual([]);
    });

    test('of two who put what is new one succeeds', async () => {
      const store = open();
      const put = (text: string): Promise<boolean> => store.putNew('lease/1', Buffer.from(text), signal);
      const both = await Promise.all([put('one'), put('two')]);
      expect(both.sort()).toEqual([false, true]);
      expect(await store.putNew('lease/1', Buffer.from('three'), signal)).toBe(false);
      expect(Buffer.from((await store.get('lease/1', signal))!).toString()).toMatch(/^(one|two)$/);
      await store.delete('lease/1', signal);
      expect(await store.putNew('lease/1', Buffer.from('four'), signal)).toBe(true);
      await store.delete('lease/1', signal);
    });

    test('who puts what is new and loses the answer has put it, and is not told that another did', async () => {
      const unsteady = await startUnsteady(url);
      onTestFinished(() => unsteady.stop());
      const store = through(unsteady.url);
      unsteady.fail('lost');
      expect(await store.putNew('lease/1', Buffer.from('one'), signal)).toBe(true);
      expect(unsteady.asked().length).toBeGreaterThanOrEqual(2);
      expect(await store.putNew('lease/1', Buffer.from('two'), signal)).toBe(false);
      await store.delete('lease/1', signal);
    });

    test('says what is wrong: not there, not reached, not let in', async () => {
      await expect(missing().list('', signal)).rejects.toMatchObject({
        code: 'store-missing',
        message: expect.stringMatching(/ is not there \(/) as string,
      });
      await expect(at('http://127.0.0.1:1').list('', signal)).rejects.toMatchObject({
        code: 'store-unreachable',
      });
      if (denied !== undefined)
        await expect(denied().list('', signal)).rejects.toMatchObject({
          code: expect.stringMatching(/store-(credentials|forbidden)/) as string,
        });
    });

    test('what fails in passing is asked again: each call, once cut and once refused', async () => {
      const unsteady = await startUnsteady(url);
      onTestFinished(() => unsteady.stop());
      const store = through(unsteady.url);
      const bytes = Buffer.from('weights');
      const file = join(await mkdtemp(join(tmpdir(), 'slipway-store-')), 'weights');
      onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
      await writeFile(file, bytes);
      const calls = [
        async () => await store.put('a/model.onnx', bytes, signal),
        async () => await store.put('a/model.onnx', { file, size: bytes.length }, signal),
        async () => expect(await store.size('a/model.onnx', signal)).toBe(7),
        async () => expect(await store.get('a/model.onnx', signal)).toHaveLength(7),
        async () => expect(await store.list('a/', signal)).toHaveLength(1),
        async () => await store.delete('a/model.onnx', signal),
      ];
      for (const call of calls) {
        unsteady.fail('cut', { status: 503 });
        await call();
        expect(unsteady.asked().length).toBeGreaterThanOrEqual(3);
      }
      expect(await open().list('', signal)).toEqual([]);
      unsteady.always({ status: 503 });
      await expect(store.list('', signal)).rejects.toMatchObject({
        code: expect.stringMatching(/^store-/) as string,
      });
      for (const [status, code] of [
        [401, 'store-credentials'],
        [403, 'store-forbidden'],
        [507, 'store-full'],
      ] as const) {
        unsteady.always({ status });
        await expect(store.putNew('a/model.onnx', bytes, signal)).rejects.toMatchObject({ code });
      }
    });

    test('a store that never answers is waited for no longer than one wants', async () => {
      const server = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const stop = new AbortController();
      const asked = at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).list('', stop.signal);
      setTimeout(() => stop.abort(), 200);
      await expect(asked).rejects.toThrow();
    });
  });
}
