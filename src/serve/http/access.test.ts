import { request, type RequestOptions } from 'node:https';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readOptions } from '../options.ts';
import { linear, rowOf, serve, serveIn } from '../testServed.ts';

const keys = resolve(import.meta.dirname, '../../../test/tls');

test('with a token in the environment, only health is open', async () => {
  const server = await serveIn({ SLIPWAY_TOKEN: 'open sesame' }, [{ file: linear }], '--port', '0');
  const ask = async (path: string, authorization?: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    const init = path.endsWith('infer')
      ? { method: 'POST', body: JSON.stringify(rowOf(1, 2, 3, 4)), headers }
      : { headers };
    return (await fetch(`${server.url}${path}`, init)).status;
  };
  for (const path of ['/v2/health/live', '/v2/health/ready', '/ping', '/health'])
    expect({ path, status: await ask(path) }).toEqual({ path, status: 200 });
  for (const path of ['/v2/models/m/infer', '/v2', '/metrics', '/v2/models/m', '/nothing']) {
    expect({ path, status: await ask(path) }).toEqual({ path, status: 401 });
    expect(await ask(path, 'Bearer sesame')).toBe(401);
    expect(await ask(path, 'Basic b3BlbiBzZXNhbWU=')).toBe(401);
    expect(await ask(path, 'bearer open sesame')).toBe(path === '/nothing' ? 404 : 200);
  }
  const through = async (words: string): Promise<number> =>
    (await fetch(`${server.url}/v2`, { headers: { 'slipway-authorization': words } })).status;
  expect(await through('Bearer open sesame')).toBe(200);
  expect(await through('Bearer sesame')).toBe(401);
  const refused = await fetch(`${server.url}/v2`);
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  expect(server.log.join('\n')).not.toContain('sesame');
});

test('a token from a file; one that is empty or not there opens nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-token-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'token');
  await writeFile(file, 'open sesame\n', { mode: 0o400 });
  const { url } = await serve([{ file: linear }], '--token-file', file);
  const ask = async (token: string): Promise<number> =>
    (await fetch(`${url}/v2`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await ask('open sesame'), await ask('other')]).toEqual([200, 401]);
  await rm(file);
  expect(() => readOptions(['--token-file', file], {})).toThrow(/--token-file cannot be read: ENOENT/);
  await writeFile(file, '\n');
  expect(() => readOptions(['--token-file', file], { SLIPWAY_TOKEN: 'x' })).toThrow(/holds no token\.$/);
});

test('pages of another site are refused', async () => {
  const { url, port } = await serve([{ file: linear }]);
  const from = async (origin: string): Promise<number> =>
    (await fetch(`${url}/v2`, { headers: { origin } })).status;
  expect(await from('https://evil.example')).toBe(403);
  expect(await from('null')).toBe(403);
  expect(await from(`http://localhost:${port}`)).toBe(200);
});

test('TLS, and clients by their certificates', async () => {
  const file = (name: string): string => join(keys, name);
  const pair = ['--tls-cert', file('server.pem'), '--tls-key', file('server.key')];
  const ask = (port: number, options: RequestOptions): Promise<number> =>
    new Promise((done, failed) => {
      request({ port, host: '127.0.0.1', path: '/v2/health/ready', agent: false, ...options }, response => {
        response.resume();
        done(response.statusCode ?? 0);
      })
        .on('error', failed)
        .end();
    });
  const ca = readFileSync(file('ca.pem'));
  const own = { cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) };
  const plain = await serve([{ file: linear }], ...pair);
  expect(await ask(plain.port, { ca })).toBe(200);
  const mutual = await serve([{ file: linear }], ...pair, '--tls-client-ca', file('ca.pem'));
  expect(await ask(mutual.port, { ca, ...own })).toBe(200);
  await expect(ask(mutual.port, { ca })).rejects.toThrow();
});
