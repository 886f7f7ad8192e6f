import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyModel } from '../../src/serve/models.ts';
import { writeServing, type ServedModel } from '../../src/serve/serving.ts';
import { startServer } from '../../src/serve/start.ts';
import { buildServer } from '../../src/serve/testServer.ts';
import { root, type Outcome, type Suite } from '../steps.ts';
import { startMlserver } from './mlserver.ts';
import { NoPython, pythonEnv } from './pythonEnv.ts';

/**
 * The server against what others wrote: Triton's and KServe's Python clients, the protocol's OpenAPI driven by
 * schemathesis, and MLServer, which answers the same requests with Python onnxruntime.
 */
export const conformanceSuite: Suite = { name: 'conformance', run: conformance };

const here = import.meta.dirname;
const models: Readonly<Record<string, string>> = {
  linear: 'test/models/linear.onnx',
  'credit-risk': 'examples/credit-risk/models/credit-risk-1.1.0.onnx',
  half: 'test/models/float16.onnx',
};

const compared = Object.fromEntries(
  ['linear', 'credit-risk'].map(name => [name, path.join(root, models[name]!)]),
);

async function conformance(): Promise<Outcome> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-conformance-'));
  try {
    const clients = await pythonEnv('requirements-clients.txt');
    const oracle = await pythonEnv('requirements-mlserver.txt');
    const server = await startServer(
      {
        serverFile: path.join(await buildServer(dir), 'server.js'),
        dir: await served(dir),
        port: 0,
        workers: 2,
      },
      () => undefined,
    );
    try {
      const url = { SLIPWAY_URL: server.url };
      const asked = await pytest(clients, ['test_triton_client.py', 'test_kserve_client.py'], url);
      const driven = await schemathesis(clients, server.url);
      const mlserver = await startMlserver(oracle, path.join(dir, 'mlserver'), compared);
      try {
        const answered = await pytest(clients, ['test_mlserver.py'], { ...url, MLSERVER_URL: mlserver.url });
        return sum([asked, driven, answered]);
      } finally {
        mlserver.stop();
      }
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (error instanceof NoPython) return { passed: 0, failed: 0, skipped: error.message };
    throw error;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** A folder that serves the models, each as version 1.0.0. */
async function served(dir: string): Promise<string> {
  const all: ServedModel[] = [];
  for (const [model, file] of Object.entries(models)) {
    const absolute = path.join(root, file);
    const digest = createHash('sha256')
      .update(await readFile(absolute))
      .digest('hex');
    await copyModel(dir, { digest, file: absolute });
    all.push({ model, versions: [{ digest, name: '1.0.0', weight: 1 }] });
  }
  const [first, ...others] = all;
  await writeServing(path.join(dir, 'serving.json'), { schema: 'slipway/serving@1', ...first!, others });
  return dir;
}

async function pytest(bin: string, files: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--tb=short', ...files];
  const { out, code } = await shown(path.join(bin, 'python'), args, env);
  const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(out)?.[1] ?? 0);
  const failed = count('failed') + count('error');
  return { passed: count('passed'), failed: code === 0 ? failed : Math.max(1, failed) };
}

/** Requests made up from the OpenAPI, good and bad: no 5xx, and only what the document says. */
async function schemathesis(bin: string, url: string): Promise<Outcome> {
  const checks = [
    'not_a_server_error',
    'status_code_conformance',
    'content_type_conformance',
    'response_schema_conformance',
  ];
  const { code } = await shown(
    path.join(bin, 'schemathesis'),
    [
      ...['run', 'open_inference.yaml', '--url', url, '--checks', checks.join(',')],
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '20', '--seed', '1', '--no-color'],
    ],
    { HYPOTHESIS_STORAGE_DIRECTORY: path.join(tmpdir(), 'slipway-hypothesis') },
  );
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A command whose output is shown as it comes. */
async function shown(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly out: string; readonly code: number }> {
  const child = spawn(file, args, {
    cwd: here,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    process.stdout.write(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { out, code: code ?? 1 };
}

function sum(outcomes: readonly Outcome[]): Outcome {
  const total = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((all, outcome) => all + of(outcome), 0);
  return { passed: total(({ passed }) => passed), failed: total(({ failed }) => failed) };
}
