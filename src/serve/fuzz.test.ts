import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { odd, serve, tensor, type Served } from './testServed.ts';

/** Nothing a client sends ends the process, or is answered by a failure of the server. */

const model = join(odd, 'mixed-columns.onnx');

async function goodRequests(server: Served): Promise<readonly [string, object][]> {
  const { body } = await server.get('/v2/models/m');
  const inputs = body['inputs'] as { name: string; datatype: string }[];
  const value = (datatype: string): unknown => (datatype === 'BYTES' ? 'a' : 1);
  const row = Object.fromEntries(inputs.map(({ name, datatype }) => [name, value(datatype)]));
  return [
    [
      '/v2/models/m/infer',
      {
        id: 'q',
        parameters: { timeout: 0, binary_data_output: false },
        inputs: inputs.map(({ name, datatype }) => tensor(name, datatype, [1, 1], [value(datatype)])),
        outputs: [{ name: 'label', parameters: { binary_data: false } }],
      },
    ],
    ['/invocations', { dataframe_records: [row] }],
    ['/invocations', { dataframe_split: { columns: Object.keys(row), data: [Object.values(row)] } }],
    ['/invocations', { instances: [row] }],
    [
      '/invocations',
      { inputs: Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, [cell]])) },
    ],
  ];
}

/** Puts something else in the place of one part of a JSON value. */
function spoilt(value: unknown, path: readonly number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[step % keys.length]!;
  const inner = spoilt((value as Record<string, unknown>)[key], rest, other);
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...value, [key]: inner };
}

async function post(
  server: Served,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body, headers });
  const text = await response.text();
  // A made-up `timeout` may ask for an answer at once.
  if (response.status === 503) expect(response.headers.get('retry-after')).toBe('1');
  else expect(response.status).toBeLessThan(500);
  if (response.status >= 400) expect((JSON.parse(text) as { error: string }).error).toMatch(/^.{5,}\.$/s);
}

const odds = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(1e308, -1, 2 ** 53, 1e-320, '', '__proto__', 'x'.repeat(5000), [[[[[[]]]]]], {
    length: 3,
  }),
);

test('spoilt requests are refused with a sentence', async () => {
  const server = await serve([{ file: model }]);
  const good = await goodRequests(server);
  for (const [path, body] of good)
    await post(server, path, JSON.stringify(body), { 'content-type': 'application/json' });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
      odds,
      async (which, path, other) => {
        const [url, body] = good[which]!;
        const text = JSON.stringify(spoilt(body, path, other));
        await post(server, url, text, { 'content-type': 'application/json' });
        // The same, with a length that cuts the JSON off and leaves binary data behind it.
        await post(server, '/v2/models/m/infer', text, {
          'inference-header-content-length': String(Math.max(1, text.length - path[0]!)),
        });
      },
    ),
    { numRuns: 250, seed: 1 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '1', ' ', 'é') }),
      async text => await post(server, '/invocations', text, { 'content-type': 'text/csv' }),
    ),
    { numRuns: 150, seed: 1 },
  );
  expect(server.child.exitCode).toBeNull();
  expect(server.log.filter(line => line.includes('internal error'))).toEqual([]);
});

test('any path with any method is answered', async () => {
  const server = await serve([{ file: model }]);
  const part = fc.oneof(
    fc.constantFrom(
      'v2',
      'models',
      'm',
      'versions',
      'infer',
      'repository',
      'index',
      'stats',
      'health',
      '..',
      '%2e',
    ),
    fc.string({ maxLength: 8 }).map(encodeURIComponent),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
      fc.array(part, { maxLength: 6 }),
      async (method, parts) => {
        const { status } = await fetch(`${server.url}/${parts.join('/')}`, { method });
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 200, seed: 1 },
  );
  expect(server.log.filter(line => line.includes('internal error'))).toEqual([]);
});

test('bytes that are no HTTP, and requests that break off, end their connection only', async () => {
  const server = await serve([{ file: model }]);
  const send = (bytes: Uint8Array): Promise<void> =>
    new Promise(done => {
      const socket = connect(server.port, '127.0.0.1', () => socket.end(bytes));
      socket
        .on('error', () => undefined)
        .on('close', () => done())
        .resume();
    });
  const head = 'POST /v2/models/m/infer HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"inputs":';
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(head.length), async (noise, cut) => {
      await send(noise);
      await send(Buffer.concat([Buffer.from(head.slice(0, cut)), noise]));
    }),
    { numRuns: 60, seed: 1 },
  );
  expect(await server.get('/v2/health/ready')).toMatchObject({ status: 200 });
  expect(server.log.filter(line => line.includes('internal error'))).toEqual([]);
});
