import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import { onnx, type Init } from '../../core/onnx/onnx.generated.js';
import { linearGraph, modelBytes } from '../../core/onnx/testing.ts';
import { creditModel, oddModel, root, scratch } from '../testing.ts';
import { modelDigest } from './digest.ts';
import { forSingleRows, loadFile, loadModel } from './load.ts';

const odd = (name: string): string => oddModel(name).file;
const sha = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The weights of the linear graph, kept elsewhere. */
function outside(entries: Record<string, string>): Init<onnx.TensorProto> {
  const { DataLocation, DataType } = onnx.TensorProto;
  return {
    ...{ name: 'w', dims: [4, 1], data_type: DataType.FLOAT, data_location: DataLocation.EXTERNAL },
    external_data: Object.entries(entries).map(([key, value]) => ({ key, value })),
  };
}

describe('a model file', () => {
  it('goes by the digest of its bytes, and with external data by that of all its files', async () => {
    const bytes = await readFile(odd('linear'));
    expect((await loadFile(odd('linear'))).facts.digest).toBe(sha(bytes).toString('hex'));
    const weights = await readFile(join(root, 'test/models/external.weights'));
    const model = await readFile(odd('external'));
    const both = sha(Buffer.concat([sha(model), sha(weights)])).toString('hex');
    const loaded = await loadFile(odd('external'));
    expect(loaded.facts).toMatchObject({ digest: both, size: model.length + weights.length });
    const files = [
      { location: 'b', bytes: weights },
      { location: 'a', bytes: model },
    ];
    expect(modelDigest(model, files)).toBe(modelDigest(model, files.toReversed()));
    await (await loaded.session(forSingleRows)).release();
  });

  it('is refused when it is not the version that was asked for', async () => {
    const source = creditModel('1.1.0');
    const { facts } = await loadModel(source);
    await loadModel({ ...source, ref: { ...source.ref, digest: facts.digest } });
    await expect(loadModel({ ...source, ref: { ...source.ref, digest: 'f'.repeat(64) } })).rejects.toThrow(
      /has changed/,
    );
  });

  it.each([
    'truncated',
    'random',
    'empty',
    'text',
    'lfs-pointer',
    'no-graph',
    'no-opset',
    'opset-99',
    'shape-overflow',
    'shape-negative',
    'shape-huge',
    'raw-size',
    'two-values',
    'undefined-type',
    'cycle',
    'unsorted',
    'two-makers',
    'dangling-input',
    'missing-output',
    'function-cycle',
    'external-missing',
    'external-parent',
    'external-nested-parent',
    'external-absolute',
    'external-windows',
    'external-beyond',
    'external-empty-location',
    'external-reserved',
    'external-attribute',
    'external-subgraph',
    'external-sparse',
    'external-function',
    'external-default',
    'sparse-external-indices',
    'sparse-beyond',
    'sparse-negative',
    'sparse-unsorted',
    'sparse-twice',
    'sparse-coordinates',
    'sparse-count',
    'sparse-rank',
    'sparse-huge',
  ])('is refused in a sentence: %s', async name => {
    await expect(loadFile(odd(name))).rejects.toThrow(BadInput);
  });

  it.each(['unknown-operator', 'custom-domain', 'external-short'])(
    'never reaches an answer: %s',
    async name => {
      const opened = (async () => {
        await (await loadFile(odd(name))).session(forSingleRows);
      })();
      await expect(opened).rejects.toThrow(BadInput);
    },
  );

  it('is refused when its weights are a link or have a second name', async () => {
    const dir = await scratch();
    const weights = join(root, 'test/models/external.weights');
    const file = join(dir, 'model.onnx');
    await copyFile(odd('external-symlink'), file);
    await symlink(weights, join(dir, 'linked.weights'));
    await expect(loadFile(file)).rejects.toThrow(/is a link/);

    const other = await scratch();
    await copyFile(odd('external-symlink'), join(other, 'model.onnx'));
    await copyFile(weights, join(other, 'first'));
    await link(join(other, 'first'), join(other, 'linked.weights'));
    await expect(loadFile(join(other, 'model.onnx'))).rejects.toThrow(/second name/);

    const folder = await scratch();
    await copyFile(odd('external-symlink'), join(folder, 'model.onnx'));
    await copyFile(weights, join(folder, 'linked.weights'));
    await loadFile(join(folder, 'model.onnx'));
  });

  it('is refused when a folder on the way to its weights is a link', async () => {
    const dir = await scratch();
    const held = (location: string): Uint8Array =>
      modelBytes({ ...linearGraph, initializer: [outside({ location })] });
    await mkdir(join(dir, 'real/inner'), { recursive: true });
    await copyFile(join(root, 'test/models/external.weights'), join(dir, 'real/inner/w'));
    await symlink(join(dir, 'real'), join(dir, 'linked'));
    await writeFile(join(dir, 'model.onnx'), held('linked/inner/w'));
    await expect(loadFile(join(dir, 'model.onnx'))).rejects.toThrow(/is a link/);
    await writeFile(join(dir, 'model.onnx'), held('real/inner/w'));
    await loadFile(join(dir, 'model.onnx'));
  });

  it.each<[string, Record<string, string>]>([
    ['an offset and a length', { offset: '8', length: '16' }],
    ['an offset alone', { offset: '8' }],
    ['an offset beyond the file', { offset: '9007199254740000' }],
  ])('is refused when its weights reach beyond their file by %s', async (_, entries) => {
    const dir = await scratch();
    await copyFile(join(root, 'test/models/external.weights'), join(dir, 'w'));
    const initializer = [outside({ location: 'w', ...entries })];
    await writeFile(join(dir, 'model.onnx'), modelBytes({ ...linearGraph, initializer }));
    await expect(loadFile(join(dir, 'model.onnx'))).rejects.toThrow(/ends at byte \d+ of `w`, which has 16/);
  });

  it('is refused when it is not there or a folder', async () => {
    const dir = await scratch();
    await expect(loadFile(join(dir, 'none.onnx'))).rejects.toThrow(/no readable file/);
    await expect(loadFile(dir)).rejects.toThrow(BadInput);
  });

  it('is a finding of the runtime when only that refuses it', async () => {
    const file = join(await scratch(), 'model.onnx');
    // A matrix product of shapes that do not fit: sound as a file, impossible to run.
    await writeFile(
      file,
      modelBytes({
        name: 'g',
        node: [{ op_type: 'MatMul', input: ['w', 'w'], output: ['y'] }],
        input: [],
        output: [
          {
            name: 'y',
            type: { tensor_type: { elem_type: 1, shape: { dim: [{ dim_value: 4 }, { dim_value: 1 }] } } },
          },
        ],
        initializer: [{ name: 'w', dims: [4, 1], data_type: 1, float_data: [1, 2, 3, 4] }],
      }),
    );
    const loaded = await loadFile(file);
    await expect(loaded.session(forSingleRows)).rejects.toThrow(/ONNX Runtime cannot load/);
  });
});
