import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { modelDigest } from '../engine/model/digest.ts';
import { commit, git, temporaryFolder, writeFiles } from './testing.ts';
import { Digests } from './digest.ts';
import { Workspace } from './workspace.ts';

const sha = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha(content)}\nsize ${content.length}\n`;

const example = resolve(import.meta.dirname, '../../examples/credit-risk');

function repositoryOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryFolder();
  git(root, 'init', '-q', '-b', 'main');
  writeFiles(root, files);
  return root;
}

const gitConfig = 'version: 1\nmodels:\n  risk: { path: models/risk.onnx, versions: git }\n';

test('the example: versions by the wildcard, newest first, with the digest of their bytes', async () => {
  const workspace = await Workspace.open(example);
  expect(workspace.issues).toEqual([]);
  const versions = await workspace.versions('credit-risk');
  expect(versions.map(({ version }) => version)).toEqual(['2.0.0', '1.1.0', '1.0.0']);
  const bytes = readFileSync(join(example, 'models/credit-risk-1.1.0.onnx'));
  expect(versions[1]).toMatchObject({ digest: sha(bytes), size: bytes.length, state: { kind: 'ready' } });
  expect(workspace.targets().map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'staging local',
    'bundle folder',
  ]);

  const resolved = await workspace.resolve('credit-risk@1.1.0');
  expect(resolved.ref).toEqual({
    digest: sha(bytes),
    name: 'credit-risk',
    version: '1.1.0',
    path: 'models/credit-risk-1.1.0.onnx',
    size: bytes.length,
  });
  expect(resolved.entry.policy.groups).toEqual(['purpose']);
  const same = [
    'models/credit-risk-1.1.0.onnx',
    join(example, 'models/credit-risk-1.1.0.onnx'),
    `credit-risk@${sha(bytes).slice(0, 8)}`,
  ];
  for (const ref of same) expect((await workspace.resolve(ref)).ref).toEqual(resolved.ref);
  expect((await workspace.resolve('credit-risk')).ref.version).toBe('2.0.0');
});

test('pages of versions', async () => {
  const workspace = await Workspace.open(example);
  const second = await workspace.versions('credit-risk', { offset: 1, limit: 1 });
  expect(second.map(({ version }) => version)).toEqual(['1.1.0']);
});

test('unknown models and versions say what there is', async () => {
  const workspace = await Workspace.open(example);
  await expect(workspace.resolve('credit-rsk')).rejects.toThrow('Did you mean `credit-risk`?');
  await expect(workspace.resolve('credit-risk@9')).rejects.toThrow(
    'The newest are `2.0.0`, `1.1.0`, `1.0.0`.',
  );
  await expect(workspace.resolve('nowhere.onnx')).rejects.toMatchObject({ code: 'missing-file' });
});

test('without slipway.yaml every .onnx is a model by its stem', async () => {
  const root = temporaryFolder();
  writeFiles(root, { 'a.onnx': 'a', 'x/b.onnx': 'b', 'y/b.onnx': 'bb', 'node_modules/c.onnx': 'c' });
  const workspace = await Workspace.open(root);
  expect(workspace.configFile).toBeNull();
  expect(workspace.models().map(({ name }) => name)).toEqual(['a', 'x/b', 'y/b']);
  expect((await workspace.resolve('y/b')).ref).toMatchObject({
    name: null,
    path: 'y/b.onnx',
    digest: sha('bb'),
  });
  expect((await workspace.resolve('a')).entry.meaning.task).toBeNull();
});

test('a model outside the folder goes by its absolute path', async () => {
  const elsewhere = join(example, 'models/credit-risk-1.0.0.onnx');
  const { ref } = await (await Workspace.open(temporaryFolder())).resolve(elsewhere);
  expect(ref).toMatchObject({ name: null, version: null, path: elsewhere });
});

test('names that are no version numbers are ordered by commit, then by name', async () => {
  const root = repositoryOf({
    'slipway.yaml': 'version: 1\nmodels:\n  m: { path: "m-*.onnx" }\n',
    'm-spring.onnx': '1',
  });
  const first = commit(root, 'spring');
  writeFiles(root, { 'm-autumn.onnx': '2' });
  commit(root, 'autumn');
  writeFiles(root, { 'm-new.onnx': '3' });
  const workspace = await Workspace.open(root);
  const versions = await workspace.versions('m');
  expect(versions.map(({ version }) => version)).toEqual(['new', 'autumn', 'spring']);
  expect(versions.map(({ modified }) => modified)).toEqual([true, false, false]);
  expect(versions[1]?.author).toBe('Ada');
  expect((await workspace.resolve(`m@${first.slice(0, 7)}`)).ref.version).toBe('spring');
});

test('git history: newest first, tags name versions, bytes come out of git when asked for', async () => {
  const root = repositoryOf({ 'slipway.yaml': gitConfig, 'models/risk.onnx': 'one' });
  const first = commit(root, 'first');
  writeFiles(root, { 'models/risk.onnx': 'two' });
  const second = commit(root, 'second');
  writeFiles(root, { 'README.md': 'unrelated' });
  commit(root, 'unrelated');
  git(root, 'tag', 'risk@v2.0.0');
  git(root, 'tag', 'other@v9.9.9');
  git(root, 'tag', 'risk#prod#1', first);
  writeFiles(root, { 'models/risk.onnx': 'three' });
  commit(root, 'third');

  const workspace = await Workspace.open(root);
  const versions = await workspace.versions('risk');
  expect(versions.map(({ version, digest, size }) => [version, digest, size])).toEqual([
    [expect.stringMatching(/^[0-9a-f]{7}$/), null, 5],
    ['v2.0.0', null, 3],
    [first.slice(0, 7), null, 3],
  ]);
  expect(versions[1]).toMatchObject({
    commit: second,
    author: 'Ada',
    tags: expect.arrayContaining(['other@v9.9.9']) as string[],
  });

  const resolved = await workspace.resolve('risk@v2.0.0');
  expect(resolved.ref.digest).toBe(sha('two'));
  expect(readFileSync(resolved.source.file, 'utf8')).toBe('two');
  for (const ref of [`risk@${second.slice(0, 8)}`, `risk@${sha('two').slice(0, 8)}`, 'risk@risk@v2.0.0'])
    expect((await workspace.resolve(ref)).ref.digest).toBe(sha('two'));
  expect((await workspace.versions('risk'))[1]?.digest).toBe(sha('two'));
  expect((await workspace.versions('risk', { offset: 1, limit: 1 }))[0]?.version).toBe('v2.0.0');
  await expect(workspace.resolve('risk@--help')).rejects.toMatchObject({ code: 'unknown-version' });
});

test('from within a repository, files that git does not hold: elsewhere, and behind a link', async () => {
  const root = repositoryOf({ 'README.md': 'about', 'kept/risk-1.onnx': 'one' });
  commit(root, 'first');
  const elsewhere = temporaryFolder();
  writeFiles(elsewhere, { 'risk-2.onnx': 'two' });
  symlinkSync(elsewhere, join(root, 'linked'));
  symlinkSync('kept', join(root, 'own'));
  const workspace = await Workspace.open(root);
  for (const [path, content, author] of [
    [join(elsewhere, 'risk-2.onnx'), 'two', null],
    ['linked/risk-2.onnx', 'two', null],
    ['own/risk-1.onnx', 'one', 'Ada'],
  ] as const) {
    expect((await workspace.resolve(path)).ref.digest).toBe(sha(content));
    const model = `{ path: '${path}' }`;
    writeFiles(root, { 'slipway.yaml': `version: 1\nmodels:\n  risk: ${model}\n` });
    expect(await (await Workspace.open(root)).versions('risk')).toMatchObject([
      { digest: sha(content), author, modified: false },
    ]);
    rmSync(join(root, 'slipway.yaml'));
  }
});

test('a changed working copy comes first and is marked', async () => {
  const root = repositoryOf({ 'slipway.yaml': gitConfig, 'models/risk.onnx': 'one' });
  commit(root, 'first');
  writeFiles(root, { 'models/risk.onnx': 'tried' });
  const workspace = await Workspace.open(root);
  const [working, committed] = await workspace.versions('risk');
  expect(working).toMatchObject({
    version: 'working copy',
    modified: true,
    commit: null,
    digest: sha('tried'),
  });
  expect(committed).toMatchObject({ modified: false });
  expect((await workspace.resolve('risk')).ref.digest).toBe(sha('tried'));
  expect((await workspace.versions('risk', { offset: 1, limit: 5 })).length).toBe(1);
});

test('a deleted and restored file keeps its history', async () => {
  const root = repositoryOf({ 'slipway.yaml': gitConfig, 'models/risk.onnx': 'one' });
  commit(root, 'first');
  git(root, 'rm', '-q', 'models/risk.onnx');
  git(root, 'commit', '-qm', 'gone');
  const workspace = await Workspace.open(root);
  expect((await workspace.versions('risk')).map(({ size }) => size)).toEqual([3]);
  expect((await workspace.resolve('risk')).ref.digest).toBe(sha('one'));
});

test('a Git LFS pointer is explained; an object that was fetched is the model', async () => {
  const root = repositoryOf({ 'slipway.yaml': gitConfig, 'models/risk.onnx': pointerTo('far away') });
  commit(root, 'far');
  writeFiles(root, { 'models/risk.onnx': pointerTo('fetched') });
  commit(root, 'fetched');
  const oid = sha('fetched');
  writeFiles(root, { [`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`]: 'fetched' });
  const workspace = await Workspace.open(root);
  const [fetched, far] = await workspace.versions('risk');
  expect(fetched).toMatchObject({ state: { kind: 'ready' }, size: 7 });
  expect(far?.state).toMatchObject({ kind: 'lfs-pointer', size: 8 });
  expect((await workspace.resolve(`risk@${fetched!.version}`)).ref.digest).toBe(oid);
  await expect(workspace.resolve(`risk@${far!.version}`)).rejects.toThrow(
    'Run `git lfs pull --include="models/risk.onnx"`.',
  );
  const bare = await Workspace.open(join(root, 'models'));
  await expect(bare.resolve('risk')).rejects.toMatchObject({ code: 'lfs-pointer' });
});

test('a DVC file is explained', async () => {
  const root = temporaryFolder();
  writeFiles(root, {
    'slipway.yaml': 'version: 1\nmodels:\n  m: { path: "m-*.onnx" }\n',
    'm-1.onnx.dvc': 'outs:\n- md5: 0123abcd\n  size: 12345\n  path: m-1.onnx\n',
  });
  const workspace = await Workspace.open(root);
  expect(workspace.issues).toEqual([]);
  const [version] = await workspace.versions('m');
  expect(version).toMatchObject({ version: '1', digest: null, size: 12345, state: { kind: 'dvc-pointer' } });
  await expect(workspace.resolve('m@1')).rejects.toThrow('Run `dvc pull m-1.onnx.dvc`.');
});

test('external data counts in the digest, on disk and out of git', async () => {
  const models = resolve(import.meta.dirname, '../../test/models');
  const [name, location] = ['external.onnx', 'external.weights'];
  const root = repositoryOf({ 'slipway.yaml': gitConfig });
  writeFiles(root, { 'models/.keep': '' });
  copyFileSync(join(models, name), join(root, 'models/risk.onnx'));
  copyFileSync(join(models, location), join(root, 'models', location));
  commit(root, 'first');
  const expected = modelDigest(readFileSync(join(models, name)), [
    { location, bytes: readFileSync(join(models, location)) },
  ]);
  const workspace = await Workspace.open(root);
  const resolved = await workspace.resolve('risk');
  expect(resolved.ref.digest).toBe(expected);
  expect(existsSync(join(resolved.source.file, '..', location))).toBe(true);
  expect((await (await Workspace.open(join(root, 'models'))).resolve('risk')).ref.digest).toBe(expected);
});

test('external data that changed beside an unchanged .onnx file gives another digest', async () => {
  const models = resolve(import.meta.dirname, '../../test/models');
  const root = temporaryFolder();
  for (const name of ['external.onnx', 'external.weights'])
    copyFileSync(join(models, name), join(root, name));
  const [file, weights] = [join(root, 'external.onnx'), join(root, 'external.weights')];
  const digests = new Digests();
  const before = await digests.model(file);
  expect(await digests.model(file)).toBe(before);
  const bytes = readFileSync(weights);
  writeFileSync(weights, Buffer.from(bytes.map(byte => byte ^ 1)));
  expect(await digests.model(file)).not.toBe(before);
  writeFileSync(weights, bytes);
  expect(await digests.model(file)).toBe(before);
  rmSync(weights);
  await expect(digests.model(file)).rejects.toThrow('does not lie beside it');
});

test('writing slipway.yaml never replaces one', async () => {
  const root = temporaryFolder();
  writeFiles(root, { 'a.onnx': 'a' });
  const workspace = await Workspace.open(root);
  await workspace.writeConfig('version: 1\nmodels:\n  mine: { path: a.onnx }\n');
  expect(workspace.models().map(({ name }) => name)).toEqual(['mine']);
  await expect(workspace.writeConfig('version: 1\n')).rejects.toMatchObject({ code: 'exists' });
  expect(readdirSync(root).sort()).toEqual(['a.onnx', 'slipway.yaml']);
});
