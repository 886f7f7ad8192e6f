import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeServing } from '../serving.ts';
import { copyModel } from '../models.ts';
import { digestOf, eventually, linear, odd, rowOf, serve, tensor } from '../testServed.ts';

/** Triton's extensions of the protocol: configuration, statistics, repository. */

const post = (body?: string): RequestInit => ({ method: 'POST', ...(body === undefined ? {} : { body }) });

test('configuration and statistics', async () => {
  const server = await serve([{ file: linear, name: '1.0.0' }]);
  const [digest] = server.digests;
  expect(await server.get('/v2/models/m/config')).toMatchObject({
    status: 200,
    body: {
      name: 'm',
      max_batch_size: 1024,
      input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [4] }],
      output: [{ name: 'y', data_type: 'TYPE_FP32', dims: [1] }],
      dynamic_batching: { max_queue_delay_microseconds: 0 },
    },
  });
  for (let n = 0; n < 3; n++) await server.infer(rowOf(1, 2, 3, 4));
  await server.infer({ inputs: [tensor('x', 'FP32', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8])] });
  await server.infer(rowOf('one'));
  for (const path of [`/v2/models/m/versions/${digest!}/stats`, '/v2/models/m/stats', '/v2/models/stats']) {
    const { status, body } = await server.get(path);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        model_stats: [
          {
            name: 'm',
            version: digest,
            inference_count: 5,
            execution_count: 4,
            inference_stats: { success: { count: 4 }, fail: { count: 1 } },
          },
        ],
      },
    });
    const [{ last_inference: last, inference_stats: stats }] = body['model_stats'] as [
      { last_inference: number; inference_stats: Record<string, { ns: number }> },
    ];
    expect(Math.abs(Date.now() - last)).toBeLessThan(60_000);
    const ns = (what: string): number => stats[what]!.ns;
    expect(ns('success')).toBeGreaterThan(ns('queue') + ns('compute_input') + ns('compute_output'));
    expect(ns('compute_infer')).toBeGreaterThan(0);
  }
});

test('the repository: index, unload, load', async () => {
  const server = await serve([{ file: linear, name: '1.0.0' }]);
  const [digest] = server.digests;
  const entry = { name: 'm', version: digest, version_name: '1.0.0' };
  const index = (body?: string): ReturnType<typeof server.ask> =>
    server.ask('/v2/repository/index', post(body));
  expect(await index()).toMatchObject({ status: 200, body: [{ ...entry, state: 'READY', reason: '' }] });
  expect(await index('[]')).toMatchObject({ status: 400 });
  expect(await server.get('/v2/repository/index')).toMatchObject({ status: 405 });

  expect(await server.ask('/v2/repository/models/other/unload', post())).toMatchObject({ status: 404 });
  expect(await server.ask('/v2/repository/models/m/unload', post('{"parameters": {}}'))).toMatchObject({
    status: 200,
  });
  expect(await index()).toMatchObject({ body: [{ ...entry, state: 'UNAVAILABLE', reason: 'unloaded' }] });
  expect((await index('{"ready": true}')).body).toEqual([]);
  const refused = await server.infer(rowOf(1, 2, 3, 4));
  expect(refused).toMatchObject({
    status: 404,
    body: { error: expect.stringMatching(/m is unloaded/) as string },
  });
  expect(await server.get('/v2/models/m/ready')).toMatchObject({ status: 503 });
  await eventually(() => server.log.some(line => /unloaded 1.0.0/.test(line)));

  expect(await server.ask('/v2/repository/models/m/load', post())).toMatchObject({ status: 200 });
  expect(await server.infer(rowOf(1, 2, 3, 4))).toMatchObject({ status: 200 });
});

test('a model that cannot be loaded is said, and loaded when it is there', async () => {
  const server = await serve([{ file: linear }]);
  const other = join(odd, 'batch-unnamed.onnx');
  const digest = await digestOf(other);
  const versions = [{ digest: server.digests[0]!, name: null, weight: 1 }];
  await writeServing(join(server.dir, 'serving.json'), {
    ...{ schema: 'slipway/serving@1', model: 'm', versions },
    others: [{ model: 'second', versions: [{ digest, name: '2', weight: 1 }] }],
  });
  const load = (): ReturnType<typeof server.ask> => server.ask('/v2/repository/models/second/load', post());
  await eventually(() => server.log.some(line => line.includes('requests stay where they are')));
  expect(await load()).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^second could not be loaded: /) as string },
  });
  expect(await server.get('/v2/health/ready')).toMatchObject({ status: 503 });
  expect(await server.infer(rowOf(1, 2, 3, 4))).toMatchObject({ status: 200 });
  await copyModel(server.dir, { digest, file: other });
  expect(await load()).toMatchObject({ status: 200 });
  expect(await server.get('/v2/health/ready')).toMatchObject({ status: 200 });
  const answer = await server.ask('/v2/models/second/infer', {
    ...post(JSON.stringify(rowOf(1, 2, 3, 4))),
    headers: { 'content-type': 'application/json' },
  });
  expect(answer).toMatchObject({ status: 200, body: { model_name: 'second', model_version: digest } });
  const index = await server.ask('/v2/repository/index', post());
  expect(index.body).toMatchObject([{ name: 'm' }, { name: 'second', state: 'READY' }]);
});

test('over the network without a token, models are not loaded or unloaded', async () => {
  const server = await serve([{ file: linear }], '--host', '0.0.0.0');
  expect(await server.ask('/v2/repository/models/m/unload', post())).toMatchObject({ status: 403 });
  expect(await server.infer(rowOf(1, 2, 3, 4))).toMatchObject({ status: 200 });
});

test('a request may say how long it waits', async () => {
  const server = await serve([{ file: linear }]);
  const ask = (timeout: unknown): ReturnType<typeof server.infer> =>
    server.infer({ ...rowOf(1, 2, 3, 4), parameters: { timeout } });
  expect(await ask(5_000_000)).toMatchObject({ status: 200 });
  expect(await ask(0)).toMatchObject({ status: 200 });
  expect(await ask('soon')).toMatchObject({ status: 400 });
  const late = await ask(1e-6);
  expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
});
