import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askAgain, retryAfter } from './askAgain.ts';

type Turn = 'cut' | 'cut in the middle' | number;

/** A server whose first answers are so; then it answers 200. */
async function serve(turns: readonly Turn[], after?: string) {
  let asked = 0;
  const server = createServer((request, response) => {
    const turn = turns[asked++] ?? 200;
    if (turn === 'cut') request.socket.destroy();
    else if (turn === 'cut in the middle') {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    } else response.writeHead(turn, after === undefined ? {} : { 'retry-after': after }).end('words');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    count: () => asked,
    ask: async (signal: AbortSignal) =>
      await askAgain(async () => {
        const response = await fetch(url, { signal });
        const { status, headers } = response;
        return { status, headers, text: await response.text() };
      }, signal),
  };
}

const { signal } = new AbortController();

test('a cut connection, a busy server and an answer cut in the middle are asked again', async () => {
  const { ask, count } = await serve(['cut', 503, 'cut in the middle']);
  expect(await ask(signal)).toMatchObject({ status: 200, text: 'words' });
  expect(count()).toBe(4);
});

test('what fails for good is told at once, what never passes after four tries', async () => {
  for (const status of [400, 401, 403, 404, 409, 501]) {
    const { ask, count } = await serve([status]);
    expect(await ask(signal)).toMatchObject({ status });
    expect(count()).toBe(1);
  }
  const busy = await serve([503, 503, 503, 429, 200]);
  expect(await busy.ask(signal)).toMatchObject({ status: 429 });
  expect(busy.count()).toBe(4);
  const gone = await serve(['cut', 'cut', 'cut', 'cut']);
  await expect(gone.ask(signal)).rejects.toThrow();
  expect(gone.count()).toBe(4);
});

test('the wait is the one that the server asks for, unless that is longer than one would wait', async () => {
  const soon = await serve([429, 429, 429], '0');
  expect(await soon.ask(signal)).toMatchObject({ status: 200 });
  const late = await serve([503], '3600');
  expect(await late.ask(signal)).toMatchObject({ status: 503 });
  expect(late.count()).toBe(1);
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfter('7', now)).toBe(7000);
  expect(retryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
  expect(retryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(retryAfter('soon', now)).toBeNull();
  expect(retryAfter(null, now)).toBeNull();
});

test('a cancel ends the wait', async () => {
  const { ask, count } = await serve([503], '5');
  const stop = new AbortController();
  const asked = ask(stop.signal);
  while (count() === 0) await new Promise(resolve => setTimeout(resolve, 5));
  stop.abort();
  await expect(asked).rejects.toThrow(/abort/i);
  expect(count()).toBe(1);
});
