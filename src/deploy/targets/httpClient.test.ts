import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from './httpClient.ts';

async function serving(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const going = new AbortController().signal;

test('the token is asked for before each question, and a refusal does not quote it', async () => {
  const tokens = ['old', 'new'];
  const { url } = await serving((request, response) => {
    response.statusCode = request.headers.authorization === 'Bearer new' ? 200 : 401;
    response.end(request.headers.authorization);
  });
  const token = (): Promise<string> => Promise.resolve(tokens.shift() ?? 'new');
  await expect(ask(url, { limit: 1_000 }, { token }, going)).rejects.toMatchObject({
    code: 'not-allowed',
    message: `${url} does not let us in (401). Set the secret that \`token\` names anew.`,
  });
  expect(await ask(url, { limit: 1_000 }, { token }, going)).toMatchObject({ ok: true, text: 'Bearer new' });
});

test('a server that accepts and says nothing is waited for no longer than told', async () => {
  const { url } = await serving(() => undefined);
  await expect(ask(url, { limit: 150 }, {}, going)).rejects.toMatchObject({
    code: 'no-answer',
    message: `${url} did not answer within 0.15 s.`,
  });
});

test('an answer that stops half-way, and nobody at all, are said', async () => {
  const { url, server } = await serving((_, response) => {
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(ask(url, { limit: 1_000 }, {}, going)).rejects.toMatchObject({ code: 'unreachable' });
  server.close();
  await once(server, 'close');
  await expect(ask(url, { limit: 1_000 }, {}, going)).rejects.toMatchObject({
    code: 'unreachable',
    message: `${url} cannot be reached (ECONNREFUSED).`,
  });
});

test('a cancel is no failure of the target', async () => {
  const { url } = await serving(() => undefined);
  const stop = new AbortController();
  const asked = ask(url, { limit: 5_000 }, {}, stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});
