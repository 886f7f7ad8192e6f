import { describe, expect, test } from 'vitest';
import { sha256Of } from './distribution.ts';
import { jsonBytes, packModel, readModelManifest, versionTag } from './modelPack.ts';

const digest = 'a'.repeat(64);
const layer = { location: 'model.onnx', digest: `sha256:${digest}`, size: 3 };
const model = { digest, name: 'credit-risk', version: '1.0.0' };

describe('ModelPack', () => {
  test('the same model has the same manifest, and it reads as what was packed', () => {
    const once = packModel(model, [layer]);
    expect(sha256Of(packModel({ ...model }, [{ ...layer }]).manifest)).toBe(sha256Of(once.manifest));
    expect(readModelManifest(once.manifest)).toEqual({ digest, version: '1.0.0', files: [layer] });
  });

  test('a file that a registry would put outside the folder is left out', () => {
    const places = ['../x', '/etc/x', 'a/../../x', 'a//x', './x', 'C:x', 'a\\x', ''];
    const { manifest } = packModel(
      model,
      [...places, 'weights/part.bin'].map(location => ({ ...layer, location })),
    );
    expect(readModelManifest(manifest)?.files.map(({ location }) => location)).toEqual(['weights/part.bin']);
  });

  test('what is no model of ours is none', () => {
    for (const value of [null, {}, { layers: [] }, { artifactType: 'application/vnd.x', layers: [] }])
      expect(readModelManifest(jsonBytes(value))).toBeNull();
    expect(readModelManifest(new TextEncoder().encode('no JSON'))).toBeNull();
  });

  test('a version is a tag when it can be one and is not like those that hold versions', () => {
    expect(['1.0.0', null, 'a b', '-x', `live-${digest}`].map(versionTag)).toEqual([
      '1.0.0',
      null,
      null,
      null,
      null,
    ]);
  });
});
