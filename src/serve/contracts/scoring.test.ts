import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linear, odd, serve, serveIn, type Served } from '../testServed.ts';

/** MLflow's and SageMaker's /invocations, and Vertex AI's routes. */

const mixed = join(odd, 'mixed-columns.onnx');
type Answer = { readonly status: number; readonly body: unknown };

async function invoke(
  server: Served,
  body: unknown,
  type = 'application/json',
  path = '/invocations',
): Promise<Answer> {
  const { status, body: answer } = await server.ask(path, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status, body: answer };
}

/** A model with a column each: what the protocol itself answers, by row. */
async function wanted(server: Served, rows: readonly Record<string, unknown>[]): Promise<object[]> {
  const { body } = await server.get('/v2/models/m');
  const inputs = (body['inputs'] as { name: string; datatype: string }[]).map(({ name, datatype }) => ({
    ...{ name, datatype, shape: [rows.length, 1], data: rows.map(row => row[name]) },
  }));
  const answer = await server.infer({ inputs });
  const outputs = answer.body['outputs'] as { name: string; shape: number[]; data: unknown[] }[];
  return rows.map((_, row) =>
    Object.fromEntries(
      outputs.map(({ name, shape, data }) => {
        const width = data.length / rows.length;
        const values = data.slice(row * width, (row + 1) * width);
        return [name, shape.length > 1 && width > 1 ? values : values[0]];
      }),
    ),
  );
}

describe('tables', () => {
  test('every form gives what the protocol gives', async () => {
    const server = await serve([{ file: mixed }]);
    const { body } = await server.get('/v2/models/m');
    const inputs = body['inputs'] as { name: string; datatype: string }[];
    const rows = [0, 1, 2].map(row =>
      Object.fromEntries(
        inputs.map(({ name, datatype }) => [name, datatype === 'BYTES' ? 'ab'.charAt(row) : 12 * row]),
      ),
    );
    const names = inputs.map(({ name }) => name);
    const records = await wanted(server, rows);
    const split = { columns: names, data: rows.map(row => names.map(name => row[name])) };
    const columns = Object.fromEntries(names.map(name => [name, rows.map(row => row[name])]));
    const csv = [names.join(','), ...split.data.map(row => row.join(','))].join('\r\n');
    const turned = Object.fromEntries(
      Object.keys(records[0]!).map(name => [
        name,
        records.map(row => (row as Record<string, unknown>)[name]),
      ]),
    );
    const cases: readonly [unknown, unknown, string?][] = [
      [{ dataframe_split: split }, records],
      [{ dataframe_split: { index: [0, 1, 2], ...split } }, records],
      [{ dataframe_records: rows }, records],
      [{ instances: rows }, records],
      [{ instances: split.data }, records],
      [{ inputs: columns }, turned],
      [`${csv}\r\n`, records, 'text/csv'],
      [`extra,${csv.replaceAll('\r\n', '\n"x, ""y""",')}`, records, 'text/csv; charset=utf-8'],
    ];
    for (const [request, predictions, type] of cases)
      expect(await invoke(server, request, type)).toEqual({ status: 200, body: { predictions } });
    // Other columns, another order and another spelling of a name.
    const renamed = rows.map(row => ({
      other: 1,
      ...Object.fromEntries(
        Object.entries(row)
          .reverse()
          .map(([name, value]) => [name.toUpperCase(), value]),
      ),
    }));
    expect(await invoke(server, { dataframe_records: renamed })).toEqual({
      status: 200,
      body: { predictions: records },
    });
  });

  test('a matrix is filled by rows or by columns', async () => {
    const server = await serve([{ file: linear }]);
    const [a, b] = await linearAnswers(server);
    const matrix = [
      [1, 2, 3, 4],
      [5, 6, 7, null],
    ];
    const cases: readonly [unknown, unknown, string?][] = [
      [{ instances: matrix }, [a, b]],
      [{ inputs: matrix }, { y: [a, b] }],
      [{ inputs: { x: matrix } }, { y: [a, b] }],
      [{ dataframe_split: { columns: ['p', 'q', 'r', 's'], data: matrix } }, [{ y: a }, { y: b }]],
      [{ dataframe_split: { data: matrix } }, [{ y: a }, { y: b }]],
      [{ dataframe_records: [{ p: 1, q: 2, r: 3, s: 4 }] }, [{ y: a }]],
      [{ dataframe_records: [{ x: [1, 2, 3, 4] }] }, [{ y: a }]],
      ['p,q,r,s\n1,2,3,4\n5,6,7,\n', [{ y: a }, { y: b }], 'text/csv'],
      ['"p","q ""r""",r,s\r\n"1","2",3,4\r\n\r\n5,6,7,""', [{ y: a }, { y: b }], 'text/csv'],
    ];
    for (const [request, predictions, type] of cases)
      expect(await invoke(server, request, type)).toEqual({ status: 200, body: { predictions } });
  });

  test('each malformed request gets a sentence', async () => {
    const server = await serve([{ file: linear }]);
    const cases: readonly [unknown, RegExp, string?, number?][] = [
      ['{', /^The request is not JSON/],
      ['[]', /must be a JSON object/],
      [{}, /exactly one of dataframe_split, .*; it has none\.$/],
      [{ instances: [], inputs: [] }, /it has instances and inputs\.$/],
      [{ instances: [] }, /`instances` must be an array with at least one row/],
      [{ instances: 'x' }, /`instances` must be an array/],
      [{ instances: [[1, 2, 3]] }, /shape \[1, 3\] does not fit \[any, 4\]/],
      [{ instances: [[1, 2, 3, 4], [1]] }, /has 5 values, its `shape` asks for 8/],
      [{ instances: [[1, 2, 3, 'x']] }, /value 3 is "x"/],
      [{ instances: [1, {}] }, /does not fit/],
      [{ dataframe_records: [1] }, /Row 0 of `dataframe_records` must be a JSON object/],
      [{ dataframe_records: [{ p: 1 }] }, /takes 4 values a row; the request has 1 columns/],
      [{ dataframe_split: [] }, /`dataframe_split` must be a JSON object/],
      [{ dataframe_split: { columns: [1, {}], data: [[1]] } }, /must be an array of names/],
      [{ dataframe_split: { columns: ['p'], data: [[1, 2]] } }, /Row 0 .* must be an array of 1 values/],
      [{ inputs: { z: [1] } }, /no input `z`; it has `x`/],
      [{ inputs: {} }, /needs the input `x`/],
      [{ inputs: 3 }, /`inputs` must be a JSON object/],
      [{ instances: [[1, 2, 3, 4]], params: { slipway_key: {} } }, /`slipway_key` must be/],
      ['', /^The CSV is empty/, 'text/csv'],
      ['a,b,c,d\n', /a header and no rows/, 'text/csv'],
      ['a,b,c,d\n1,2', /Row 1 of the CSV has 2 cells, its header 4/, 'text/csv'],
      ['a,b,c,d\n1,"2"x,3,4', /a quote out of place in line 2/, 'text/csv'],
      ['a,b,c,d\n1,two,3,4', /value 1 is "two"/, 'text/csv'],
      // What no table may cost: its square, and the stack.
      [
        { dataframe_records: Array.from({ length: 20_000 }, (_, row) => ({ [`c${row}`]: 1 })) },
        /The 20000 rows of `dataframe_records` have 20000 names between them/,
      ],
      [`a,b,c,d\n"${'x'.repeat(12_000_000)}`, /a quote out of place in line 2/, 'text/csv'],
      [`a,b,c,d\n"${'""'.repeat(6_000_000)}`, /a quote out of place in line 2/, 'text/csv'],
      ['<x/>', /^application\/xml is not taken/, 'application/xml', 415],
    ];
    for (const [request, sentence, type, status = 400] of cases)
      expect({ sentence, ...(await invoke(server, request, type)) }).toEqual({
        ...{ sentence, status },
        body: { error: expect.stringMatching(sentence) as string },
      });
    const got = await server.get('/invocations');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await invoke(server, { instances: [[1, 2, 3, 4]] })).status).toBe(200);
  });
});

test('health and version', async () => {
  const { url } = await serve([{ file: linear }]);
  for (const path of ['ping', 'health']) expect((await fetch(`${url}/${path}`)).status).toBe(200);
  expect(await (await fetch(`${url}/version`)).text()).toMatch(/^\d+\.\d+\.\d+/);
});

test("Vertex AI's port and routes come from the environment", async () => {
  const server = await serveIn(
    {
      AIP_HTTP_PORT: '0',
      AIP_HEALTH_ROUTE: '/v1/endpoints/7:health',
      AIP_PREDICT_ROUTE: '/v1/models/m:predict',
    },
    [{ file: linear }],
  );
  expect((await fetch(`${server.url}/v1/endpoints/7:health`)).status).toBe(200);
  const predict = (body: unknown): Promise<Answer> =>
    invoke(server, body, 'application/json', '/v1/models/m:predict');
  const [a] = await linearAnswers(server);
  expect(await predict({ instances: [[1, 2, 3, 4]], parameters: {} })).toEqual({
    status: 200,
    body: { predictions: [a] },
  });
  expect(await predict({ inputs: [[1, 2, 3, 4]] })).toMatchObject({
    status: 400,
    body: { error: 'The request must have `instances`.' },
  });
});

async function linearAnswers(server: Served): Promise<readonly unknown[]> {
  const data = [1, 2, 3, 4, 5, 6, 7, null];
  const { body } = await server.infer({ inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 4], data }] });
  return (body['outputs'] as { data: unknown[] }[])[0]!.data;
}
