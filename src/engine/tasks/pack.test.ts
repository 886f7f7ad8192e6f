import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Digests } from '../../workspace/digest.ts';
import { pack } from './pack.ts';

const models = resolve(import.meta.dirname, '../../../examples/credit-risk/models');

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-pack-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a model goes as it is, unless its place carries tensors only', async () => {
  const file = join(models, 'credit-risk-1.0.0.onnx');
  const digest = await new Digests().model(file);
  const dir = await folder();
  const request = { file, digest, dir };
  const whole = await pack({ ...request, tensorsOnly: false });
  const bytes = await readFile(file);
  expect(whole.files).toEqual([{ path: 'model.onnx', file, size: bytes.length, sha256: digest }]);
  expect(whole.facts.outputs.map(({ kind }) => kind)).toContain('sequence');
  expect(await readdir(dir)).toEqual([]);
  const tensors = await pack({ ...request, tensorsOnly: true });
  expect(tensors.facts.outputs.map(({ kind }) => kind)).toEqual(tensors.facts.outputs.map(() => 'tensor'));
  const [only] = tensors.files;
  expect(dirname(only!.file)).toBe(dir);
  expect(sha256(await readFile(only!.file))).toBe(only!.sha256);
  expect(only!.sha256).not.toBe(digest);
});

test('external data goes first, and what is not what was asked for goes nowhere', async () => {
  const file = resolve(import.meta.dirname, '../../../test/models/external.onnx');
  const digest = await new Digests().model(file);
  const dir = await folder();
  const { files, facts } = await pack({ file, digest, tensorsOnly: true, dir });
  expect(files.map(({ path }) => path).at(-1)).toBe('model.onnx');
  expect(files.length).toBeGreaterThan(1);
  for (const part of files) {
    const bytes = await readFile(part.file);
    expect(part).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
  }
  expect(facts.size).toBe(files.reduce((sum, { size }) => sum + size, 0));
  const other = join(dir, basename(file));
  await writeFile(other, await readFile(join(models, 'credit-risk-1.0.0.onnx')));
  await expect(pack({ file: other, digest, tensorsOnly: false, dir })).rejects.toMatchObject({
    code: 'digest',
  });
});
