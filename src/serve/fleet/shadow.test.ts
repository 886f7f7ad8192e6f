import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeServing } from '../serving.ts';
import { copyModel } from '../models.ts';
import { digestOf, eventually, linear, odd, rowOf, serve } from '../testServed.ts';

test('a shadow gets its share of the requests and changes no answer', async () => {
  const server = await serve([{ file: linear, name: 'live' }]);
  const wanted = (await server.infer(rowOf(1, 2, 3, 4))).body['outputs'];
  const [other, refusing] = [join(odd, 'batch-unnamed.onnx'), join(odd, 'mixed-columns.onnx')];
  const [same, strange] = [await digestOf(other), await digestOf(refusing)];
  await copyModel(server.dir, { digest: same, file: other });
  await copyModel(server.dir, { digest: strange, file: refusing });
  await writeServing(join(server.dir, 'serving.json'), {
    ...{ schema: 'slipway/serving@1', model: 'm' },
    versions: [
      { digest: server.digests[0]!, name: 'live', weight: 1 },
      { digest: same, name: 'half', weight: 0, shadow: 0.5 },
      { digest: strange, name: 'strange', weight: 0, shadow: 1 },
    ],
  });
  await eventually(() => server.log.filter(line => line.includes('serving ')).length >= 2);
  for (let n = 0; n < 20; n++) {
    const { status, body } = await server.infer(rowOf(1, 2, 3, 4));
    expect([status, body['model_version'], body['outputs']]).toEqual([200, server.digests[0], wanted]);
  }
  const count = async (name: string, digest: string): Promise<number> =>
    Number(
      new RegExp(`^${name}\\{model="m",version="${digest}"\\} (\\d+)$`, 'm').exec(
        await server.metrics(),
      )?.[1],
    );
  await eventually(async () => (await count('model_shadow_requests', same)) === 10);
  await eventually(async () => (await count('model_shadow_failure', strange)) === 20);
  expect(await count('model_infer_request_success', same)).toBe(0);
  expect(await count('model_infer_request_failure', server.digests[0]!)).toBe(0);
});
