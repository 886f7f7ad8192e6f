import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { boostedTrees } from './models.ts';
import { measureLoad, type Measured } from './load.ts';
import { prepareServing, startServer, type RunningServer } from '../src/serve/start.ts';

/**
 * The inference server: one-row JSON requests beside a bare node:http echo of the same bodies; batches beside
 * the runtime itself; switches of version under load; memory over time; the first answer of a cold start. Rounds are interleaved. Beside the wall
 * clock stands the processor time a request, which says more on a machine that others use too. Other servers
 * with the same file: `npm run bench peers`.
 *
 * `SOAK_MINUTES=30 npm run bench serve` is the long soak; without it, it lasts half a minute.
 */
const connections = 32;
const rounds = 3;
const root = resolve(import.meta.dirname, '..');
const width = 20;
const model = 'trees';

if (process.argv[2] === 'echo') bare(body => body);
else if (process.argv[2] === 'run') bare(await runOf(process.argv[3]!));
else await main();

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const files = [join(dir, 'a.onnx'), join(dir, 'b.onnx')] as const;
    await writeFile(files[0], boostedTrees(width, 100));
    await writeFile(files[1], boostedTrees(width, 101));
    const versions = await Promise.all(files.map(versionOf));
    const home = join(dir, 'served');
    const serve = async (...weights: readonly number[]): Promise<void> => {
      await prepareServing(
        home,
        model,
        versions.map((version, place) => ({ ...version, weight: weights[place] ?? 0 })),
      );
    };
    await serve(1);
    await coldStart(home);
    const server = await start(home);
    try {
      await singleRows(server);
      await batches(server, files[0]);
      await switches(server, serve);
      await soak(server);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function versionOf(file: string): Promise<{ file: string; digest: string; name: null }> {
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { file, digest, name: null };
}

function start(dir: string): Promise<RunningServer> {
  return startServer({ serverFile: join(root, 'dist/server.js'), dir, port: 0 }, () => undefined);
}

/** From the start of the process to its first answer. */
async function coldStart(dir: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    const server = await start(dir);
    const response = await fetch(`${server.url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: oneRow(),
    });
    if (!response.ok) throw new Error(await response.text());
    times.push(performance.now() - began);
    await server.stop();
  }
  console.log(`cold start to the first answer: ${Math.round(median(times))} ms (target: under 1,000)`);
}

async function singleRows(server: RunningServer): Promise<void> {
  const echoing = fork(import.meta.filename, ['echo']);
  const [echoPort] = (await once(echoing, 'message')) as [number];
  try {
    const load = { body: oneRow(), connections, ms: 3000 };
    const [bare, infer]: [Measured[], Measured[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      bare.push(await measureLoad({ ...load, port: echoPort, path: '/', pid: echoing.pid! }));
      infer.push(
        await measureLoad({ ...load, port: server.port, path: `/v2/models/${model}/infer`, pid: server.pid }),
      );
    }
    const of = (all: readonly Measured[], what: 'rate' | 'processor' | 'p99'): number =>
      median(all.map(one => one[what]));
    console.log(
      `one row of ${width} numbers, 100 trees, ${connections} connections: ` +
        `infer ${Math.round(of(infer, 'rate'))}/s, bare echo ${Math.round(of(bare, 'rate'))}/s, ` +
        `ratio ${(of(infer, 'rate') / of(bare, 'rate')).toFixed(2)} (target: 0.80); ` +
        `processor time ${of(infer, 'processor').toFixed(1)} and ${of(bare, 'processor').toFixed(1)} us a request, ` +
        `ratio ${(of(bare, 'processor') / of(infer, 'processor')).toFixed(2)}; p99 ${of(infer, 'p99').toFixed(2)} ms`,
    );
  } finally {
    echoing.kill();
  }
}

/**
 * 1,000 rows a request as binary tensors, both ways, beside the same runs without a server, and beside a bare
 * node:http server that does nothing but these runs.
 */
async function batches(server: RunningServer, file: string): Promise<void> {
  const rows = 1000;
  const values = Float32Array.from({ length: rows * width }, (_, n) => (n * 7.31) % width);
  const head = JSON.stringify({
    inputs: [
      {
        name: 'x',
        shape: [rows, width],
        datatype: 'FP32',
        parameters: { binary_data_size: values.byteLength },
      },
    ],
    parameters: { binary_data_output: true },
  });
  const body = Buffer.concat([Buffer.from(head), Buffer.from(values.buffer)]);
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const running = fork(import.meta.filename, ['run', file]);
  const [barePort] = (await once(running, 'message')) as [number];
  const load = { body, jsonLength: head.length, connections: 4, requests: 300 };
  const [raw, bareServed, served]: [number[], Measured[], Measured[]] = [[], [], []];
  for (let round = 0; round < 3 * rounds; round++) {
    const before = process.cpuUsage();
    const runs = 200;
    for (let run = 0; run < runs; run++)
      await session.run({ x: new Tensor('float32', values, [rows, width]) });
    const { user, system } = process.cpuUsage(before);
    raw.push((user + system) / runs);
    bareServed.push(await measureLoad({ ...load, port: barePort, path: '/', pid: running.pid! }));
    served.push(
      await measureLoad({ ...load, port: server.port, path: `/v2/models/${model}/infer`, pid: server.pid }),
    );
  }
  running.kill();
  await session.release();
  const of = (all: readonly Measured[]): number => median(all.map(({ processor }) => processor));
  const [runtime, least, request] = [median(raw), of(bareServed), of(served)];
  console.log(
    `1,000 rows a binary request: processor time ${(request / 1000).toFixed(2)} ms, ` +
      `the runtime alone ${(runtime / 1000).toFixed(2)} ms, ratio ${(runtime / request).toFixed(2)} (target: 0.80); ` +
      `a bare server around it ${(least / 1000).toFixed(2)} ms, ratio ${(runtime / least).toFixed(2)}`,
  );
}

/** Versions change places while 100,000 requests are answered. */
async function switches(
  server: RunningServer,
  serve: (...weights: readonly number[]) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  let count = 0;
  const switching = (async () => {
    while (!done.signal.aborted) {
      await serve(...(count++ % 2 === 0 ? [0, 1] : [1, 0]));
      await sleep(200);
    }
  })();
  const { requests, failed } = await measureLoad({
    ...{ port: server.port, path: `/v2/models/${model}/infer`, body: oneRow() },
    ...{ connections, requests: 100_000, pid: server.pid },
  });
  done.abort();
  await switching;
  console.log(`${count} switches of version: ${failed} of ${requests} requests failed (target: 0)`);
  await serve(1);
}

/** Resident memory under full load. */
async function soak(server: RunningServer): Promise<void> {
  const minutes = Number(process.env['SOAK_MINUTES'] ?? 0.5);
  const memory: number[] = [];
  let failed = 0;
  let answered = 0;
  const parts = 10;
  for (let part = 0; part < parts; part++) {
    const measured = await measureLoad({
      ...{ port: server.port, path: `/v2/models/${model}/infer`, body: oneRow() },
      ...{ connections, ms: (minutes * 60_000) / parts, pid: server.pid },
    });
    failed += measured.failed;
    answered += measured.requests;
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    memory.push(Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]) / 1e6);
  }
  console.log(
    `${minutes} minutes at full load: ${answered} answered, ${failed} failed (target: 0); ` +
      `memory ${memory.map(Math.round).join(', ')} MB`,
  );
}

function oneRow(): string {
  const data = Array.from({ length: width }, (_, n) => Math.round(((n * 7.31) % width) * 1000) / 1000);
  return JSON.stringify({ inputs: [{ name: 'x', shape: [1, width], datatype: 'FP32', data }] });
}

/** A server that checks nothing: a body in, a body out. */
function bare(answer: (body: Buffer, request: IncomingMessage) => Buffer | Promise<Buffer>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const send = (body: Buffer): void => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.end(body);
      };
      const body = answer(Buffer.concat(chunks), request);
      if (body instanceof Promise) void body.then(send);
      else send(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
  process.once('disconnect', () => process.exit(0));
}

/** Rows of binary tensors to the answers' bytes. */
async function runOf(file: string): Promise<(body: Buffer, request: IncomingMessage) => Promise<Buffer>> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return async (body, { headers }) => {
    const bytes = Uint8Array.from(body.subarray(Number(headers['inference-header-content-length'])));
    const values = new Float32Array(bytes.buffer);
    const outputs = await session.run({ x: new Tensor('float32', values, [values.length / width, width]) });
    const parts = Object.values(outputs).map(({ data }) => data as Float32Array);
    return Buffer.concat(parts.map(part => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
