import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { targetContract } from '../../src/deploy/targets/contract.ts';
import { Credentials } from '../../src/deploy/targets/oci/credentials.ts';
import { Distribution } from '../../src/deploy/targets/oci/distribution.ts';
import { pullModel } from '../../src/deploy/targets/oci/pull.ts';
import { ModelRepository } from '../../src/deploy/targets/oci/repository.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import { builtServer } from '../../src/serve/builtServer.ts';
import type { Deployer } from '../../src/deploy/deployer.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';
import { addRecord } from './reviewRecord.ts';
import { startRegistry, type RegistryOptions, type TestRegistry } from './servers/registry.ts';
import { startUnsteady, type Unsteady } from './servers/unsteady.ts';

/** Repositories are made by the first push: each scene has one of its own. */
let registry: TestRegistry;
let unsteady: Unsteady;
let scenes = 0;
beforeAll(async () => {
  registry = await startRegistry();
  unsteady = await startUnsteady(`http://${registry.host}`);
});
afterAll(async () => {
  await unsteady.stop();
  await registry.stop();
});

const never = new AbortController().signal;

function open(repository: string, settings: object = {}): Distribution {
  const all = { kind: 'oci' as const, repository, tag: 'live', keep: 3, ...settings };
  return new Distribution(repository, null, new Credentials(all, () => Promise.resolve('secret')));
}

targetContract('oci', {
  get settings() {
    return `kind: oci, repository: "${registry.host}/acme/credit-risk-${(scenes += 1)}", model: credit-risk`;
  },
  meddle: async () => {
    const repository = open(`${registry.host}/acme/credit-risk-${scenes}`);
    await new ModelRepository(repository, 'live').point(null, never);
  },
  clean: () => Promise.resolve(),
  points: true,
  calls: {
    get settings() {
      scenes += 1;
      return `kind: oci, repository: "${unsteady.url.slice('http://'.length)}/acme/credit-risk-${scenes}", model: credit-risk`;
    },
    meet: fault => unsteady.always(fault),
  },
});

describe('oci registry', () => {
  const distDir = builtServer();

  interface Scene {
    readonly root: string;
    readonly deployer: Deployer;
    readonly version: (name: string) => Promise<ResolvedModel>;
  }

  async function scene(settings: string): Promise<Scene> {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await makeWorkspace(root, { name: 'hub', settings: `kind: oci, ${settings}` });
    const { deployer, workspace } = await makeDeployer(root, distDir());
    return { root, deployer, version: async name => await workspace.resolve(`credit-risk@${name}`) };
  }

  async function another(options: RegistryOptions): Promise<TestRegistry> {
    const found = await startRegistry(options);
    onTestFinished(() => found.stop());
    return found;
  }

  async function manifestOf(repository: string, reference: string): Promise<Record<string, unknown>> {
    const stored = await open(repository).manifest(reference, never);
    return JSON.parse(new TextDecoder().decode(stored!.bytes)) as Record<string, unknown>;
  }

  test('what is pushed is a ModelPack artifact that is pulled as the same model; bytes are sent once', async () => {
    const repository = `${registry.host}/shared`;
    const at = await scene(`repository: "${repository}"`);
    const model = await at.version('1.0.0');
    const first = await at.deployer.deploy('hub', model);
    const pushed = first.plan.find(({ name }) => name.startsWith('push'));
    expect(pushed?.detail).toMatch(new RegExp(`, ${model.ref.size} bytes uploaded$`));
    expect(first.endpoint).toMatch(new RegExp(`^${repository}@sha256:[0-9a-f]{64}$`));

    const manifest = await manifestOf(repository, '1.0.0');
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
      layers: [
        {
          mediaType: 'application/vnd.cncf.model.weight.v1.raw',
          digest: `sha256:${model.ref.digest}`,
          annotations: { 'org.cncf.model.filepath': 'model.onnx' },
        },
      ],
    });
    const pulled = await mkdtemp(join(tmpdir(), 'slipway-pulled-'));
    onTestFinished(() => rm(pulled, { recursive: true, force: true }));
    expect(await pullModel(open(repository), 'live', pulled, never)).toEqual({ digest: model.ref.digest });
    const file = join(pulled, 'models', model.ref.digest, 'model.onnx');
    expect(await readFile(file)).toEqual(await readFile(model.source.file));

    // Another target of the same repository: promoted without a byte, and holding what the first lets go of.
    const other = await scene(`repository: "${repository}", tag: production`);
    const promoted = await other.deployer.deploy('hub', await other.version('1.0.0'));
    expect(promoted.plan.find(({ name }) => name.startsWith('push'))?.detail).toMatch(/, 0 bytes uploaded$/);
    expect(promoted.endpoint).toBe(first.endpoint);
    await at.deployer.remove('hub');
    expect(await other.deployer.status('hub')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
    await other.deployer.remove('hub');
    expect(await open(repository).tags(never)).toEqual([]);
  });

  test('external data are layers of their own', async () => {
    const at = await scene(`repository: "${registry.host}/external"`);
    const models = resolve(import.meta.dirname, '../models');
    for (const name of ['external.onnx', 'external.weights'])
      await writeFile(join(at.root, 'models', name), await readFile(join(models, name)));
    const { workspace } = await makeDeployer(at.root, distDir());
    const model = await workspace.resolve('models/external.onnx');
    const registryOf = open(`${registry.host}/external`);
    await new ModelRepository(registryOf, 'live').push(model.source, 'external', never, () => undefined);
    const pulled = join(at.root, 'pulled');
    await mkdir(pulled);
    expect(await pullModel(registryOf, `live-${model.ref.digest}`, pulled, never)).toEqual({
      digest: model.ref.digest,
    });
    expect((await manifestOf(`${registry.host}/external`, `live-${model.ref.digest}`)).layers).toHaveLength(
      2,
    );
  });

  test('signed review records are attached, listed under the fallback tag, and go with the version', async () => {
    const repository = `${registry.host}/reviewed`;
    const at = await scene(`repository: "${repository}"`);
    const model = await at.version('1.0.0');
    const { statement, signature } = await addRecord(at.root, model);
    const release = await at.deployer.deploy('hub', model);
    expect(release.plan.find(({ name }) => name.startsWith('attach'))?.detail).toBe(
      '1 records, 1 of them new',
    );
    const digest = release.endpoint!.split('@')[1]!;
    const index = await manifestOf(repository, digest.replace(':', '-'));
    const [entry] = index.manifests as { digest: string; artifactType: string }[];
    expect(entry?.artifactType).toBe('application/vnd.in-toto+json');
    const attached = await manifestOf(repository, entry!.digest);
    expect(attached).toMatchObject({ subject: { digest } });
    const layers = attached.layers as { digest: string; size: number }[];
    const texts = await Promise.all(
      layers.map(async (layer, place) => {
        const file = join(at.root, `layer-${place}`);
        await open(repository).fetchBlob(layer.digest, layer.size, file, never);
        return await readFile(file, 'utf8');
      }),
    );
    expect(texts).toEqual([statement, signature]);

    const again = await at.deployer.deploy('hub', model);
    expect(again.plan.find(({ name }) => name.startsWith('attach'))?.detail).toBe('1 records, 0 of them new');
    await at.deployer.remove('hub');
    expect(await open(repository).tags(never)).toEqual([]);
  });

  test('passwords and tokens come from named secrets; what has expired is told with its name', async () => {
    for (const auth of ['basic', 'bearer'] as const) {
      const secured = await another({ auth });
      const at = await scene(`repository: "${secured.host}/m", username: ada, password: HUB_PASSWORD`);
      vi.stubEnv('HUB_PASSWORD', 'secret');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(await at.deployer.deploy('hub', await at.version('1.0.0'))).toMatchObject({ state: 'live' });
      vi.stubEnv('HUB_PASSWORD', 'last year');
      const { deployer } = await makeDeployer(at.root, distDir());
      await expect(deployer.deploy('hub', await at.version('1.1.0'))).rejects.toMatchObject({
        message: expect.stringMatching(/expired.*Renew the secret \(HUB_PASSWORD\)/) as string,
      });
      expect(JSON.stringify(await deployer.history('hub'))).not.toContain('last year');
    }
  });

  test('a token that expires half-way undoes the release and names the secret', async () => {
    const secured = await another({ auth: 'bearer' });
    const at = await scene(`repository: "${secured.host}/m", username: ada, password: HUB_PASSWORD`);
    vi.stubEnv('HUB_PASSWORD', 'secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    await at.deployer.deploy('hub', await at.version('1.0.0'));
    const release = await at.deployer.deploy('hub', await at.version('1.1.0'), {
      onEvent: event => {
        if (event.kind !== 'record' || event.record.type !== 'step') return;
        const { step, phase } = event.record;
        secured.tokens.allow = !(step.startsWith('verify') && phase === 'intent');
        if (!secured.tokens.allow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
      },
    });
    expect(release.state).toBe('undone');
    expect(release.plan.find(({ name }) => name.startsWith('verify'))?.detail).toMatch(
      /expired.*HUB_PASSWORD/,
    );
    expect(await at.deployer.status('hub')).toMatchObject({ live: [{ version: '1.0.0' }], drift: null });
  });

  test('a registry that deletes nothing keeps all versions, and says so', async () => {
    const archive = await another({ deletes: false });
    const at = await scene(`repository: "${archive.host}/m", keep: 0`);
    const findings = await at.deployer.doctor('hub');
    expect(findings.map(({ what }) => what).join()).toMatch(/set up to delete nothing/);
    await at.deployer.deploy('hub', await at.version('1.0.0'));
    const second = await at.deployer.deploy('hub', await at.version('1.1.0'));
    expect(second.plan.at(-1)?.detail).toMatch(/1 older stay/);
    expect(await at.deployer.remove('hub')).toMatchObject({ state: 'removed' });
    expect(await at.deployer.status('hub')).toMatchObject({ live: [], drift: null });
  });

  test('a registry that cannot be reached is told in a sentence, soon', async () => {
    const gone = await another({});
    const at = await scene(`repository: "${gone.host}/m"`);
    await at.deployer.deploy('hub', await at.version('1.0.0'));
    await gone.stop();
    const started = Date.now();
    expect((await at.deployer.doctor('hub'))[0]).toMatchObject({
      ok: false,
      what: expect.stringMatching(/cannot be reached: connect ECONNREFUSED/) as string,
    });
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
