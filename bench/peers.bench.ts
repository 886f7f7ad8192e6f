import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareServing, startServer } from '../src/serve/start.ts';
import { freePort } from '../tools/freePort.ts';
import { startMlserver } from '../tools/peers/mlserver.ts';
import { NoPython, pythonEnv } from '../tools/peers/pythonEnv.ts';
import { measureLoad, type Measured } from './load.ts';
import { boostedTrees } from './models.ts';

/**
 * The inference server beside MLServer, `mlflow models serve` and BentoML, which serve the same file with Python
 * onnxruntime: one-row JSON requests of 20 numbers to 100 trees over 32 connections. Each with one process, and
 * MLServer and Slipway also as they come: one worker process beside its server, and a process a core. Like is
 * divided by like. Targets: 20 times the requests a second, a fifth of the 99th percentile.
 */
const connections = 32;
const width = 20;
const ms = 4000;
const root = resolve(import.meta.dirname, '..');
const here = join(root, 'tools/peers');
const row = Array.from({ length: width }, (_, n) => Math.round(((n * 7.31) % width) * 1000) / 1000);
const oip = JSON.stringify({ inputs: [{ name: 'x', shape: [1, width], datatype: 'FP32', data: row }] });

interface Peer {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly pid: number;
  readonly stop: () => void | Promise<void>;
}

const dir = await mkdtemp(join(tmpdir(), 'slipway-peers-'));
try {
  const file = join(dir, 'trees.onnx');
  await writeFile(file, boostedTrees(width, 100));
  const one = await measured(await slipway(file, 1));
  show('Slipway, one process', one, one);
  const asItComes = await measured(await slipway(file, 0));
  show('Slipway as it comes (a process a core)', asItComes, asItComes);
  for (const [name, start, ours] of [
    ['MLServer 1.7.1, one process', () => mlserver(file, 0), one],
    ['MLServer 1.7.1 as it comes (one worker process)', () => mlserver(file, 1), asItComes],
    ['mlflow models serve 3.17.2, one process', () => mlflow(file), one],
    ['BentoML 1.4.40, one process', () => bentoml(file), one],
  ] as const)
    try {
      show(name, await measured(await start()), ours);
    } catch (error) {
      if (!(error instanceof NoPython)) throw error;
      console.log(`${name}: not measured, ${error.message}`);
    }
} finally {
  await rm(dir, { recursive: true, force: true });
}

async function measured({ stop, ...peer }: Peer): Promise<Measured> {
  try {
    return await measureLoad({ ...peer, connections, ms });
  } finally {
    await stop();
  }
}

function show(name: string, { rate, p50, p99, failed, processor }: Measured, ours: Measured): void {
  console.log(
    `${name.padEnd(47)} ${Math.round(rate).toString().padStart(6)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ` +
      `processor ${Math.round(processor)} us a request, ${failed} failed; ` +
      `Slipway: ${(ours.rate / rate).toFixed(1)} times the requests, ${(ours.p99 / p99).toFixed(2)} of the p99, ` +
      `${(processor / ours.processor).toFixed(1)} times less processor time`,
  );
}

async function slipway(file: string, workers: number): Promise<Peer> {
  const home = join(dir, `served-${workers}`);
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  await prepareServing(home, 'trees', [{ file, digest, name: null, weight: 1 }]);
  const server = await startServer(
    { serverFile: join(root, 'dist/server.js'), dir: home, port: 0, workers },
    () => undefined,
  );
  return {
    port: server.port,
    path: '/v2/models/trees/infer',
    body: oip,
    pid: server.pid,
    stop: () => server.stop(),
  };
}

async function mlserver(file: string, workers: number): Promise<Peer> {
  const bin = await pythonEnv('requirements-mlserver.txt');
  const home = join(dir, `mlserver-${workers}`);
  const { port, pid, stop } = await startMlserver(bin, home, { trees: file }, workers);
  return { port, path: '/v2/models/trees/infer', body: oip, pid, stop };
}

async function mlflow(file: string): Promise<Peer> {
  const bin = await pythonEnv('requirements-mlflow.txt');
  const saved = join(dir, 'mlflow');
  const save = spawn(join(bin, 'python'), [join(here, 'mlflow_model.py'), file, saved], { stdio: 'inherit' });
  await new Promise(resolve => save.once('exit', resolve));
  const port = await freePort();
  const child = python(bin, 'mlflow', [
    ...['models', 'serve', '--model-uri', saved, '--host', '127.0.0.1', '--port', String(port)],
    ...['--env-manager', 'local', '--workers', '1'],
  ]);
  return await whenUp(child, port, '/ping', '/invocations', JSON.stringify({ inputs: [row] }));
}

async function bentoml(file: string): Promise<Peer> {
  const bin = await pythonEnv('requirements-bentoml.txt');
  const port = await freePort();
  const child = python(
    bin,
    'bentoml',
    ['serve', 'bento_service:Trees', '--host', '127.0.0.1', '--port', String(port), '--working-dir', here],
    { MODEL_FILE: file },
  );
  return await whenUp(child, port, '/readyz', '/predict', JSON.stringify({ rows: [row] }));
}

function python(
  bin: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(join(bin, program), args, {
    // A group of its own: these servers start processes that only it reaches.
    detached: true,
    env: {
      ...process.env,
      ...{ PATH: `${bin}:${process.env['PATH'] ?? ''}`, PYTHONDONTWRITEBYTECODE: '1' },
      ...{ BENTOML_DO_NOT_TRACK: 'true', MLFLOW_DISABLE_TELEMETRY: 'true', ...env },
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

async function whenUp(
  child: ChildProcess,
  port: number,
  health: string,
  path: string,
  body: string,
): Promise<Peer> {
  const stop = async (): Promise<void> => {
    // BentoML's workers are in groups of their own, and end with it only when it is let end.
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), sleep(10_000)]);
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All have ended.
    }
  };
  for (let look = 0; look < 600; look++) {
    if ((await fetch(`http://127.0.0.1:${port}${health}`).catch(() => null))?.ok === true)
      return { port, path, body, pid: child.pid!, stop };
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`${child.spawnargs.join(' ')} did not start`);
}
