import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DataSource, ModelMeaning, ModelSource, Policy } from '../protocol/engine.ts';
import { DataFile } from './data/dataFile.ts';
import type { TaskContext } from './tasks/validate.ts';

/** What the engine's tests share: the examples, odd models, and data files that last as long as a test. */
export const root = resolve(import.meta.dirname, '../..');

export const noMeaning: ModelMeaning = {
  task: null,
  label: null,
  positive: null,
  threshold: null,
  unit: null,
};
export const noPolicy: Policy = { metrics: {}, checks: {}, margins: {}, groups: [] };
export const quiet: TaskContext = { progress: () => undefined, entry: null };

export function example(path: string): DataSource {
  return { file: join(root, 'examples', path), path };
}

export function modelSource(path: string, digest = ''): ModelSource {
  return { file: join(root, path), ref: { digest, name: null, version: null, path, size: 0 } };
}

export function creditModel(version: string): ModelSource {
  return modelSource(`examples/credit-risk/models/credit-risk-${version}.onnx`);
}

export function oddModel(name: string): ModelSource {
  return modelSource(`test/models/${name}.onnx`);
}

export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A data file of this text, under this name. */
export async function dataOf(text: string | Uint8Array, name = 'data.csv'): Promise<DataSource> {
  const file = join(await scratch(), name);
  await writeFile(file, text);
  return { file, path: name };
}

/** A data file, opened until the test ends. */
export async function opened(source: DataSource): Promise<DataFile> {
  const data = await DataFile.open(source);
  onTestFinished(() => data.close());
  return data;
}
