import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { writeServing } from './serving.ts';
import { prepareServing } from './start.ts';
import {
  credit,
  digestOf,
  eventually,
  folder,
  linear,
  odd,
  rowOf,
  run,
  serve,
  tensor,
  type Asked,
} from './testServed.ts';

describe('protocol', () => {
  test('liveness, readiness, metadata, infer', async () => {
    const server = await serve([{ file: join(odd, 'mixed-columns.onnx'), name: '1.0.0' }]);
    const [digest] = server.digests;
    expect(await server.get('/v2')).toMatchObject({ status: 200, body: { name: 'slipway' } });
    expect(await server.get('/v2/health/live')).toMatchObject({ status: 200 });
    expect(await server.get('/v2/health/ready')).toMatchObject({ status: 200, body: { ready: true } });
    expect(await server.get('/v2/models/m/ready')).toMatchObject({ status: 200 });
    expect(await server.get(`/v2/models/m/versions/${digest!}/ready`)).toMatchObject({ status: 200 });
    expect(await server.get('/v2/models/m/versions/1.0.0')).toMatchObject({
      status: 200,
      body: { versions: [digest], traffic: [{ version: digest, name: '1.0.0', weight: 1 }] },
    });
    const { body } = await server.get('/v2/models/m');
    const inputs = body['inputs'] as { name: string; datatype: string; shape: number[] }[];
    expect(inputs).toContainEqual({ name: 'duration', datatype: 'INT64', shape: [-1, 1] });
    const filled = inputs.map(({ name, datatype }) =>
      tensor(name, datatype, [2, 1], datatype === 'BYTES' ? ['a', 'b'] : [[12], [24]]),
    );
    const answer = await server.infer({ id: 'q7', inputs: filled, outputs: [{ name: 'label' }] });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        model_name: 'm',
        model_version: digest,
        id: 'q7',
        parameters: { version_name: '1.0.0' },
        outputs: [{ name: 'label', datatype: 'BYTES', shape: [2] }],
      },
    });
  });

  test('each malformed request gets a sentence, and the server lives on', async () => {
    const server = await serve([{ file: linear }]);
    const cases: readonly [unknown, RegExp][] = [
      ['{"inputs": [', /^The request is not JSON/],
      ['[]', /^The request must be a JSON object/],
      [{}, /^`inputs` must be an array/],
      [{ ...rowOf(1, 2, 3, 4), id: 7 }, /^`id` must be a string/],
      [{ ...rowOf(1, 2, 3, 4), parameters: [] }, /^`parameters` must be a JSON object/],
      [{ inputs: [tensor('z', 'FP32', [1, 4], [1, 2, 3, 4])] }, /no input `z`; it has `x`/],
      [{ inputs: [tensor('x', 'FP64', [1, 4], [1, 2, 3, 4])] }, /`x` is FP32, not FP64/],
      [{ inputs: [tensor('x', 'FP32', [1, 3], [1, 2, 3])] }, /shape \[1, 3\] does not fit \[any, 4\]/],
      [{ inputs: [tensor('x', 'FP32', [-1, 4], [])] }, /`shape` must be an array of whole numbers/],
      [{ inputs: [tensor('x', 'FP32', [2, 4], [1, 2, 3, 4])] }, /has 4 values, its `shape` asks for 8/],
      [{ inputs: [tensor('x', 'FP32', [1e12, 4], [1])] }, /has 1 values/],
      [rowOf(1, 2, 'three', 4), /FP32 takes 32-bit numbers, null for NaN; value 2 is "three"/],
      [rowOf(1, 2, 1e39, 4), /value 2 is 1e\+39/],
      [{ inputs: [...Array<object>(2).fill(tensor('x', 'FP32', [1, 4], [1, 2, 3, 4]))] }, /given twice/],
      ['{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,-1e999,4]}]}', /2 is -Infinity/],
      [{ ...rowOf(1, 2, 3, 4), outputs: [{ name: 'q' }] }, /no output `q`; it has `y`/],
      [{ ...rowOf(1, 2, 3, 4), outputs: [{ name: 'y' }, { name: 'y' }] }, /`y` is asked for twice/],
      [{ inputs: [tensor('x', 'FP32', [1, 4], '1234')] }, /`data` must be an array/],
    ];
    for (const [body, sentence] of cases) {
      const { status, body: said } = await server.infer(body);
      expect({ status, error: said['error'] }).toEqual({
        status: 400,
        error: expect.stringMatching(sentence) as string,
      });
    }
    expect(await server.get('/v2/models/other')).toMatchObject({ status: 404 });
    expect(await server.get('/v2/models/m/versions/9.9')).toMatchObject({ status: 404 });
    expect(await server.get('/nothing')).toMatchObject({ status: 404 });
    expect(await server.get('/v2/%zz')).toMatchObject({ status: 400 });
    const got = await server.get('/v2/models/m/infer');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await server.infer(rowOf(1, 2, 3, 4))).toMatchObject({ status: 200 });
  });

  test('element types: halves, doubles, whole numbers, words, NaN', async () => {
    const half = await serve([{ file: join(odd, 'float16.onnx') }]);
    const { body } = await half.get('/v2/models/m');
    const [input] = body['inputs'] as { name: string; datatype: string }[];
    expect(input?.datatype).toBe('FP16');
    const answer = await half.infer({ inputs: [tensor(input!.name, 'FP16', [1, 4], [5.1, 3.5, 1.4, 0.2])] });
    const [output] = answer.body['outputs'] as { datatype: string; data: number[] }[];
    expect(output?.datatype).toBe('FP16');
    expect(output!.data.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);

    const plain = await serve([{ file: linear }]);
    const missing = await plain.infer(rowOf(1, null, 3, 4));
    expect(missing).toMatchObject({ status: 200, body: { outputs: [{ data: [null] }] } });

    const whole = await serve([{ file: join(odd, 'mixed-columns.onnx') }]);
    const inputs = (
      (await whole.get('/v2/models/m')).body['inputs'] as { name: string; datatype: string }[]
    ).map(({ name, datatype }) =>
      tensor(name, datatype, [1, 1], datatype === 'BYTES' ? ['é'] : datatype === 'INT64' ? ['12'] : [3]),
    );
    expect(await whole.infer({ inputs })).toMatchObject({ status: 200 });
    const broken = inputs.map(given =>
      'datatype' in given && given.datatype === 'INT64' ? { ...given, data: [1.5] } : given,
    );
    expect((await whole.infer({ inputs: broken })).body['error']).toMatch(
      /INT64 takes whole numbers .* is 1.5/,
    );
  });

  test('ZipMap models answer with tensors, external data is found', async () => {
    const zipmap = await serve([{ file: join(odd, 'zipmap-strings.onnx') }]);
    const { body } = await zipmap.get('/v2/models/m');
    expect((body['outputs'] as { datatype: string }[]).map(({ datatype }) => datatype)).toEqual([
      'BYTES',
      'FP32',
    ]);
    const external = await serve([{ file: join(odd, 'external.onnx') }]);
    expect(await external.get('/v2/health/ready')).toMatchObject({ status: 200 });
  });
});

describe('guards', () => {
  test('foreign host names, other content types, large bodies', async () => {
    const { port, infer } = await serve([{ file: linear }], '--body-limit', '1000');
    const ask = async (headers: Record<string, string>, body: string): Promise<number> => {
      const asked = httpRequest({
        port,
        host: '127.0.0.1',
        path: '/v2/models/m/infer',
        method: 'POST',
        headers,
      });
      asked.end(body);
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode ?? 0;
    };
    const body = JSON.stringify(rowOf(1, 2, 3, 4));
    expect(await ask({ host: 'evil.example' }, body)).toBe(421);
    expect(await ask({ host: `localhost:${port}` }, body)).toBe(200);
    expect(await ask({ 'content-type': 'text/plain' }, body)).toBe(415);
    expect((await infer(body + ' '.repeat(2000))).status).toBe(413);
    const chunked = await ask({ 'transfer-encoding': 'chunked' }, ' '.repeat(2000)).catch(() => 413);
    expect(chunked).toBe(413);
    expect((await infer(body)).status).toBe(200);
  });

  test('beyond its concurrency it says when to come back', async () => {
    const { infer, url } = await serve([{ file: linear }], '--concurrency', '1');
    let refused: Asked | undefined;
    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 32 }, () => infer(rowOf(1, 2, 3, 4))));
      expect(answers.some(({ status }) => status === 200)).toBe(true);
      refused = answers.find(({ status }) => status === 503);
      return refused !== undefined;
    });
    expect(refused!.headers.get('retry-after')).toBe('1');
    expect(refused!.body).toEqual({ error: 'The server works on 1 requests already.' });
    expect((await infer(rowOf(1, 2, 3, 4))).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^server_requests_refused [1-9]/m);
  });

  test('a port in use, a wrong option, no serving file: one sentence and exit code 2', async () => {
    const { port, dir } = await serve([{ file: linear }]);
    const empty = await folder();
    const cases: readonly [string, readonly string[], RegExp][] = [
      [
        dir,
        ['--port', String(port)],
        new RegExp(`^Port ${port} on 127.0.0.1 is in use. Choose another port.\n$`),
      ],
      [dir, ['--port', 'x'], /^--port takes a whole number/],
      [dir, ['--what'], /^Unknown option '--what'/],
      [empty, [], /^There is no .*serving.json, which says what to serve.\n$/],
    ];
    for (const [from, args, sentence] of cases) {
      const child = run(from, ['--port', '0', ...args]);
      const said = text(child.stderr!);
      const [code] = (await once(child, 'close')) as [number];
      expect({ code, said: await said }).toEqual({
        code: 2,
        said: expect.stringMatching(sentence) as string,
      });
    }
  });

  test('bytes that are not their digest never reach the runtime', async () => {
    const dir = await folder();
    const digest = await digestOf(linear);
    await prepareServing(dir, 'm', [{ file: linear, digest, name: null, weight: 1 }]);
    const file = join(dir, 'models', digest, 'model.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    const child = run(dir, ['--port', '0']);
    const said = text(child.stderr!);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(await said).toContain('could not load');
    await expect(
      prepareServing(await folder(), 'm', [{ file: linear, digest: '0'.repeat(64), name: null, weight: 1 }]),
    ).rejects.toMatchObject({ code: 'digest' });
  });
});

describe('requests of one turn', () => {
  test('are joined into few runs, each with its own answer', async () => {
    const server = await serve([{ file: linear }]);
    const alone = await Promise.all(
      [...Array(8).keys()].map(async n => (await server.infer(rowOf(n, 1, 2, 3))).body['outputs']),
    );
    const answers = await Promise.all(
      [...Array(200).keys()].map(async n => (await server.infer(rowOf(n % 8, 1, 2, 3))).body['outputs']),
    );
    for (const [n, outputs] of answers.entries()) expect(outputs).toEqual(alone[n % 8]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const label = `{model="m",version="${server.digests[0]!}"}`;
    const count = (name: string): number =>
      Number(
        metrics
          .split('\n')
          .find(line => line.startsWith(`${name}${label} `))
          ?.split(' ')
          .at(-1),
      );
    expect(count('model_infer_request_success')).toBe(208);
    expect(count('model_infer_rows')).toBe(208);
    expect(count('model_infer_runs')).toBeLessThan(208);
    expect(metrics).toContain(
      `model_infer_request_duration_bucket{model="m",version="${server.digests[0]!}",le="+Inf"} 208`,
    );
  });

  test('are not joined where rows are not free or not independent', async () => {
    for (const [file, joins] of [
      ['linear.onnx', true],
      ['batch-unnamed.onnx', true],
      ['batch-1.onnx', false],
      ['batch-8.onnx', false],
      ['batch-dependent.onnx', false],
    ] as const) {
      const { get } = await serve([{ file: join(odd, file) }]);
      const { body } = await get('/v2/models/m');
      expect({ file, parameters: body['parameters'] }).toMatchObject({
        file,
        parameters: { joins_requests: joins },
      });
    }
  });
});

describe('serving.json', () => {
  test('weights share the requests out exactly; weight 0 answers only by name', async () => {
    const [a, b, c] = ['1.0.0', '1.1.0', '2.0.0'].map(name => ({
      name,
      file: join(credit, `credit-risk-${name}.onnx`),
    }));
    const server = await serve([
      { ...a!, weight: 0.9 },
      { ...b!, weight: 0.1 },
      { ...c!, weight: 0 },
    ]);
    const { body } = await server.get('/v2/models/m');
    const inputs = (body['inputs'] as { name: string; datatype: string }[]).map(({ name, datatype }) =>
      tensor(name, datatype, [1, 1], datatype === 'BYTES' ? ['a'] : [1]),
    );
    const seen = new Map<unknown, number>();
    for (let n = 0; n < 50; n++) {
      const version = (await server.infer({ inputs })).body['model_version'];
      seen.set(version, (seen.get(version) ?? 0) + 1);
    }
    expect(server.digests.map(digest => seen.get(digest))).toEqual([45, 5, undefined]);
    expect((await server.infer({ inputs }, '2.0.0')).body['model_version']).toBe(server.digests[2]);
  });

  test('a switch under load fails no request; the old version goes', async () => {
    const server = await serve([{ file: linear, name: 'a' }]);
    const other = join(odd, 'batch-unnamed.onnx');
    const digest = await digestOf(other);
    let going = true;
    const statuses = new Set<number>();
    const versions = new Set<unknown>();
    const load = Promise.all(
      [...Array(4).keys()].map(async () => {
        while (going) {
          const { status, body } = await server.infer(rowOf(1, 2, 3, 4));
          statuses.add(status);
          versions.add(body['model_version']);
        }
      }),
    );
    await prepareServing(server.dir, 'm', [{ file: other, digest, name: 'b', weight: 1 }]);
    await eventually(() => versions.has(digest));
    await eventually(() => server.log.some(line => /unloaded a/.test(line)));
    going = false;
    await load;
    expect([...statuses]).toEqual([200]);
    expect(await server.get('/v2/models/m')).toMatchObject({ body: { versions: [digest] } });
  });

  test('what cannot be read or loaded changes nothing', async () => {
    const server = await serve([{ file: linear, name: 'a' }]);
    const file = join(server.dir, 'serving.json');
    await writeFile(file, '{"schema": ');
    await eventually(() => server.log.some(line => line.includes('serving.json is left aside')));
    const gone = { digest: '0'.repeat(64), name: 'gone', weight: 1 };
    await writeServing(file, { schema: 'slipway/serving@1', model: 'm', versions: [gone] });
    await eventually(() => server.log.some(line => line.includes('requests stay where they are')));
    expect(await server.infer(rowOf(1, 2, 3, 4))).toMatchObject({
      status: 200,
      body: { model_version: server.digests[0] },
    });
    expect(await server.get('/v2/models/m/versions/gone/ready')).toMatchObject({
      status: 503,
      body: { error: expect.stringMatching(/Version gone could not be loaded/) as string },
    });
  });
});

test('SIGTERM: not ready at once, requests in work are answered, then the end', async () => {
  const { child, port, get, log } = await serve([{ file: linear }]);
  const body = JSON.stringify(rowOf(1, 2, 3, 4));
  const slow = httpRequest({
    ...{ port, host: '127.0.0.1', path: '/v2/models/m/infer', method: 'POST' },
    headers: { 'content-length': body.length },
  });
  slow.write(body.slice(0, 5));
  await get('/v2/health/ready');
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await eventually(() => log.some(line => line.includes('draining')));
  expect((await get('/v2/health/ready')).status).toBe(503);
  await new Promise(resolve => setTimeout(resolve, 300));
  slow.end(body.slice(5));
  const [response] = (await once(slow, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.resume();
  expect(await closed).toEqual([0, null]);
});
