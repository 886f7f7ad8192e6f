import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prepareServing, startServer } from '../src/serve/start.ts';

/**
 * One-row JSON predictions against a bare node:http echo of the same request: 32 connections, each with one
 * request under way, from a process of its own, on loopback only. Rounds are interleaved; the ratio of the
 * medians is printed, which says more than either rate on a shared machine.
 */
const connections = 32;
const roundMs = 2_000;
const rounds = 3;
const root = resolve(import.meta.dirname, '..');

interface Load {
  readonly port: number;
  readonly path: string;
  readonly body: string;
}

if (process.argv[2] === 'echo') echo();
else if (process.argv[2] === 'load') process.once('message', load => answerTo(load as Load));
else await main();

async function main(): Promise<void> {
  const echoing = fork(import.meta.filename, ['echo']);
  const [echoPort] = (await once(echoing, 'message')) as [number];
  try {
    for (const file of [
      'examples/credit-risk/models/credit-risk-1.1.0.onnx',
      'examples/bike-demand/models/bike-demand-1.1.0.onnx',
    ])
      await measure(file, echoPort);
  } finally {
    echoing.kill();
  }
}

async function measure(file: string, echoPort: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const digest = createHash('sha256')
      .update(await readFile(join(root, file)))
      .digest('hex');
    await prepareServing(dir, 'm', [{ file: join(root, file), digest, name: null, weight: 1 }]);
    const server = await startServer(
      { serverFile: join(root, 'dist/server.js'), dir, port: 0 },
      () => undefined,
    );
    try {
      const body = JSON.stringify({ inputs: await oneRow(server.url) });
      const rates: Record<'echo' | 'infer', number[]> = { echo: [], infer: [] };
      for (let round = 0; round < rounds; round++) {
        rates.echo.push(await rateOf({ port: echoPort, path: '/', body }));
        rates.infer.push(await rateOf({ port: server.port, path: '/v2/models/m/infer', body }));
      }
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const count = (name: string): number =>
        Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
      const [bare, infer] = [median(rates.echo), median(rates.infer)];
      const together = count('model_infer_request_success') / count('model_infer_runs');
      console.log(
        `${file}: ${body.length} bytes a request, ${together.toFixed(1)} requests a run; ` +
          `infer ${Math.round(infer)}/s, bare echo ${Math.round(bare)}/s, ratio ${(infer / bare).toFixed(2)}`,
      );
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function oneRow(url: string): Promise<readonly object[]> {
  const metadata = (await (await fetch(`${url}/v2/models/m`)).json()) as {
    inputs: { name: string; datatype: string; shape: number[] }[];
  };
  return metadata.inputs.map(({ name, datatype, shape }) => {
    const sizes = shape.map(size => Math.max(1, size));
    const length = sizes.reduce((product, size) => product * size, 1);
    const data = Array.from({ length }, (_, n) => (datatype === 'BYTES' ? 'existing credits' : n + 0.5));
    return { name, datatype, shape: sizes, data };
  });
}

/** Answers a second, from a process that ends by itself. */
async function rateOf(load: Load): Promise<number> {
  const child = fork(import.meta.filename, ['load']);
  child.send(load);
  const [rate] = (await once(child, 'message')) as [number];
  await once(child, 'exit');
  return rate;
}

/** Sockets with a prepared request: the load must cost less than what it measures. */
function answerTo({ port, path, body }: Load): void {
  const request =
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'));
  let answers = 0;
  let since = 0;
  for (const socket of sockets) {
    let got = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      got += chunk;
      const head = got.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1]);
      if (got.length < head + 4 + length) return;
      if (!got.startsWith('HTTP/1.1 200')) throw new Error(got);
      got = '';
      answers++;
      socket.write(request);
    });
    socket.once('connect', () => socket.write(request));
  }
  // The first half second warms up.
  setTimeout(() => {
    answers = 0;
    since = performance.now();
  }, 500);
  setTimeout(() => {
    const rate = (1000 * answers) / (performance.now() - since);
    for (const socket of sockets) socket.destroy();
    process.send!(rate, () => process.disconnect());
  }, 500 + roundMs);
}

function echo(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
  process.once('disconnect', () => process.exit(0));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
