import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { decodeModel } from '../core/onnx/decode.ts';
import { modelDigest } from '../engine/model/digest.ts';
import { readExternal, readModel } from '../engine/model/files.ts';
import type { Listening } from './listening.ts';
import { prepareServing } from './start.ts';
import { buildServer } from './testServer.ts';

/** For tests: real servers in processes of their own, each with a folder of its own, ended with the test. */

export const odd = resolve(import.meta.dirname, '../../test/models');
export const credit = resolve(import.meta.dirname, '../../examples/credit-risk/models');
export const linear = join(odd, 'linear.onnx');
let built: string;
let serverFile: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'slipway-serve-'));
  serverFile = join(await buildServer(built), 'server.js');
});
afterAll(() => rm(built, { recursive: true, force: true }));

export interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly child: ChildProcess;
  readonly digests: readonly string[];
  readonly log: readonly string[];
  readonly ask: (path: string, init?: RequestInit) => Promise<Asked>;
  readonly get: (path: string) => Promise<Asked>;
  readonly infer: (body: unknown, version?: string) => Promise<Asked>;
  readonly metrics: () => Promise<string>;
}

export interface ServedModel {
  readonly file: string;
  readonly name?: string;
  readonly weight?: number;
}

export async function digestOf(file: string): Promise<string> {
  const bytes = await readModel(file);
  return modelDigest(bytes, await readExternal(file, externalDataOf(decodeModel(bytes))));
}

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-served-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export function run(dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [serverFile, '--dir', dir, '--workers', '1', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export function serve(models: readonly ServedModel[], ...args: string[]): Promise<Served> {
  return serveIn({}, models, '--port', '0', ...args);
}

/** As `serve`, with variables of the environment and no port chosen. */
export async function serveIn(
  env: NodeJS.ProcessEnv,
  models: readonly ServedModel[],
  ...args: string[]
): Promise<Served> {
  const dir = await folder();
  const versions = await Promise.all(
    models.map(async ({ file, name = null, weight = 1, ...more }) => ({
      ...more,
      file,
      name,
      weight,
      digest: await digestOf(file),
    })),
  );
  await prepareServing(dir, 'm', versions);
  const child = run(dir, args, env);
  const log: string[] = [];
  createInterface(child.stderr!).on('line', line => log.push(line));
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const { listening: port } = JSON.parse(line) as Listening;
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Asked> => {
    const response = await fetch(`${url}${path}`, init);
    return {
      status: response.status,
      body: (await response.json()) as Asked['body'],
      headers: response.headers,
    };
  };
  return {
    ...{ url, port, dir, child, log, ask },
    digests: versions.map(({ digest }) => digest),
    get: path => ask(path),
    infer: (body, version) =>
      ask(`/v2/models/m${version === undefined ? '' : `/versions/${version}`}/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
  };
}

export const tensor = (name: string, datatype: string, shape: number[], data: unknown): object => ({
  ...{ name, datatype, shape, data },
});
export const rowOf = (...data: unknown[]): object => ({ inputs: [tensor('x', 'FP32', [1, 4], data)] });

export async function eventually(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; !(await done()); look++) {
    if (look > 400) throw new Error('It never came.');
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
