import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeServing } from '../serving.ts';
import { credit, eventually, odd, serve, tensor, type Served } from '../testServed.ts';

interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly parameters?: Readonly<Record<string, string | number>>;
}

/** Rows that differ in every column. */
async function rowsOf(server: Served, rows: number): Promise<readonly object[]> {
  const { body } = await server.get('/v2/models/m');
  return (body['inputs'] as { name: string; datatype: string }[]).map(({ name, datatype }, column) => {
    const words = ['existing credits', 'radio/tv', 'male single', 'none'];
    const data = Array.from({ length: rows }, (_, row) =>
      datatype === 'BYTES' ? words[(row + column) % words.length] : (7 * row + column) % 30,
    );
    return tensor(name, datatype, [rows, 1], data);
  });
}

async function explaining(server: Served, background: unknown): Promise<void> {
  await writeFile(join(server.dir, 'background.json'), JSON.stringify(background));
  const [digest] = server.digests;
  const again = { digest: digest!, name: 'again', weight: 1, explain: 'background.json' };
  const file = join(server.dir, 'serving.json');
  const served = { schema: 'slipway/serving@1', model: 'm' } as const;
  await writeServing(file, { ...served, versions: [] });
  await eventually(() => server.log.some(line => line.includes('serving nothing')));
  await writeServing(file, { ...served, versions: [again] });
  await eventually(() => server.log.some(line => line.includes('serving again')));
}

test('answers of trees come with exact values that add up to them', async () => {
  const server = await serve([{ file: join(credit, 'credit-risk-1.1.0.onnx') }]);
  const inputs = await rowsOf(server, 3);
  const refused = await server.infer({ inputs, parameters: { explain: true } });
  expect([refused.status, refused.body['error']]).toEqual([400, expect.stringMatching(/background/)]);

  await explaining(server, { inputs: await rowsOf(server, 40) });
  const plain = await server.infer({ inputs });
  const { status, body } = await server.infer({ inputs, parameters: { explain: true } });
  expect(status).toBe(200);
  const outputs = body['outputs'] as Output[];
  const explanation = outputs.at(-1)!;
  expect(outputs.slice(0, -1)).toEqual(plain.body['outputs']);
  expect(explanation).toMatchObject({ name: 'explanation', shape: [3, inputs.length] });
  expect(JSON.parse(String(explanation.parameters!['columns']))).toEqual(
    inputs.map(input => (input as { name: string }).name),
  );
  const probabilities = outputs.find(({ name }) => name === 'probabilities')!.data;
  for (let row = 0; row < 3; row++) {
    const values = explanation.data.slice(row * inputs.length, (row + 1) * inputs.length);
    const margin = values.reduce((sum, value) => sum + value, Number(explanation.parameters!['base_value']));
    expect(1 / (1 + Math.exp(-margin))).toBeCloseTo(probabilities[2 * row + 1]!, 5);
  }
  const { explained } = explanation.parameters!;
  const named = await server.infer({ inputs, parameters: { explain: explained } });
  expect((named.body['outputs'] as Output[]).at(-1)).toEqual(explanation);
  for (const explain of ['no such class', 3])
    expect(await server.infer({ inputs, parameters: { explain } })).toMatchObject({ status: 400 });
  expect(
    await server.infer({ inputs: await rowsOf(server, 1001), parameters: { explain: true } }),
  ).toMatchObject({
    ...{
      status: 400,
      body: { error: expect.stringMatching(/at most 1000 rows a request.* 1001/) as string },
    },
  });
  expect(await server.metrics()).toMatch(/^model_explain_request_success\{.*\} 2$/m);
});

test('a model without an exact method is served, and says why it is not explained', async () => {
  const server = await serve([{ file: join(odd, 'float16.onnx') }]);
  await explaining(server, { inputs: [] });
  const { body } = await server.get('/v2/models/m');
  const [{ name }] = body['inputs'] as [{ name: string }];
  const inputs = [tensor(name, 'FP16', [1, 4], [1, 2, 3, 4])];
  expect(await server.infer({ inputs })).toMatchObject({ status: 200 });
  expect(await server.infer({ inputs, parameters: { explain: true } })).toMatchObject({
    status: 400,
    body: {
      error: expect.stringMatching(/^This version's answers are not explained: The background/) as string,
    },
  });
});
