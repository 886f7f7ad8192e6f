import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, linear, rowOf, serve, type Served } from '../testServed.ts';

/** What clients may do with their connections, byte by byte. */

const infer = '/v2/models/m/infer';
const row = JSON.stringify(rowOf(1, 2, 3, 4));
const answered = /"data":\[[^\]]+\]/g;

function open({ port }: Served): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that comes back until the server closes. */
async function exchange(server: Served, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = open(server);
  await once(socket, 'connect');
  for (const part of parts) {
    socket.write(part);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return await text(socket);
}

function head(method: string, path: string, ...lines: readonly string[]): string {
  return `${[`${method} ${path} HTTP/1.1`, 'host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
}

test('requests sent at once on one connection are answered in their order', async () => {
  const server = await serve([{ file: linear }]);
  const ask = (id: string): string => {
    const body = JSON.stringify({ id, ...rowOf(1, 2, 3, 4) });
    return `${head('POST', infer, `content-length: ${body.length}`)}${body}`;
  };
  const wrong = `${head('POST', infer, 'content-length: 2')}{}`;
  const last = head('GET', '/v2/health/ready', 'connection: close');
  const got = await exchange(server, `${ask('a')}${wrong}${ask('b')}${last}`);
  expect([...got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
    ...['200', '400', '200', '200'],
  ]);
  expect([...got.matchAll(/"id":"(\w)"/g)].map(([, id]) => id)).toEqual(['a', 'b']);
});

test('HTTP/1.0 and HEAD are answered, and the connection ends where it must', async () => {
  const server = await serve([{ file: linear }]);
  const old = await exchange(server, 'GET /v2/health/ready HTTP/1.0\r\nhost: localhost\r\n\r\n');
  expect(old).toMatch(/^HTTP\/1\.1 200 .*\{"ready":true\}$/s);
  const nameless = await exchange(server, 'GET /v2 HTTP/1.0\r\n\r\n');
  expect(nameless).toMatch(/^HTTP\/1\.1 421 /);
  for (const path of ['/v2', '/v2/health/live', '/v2/health/ready', '/v2/models/m', '/metrics', '/ping']) {
    const got = await fetch(`${server.url}${path}`, { method: 'HEAD' });
    const length = (await (await fetch(`${server.url}${path}`)).arrayBuffer()).byteLength;
    expect({ path, status: got.status, body: await got.text() }).toEqual({ path, status: 200, body: '' });
    if (path !== '/metrics') expect(Number(got.headers.get('content-length'))).toBe(length);
  }
  expect((await fetch(`${server.url}${infer}`, { method: 'HEAD' })).status).toBe(405);
});

test('binary bodies in any pieces: chunked, packed, byte by byte, from any offset', async () => {
  const server = await serve([{ file: linear }]);
  const rows = 10_000;
  const values = Float32Array.from({ length: rows * 4 }, (_, n) => (n % 97) / 8);
  const bytes = Buffer.from(values.buffer);
  const request = (padding: number): { json: string; body: Buffer } => {
    const tensor = { name: 'x', datatype: 'FP32', shape: [rows, 4] };
    const inputs = [{ ...tensor, parameters: { binary_data_size: bytes.length } }];
    const json = JSON.stringify({ id: 'p'.repeat(padding), inputs });
    return { json, body: Buffer.concat([Buffer.from(json), bytes]) };
  };
  const plain = (await server.infer({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 4], data: Array.from(values) }],
  })) as { body: { outputs?: unknown } };
  const ask = async (
    body: Uint8Array<ArrayBuffer> | ReadableStream,
    json: string,
    more: Record<string, string> = {},
  ): Promise<unknown> => {
    const headers = { 'inference-header-content-length': String(json.length), ...more };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const { status, body: got } = await server.ask(infer, init);
    expect({ status, error: got['error'] }).toEqual({ status: 200, error: undefined });
    return got['outputs'];
  };
  for (let padding = 0; padding < 8; padding++) {
    const { json, body } = request(padding);
    expect(await ask(new Uint8Array(body), json)).toEqual(plain.body.outputs);
  }
  const { json, body } = request(3);
  expect(await ask(new Uint8Array(gzipSync(body)), json, { 'content-encoding': 'gzip' })).toEqual(
    plain.body.outputs,
  );
  const pieces = new ReadableStream({
    start(controller) {
      for (let at = 0; at < body.length; at += 7001) controller.enqueue(body.subarray(at, at + 7001));
      controller.close();
    },
  });
  expect(await ask(pieces, json)).toEqual(plain.body.outputs);
  const small = head('POST', infer, `content-length: ${row.length}`, 'connection: close');
  expect(await exchange(server, small, ...Array.from(row.slice(0, 9)), row.slice(9))).toMatch(answered);
});

test('clients that send slowly take no place from the others', async () => {
  const server = await serve([{ file: linear }], '--concurrency', '2');
  const slow = Array.from({ length: 20 }, () => open(server));
  for (const socket of slow)
    socket.write(head('POST', infer, `content-length: ${row.length}`, 'connection: close') + row.slice(0, 5));
  slow.push(open(server));
  slow.at(-1)!.write('POST /v2/models/m/infer HTTP/1.1\r\nhost: loc');
  await new Promise(resolve => setTimeout(resolve, 100));
  for (let request = 0; request < 10; request++) expect((await server.infer(row)).status).toBe(200);
  slow[0]!.write(row.slice(5));
  expect(await text(slow[0]!)).toMatch(answered);
  expect(await server.metrics()).toMatch(/^server_requests_refused 0$/m);
});

test('bodies that are not complete hold so much memory and no more', async () => {
  const server = await serve([{ file: linear }], '--body-limit', '100000');
  const half = Buffer.alloc(90_000, ' ');
  const sockets = Array.from({ length: 24 }, () => open(server));
  const answers = sockets.map(socket => text(socket).catch(() => ''));
  for (const socket of sockets) {
    socket.write(head('POST', infer, 'content-length: 100000'));
    socket.write(half);
  }
  const refused = await Promise.race(answers);
  expect(refused).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1.*as many bytes as it can hold/s);
  for (const socket of sockets) socket.destroy();
  await eventually(async () => (await server.infer(row)).status === 200);
});

test('headers beyond reason, two lengths and lengths that lie are refused, and the server lives on', async () => {
  const server = await serve([{ file: linear }]);
  expect(await exchange(server, head('GET', '/v2', `x: ${'y'.repeat(40_000)}`))).toMatch(/^HTTP\/1\.1 431 /);
  const twice = head('POST', infer, 'content-length: 2', 'transfer-encoding: chunked');
  expect(await exchange(server, `${twice}2\r\n{}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  const long = head(
    'POST',
    infer,
    'content-length: 4',
    'inference-header-content-length: 5',
    'connection: close',
  );
  expect(await exchange(server, `${long}{}{}`)).toMatch(/^HTTP\/1\.1 400 .*from 1 to 4; it is 5\./s);
  const expecting = head(
    'POST',
    infer,
    `content-length: ${row.length}`,
    'expect: 100-continue',
    'connection: close',
  );
  expect(await exchange(server, expecting, row)).toMatch(/^HTTP\/1\.1 100 Continue.*200 OK/s);
  expect((await server.infer(row)).status).toBe(200);
  expect(server.log.filter(line => line.includes('internal error'))).toEqual([]);
});

test('what is no HTTP, or asks for what is not done, gets a sentence too', async () => {
  const server = await serve([{ file: linear }]);
  const cases: readonly [string, RegExp][] = [
    ['BANANA\r\n\r\n', /^HTTP\/1\.1 400 .*{"error":"The request is not HTTP: .+\."}$/s],
    [head('GET', '/v2', 'content-length: -1'), /^HTTP\/1\.1 400 .*{"error":"The request is not HTTP: /s],
    [
      head('GET', '/v2', `x: ${'y'.repeat(40_000)}`),
      /^HTTP\/1\.1 431 .*{"error":"The headers of the request are too long\."}$/s,
    ],
    [
      `${head('POST', infer, 'transfer-encoding: chunked')}1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 413 .*{"error":"The chunk extensions are too long\."}$/s,
    ],
    [
      'GET /v2 HTTP/1.1\r\nconnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*"The request has no Host header\."/s,
    ],
    [head('GET', '/v2', 'expect: more', 'connection: close'), /^HTTP\/1\.1 417 .*not more\."}$/s],
  ];
  for (const [request, answer] of cases) expect(await exchange(server, request)).toMatch(answer);
  expect((await server.infer(row)).status).toBe(200);
});

test('of two Host headers none counts', async () => {
  const server = await serve([{ file: linear }]);
  for (const second of ['Host: localhost', 'HOST: evil.example', 'host:'])
    expect(await exchange(server, head('GET', '/v2/health/ready', 'connection: close', second))).toMatch(
      /^HTTP\/1\.1 400 .*{"error":"The request has more than one Host header\."}$/s,
    );
  const whole = head('GET', `http://localhost:${server.port}/v2`, 'connection: close', 'host: localhost');
  expect(await exchange(server, whole)).toMatch(/^HTTP\/1\.1 400 /);
  const named = head('GET', '/v2/health/ready', 'connection: close', 'x-host: other', 'hosts: two');
  expect(await exchange(server, named)).toMatch(/^HTTP\/1\.1 200 /);
});

test('a target may be a whole URL, whose host counts', async () => {
  const server = await serve([{ file: linear }]);
  const at = async (host: string): Promise<string> =>
    await exchange(server, head('GET', `http://${host}/v2?x=1`, 'connection: close'));
  expect(await at(`localhost:${server.port}`)).toMatch(/^HTTP\/1\.1 200 .*"name":"slipway"/s);
  expect(await at('evil.example')).toMatch(/^HTTP\/1\.1 421 /);
});
