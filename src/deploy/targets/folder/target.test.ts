import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Listening } from '../../../serve/listening.ts';
import { builtServer } from '../../../serve/builtServer.ts';
import type { ResolvedModel } from '../../../workspace/types.ts';
import type { Deployer } from '../../deployer.ts';
import { makeDeployer, makeWorkspace } from '../../testing.ts';
import { targetContract } from '../contract.ts';

targetContract('folder', {
  settings: 'kind: folder, path: out/bundle, model: credit-risk',
  meddle: async root => {
    const nothing = { schema: 'slipway/serving@1', model: 'credit-risk', versions: [] };
    await writeFile(join(root, 'out/bundle/serving.json'), JSON.stringify(nothing));
  },
  clean: () => Promise.resolve(),
});

describe('bundle', () => {
  const distDir = builtServer();

  async function scene(
    settings: string,
  ): Promise<{ root: string; deployer: Deployer; model: ResolvedModel }> {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await makeWorkspace(root, { name: 'bundle', settings: `kind: folder, ${settings}` });
    const { deployer, workspace } = await makeDeployer(root, distDir());
    return { root, deployer, model: await workspace.resolve('credit-risk@1.1.0') };
  }

  test('runs elsewhere with nothing but Node, and removal leaves no trace', async () => {
    const { root, deployer, model } = await scene('path: out/bundle');
    const release = await deployer.deploy('bundle', model);
    expect(release).toMatchObject({ state: 'live', endpoint: join(root, 'out/bundle') });
    const elsewhere = await mkdtemp(join(tmpdir(), 'slipway-elsewhere-'));
    onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
    await cp(join(root, 'out/bundle'), elsewhere, { recursive: true });
    const child = spawn(process.execPath, ['server.js', '--port', '0'], {
      cwd: elsewhere,
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { listening } = JSON.parse(line) as Listening;
    const response = await fetch(`http://127.0.0.1:${listening}/v2/models/credit-risk`);
    expect(await response.json()).toMatchObject({ versions: [model.ref.digest] });
    expect(await readFile(join(elsewhere, 'README.md'), 'utf8')).toContain(model.ref.digest);

    await deployer.remove('bundle');
    expect(await readdir(join(root, 'out'))).toEqual([]);
  });

  test('a folder that cannot be written, holds other files or the workspace is refused untouched', async () => {
    const blocked = await scene('path: file/bundle');
    await writeFile(join(blocked.root, 'file'), 'not a folder');
    const full = await scene('path: out');
    await mkdir(join(full.root, 'out'));
    await writeFile(join(full.root, 'out/thesis.txt'), 'dear');
    const root = await scene('path: .');
    const system = await scene('path: /proc/slipway/bundle');
    for (const [{ deployer, model }, sentence] of [
      [blocked, /cannot be made: .*file is not a folder one may write to/],
      [full, /holds thesis\.txt, which is not of a bundle/],
      [root, /holds the workspace/],
      [system, /cannot be made: .* is not a folder one may write to/],
    ] as const) {
      await expect(deployer.deploy('bundle', model)).rejects.toMatchObject({
        code: 'not-fit',
        message: expect.stringMatching(sentence) as string,
      });
      expect(await deployer.history('bundle')).toEqual([]);
    }
    expect(await readdir(join(full.root, 'out'))).toEqual(['thesis.txt']);
  });

  test('a bundle for another platform carries its binaries and is verified by this machine', async () => {
    const other = process.platform === 'darwin' ? 'linux-x64' : 'darwin-arm64';
    const { root, deployer, model } = await scene(`path: out, platform: ${other}`);
    expect(await deployer.deploy('bundle', model)).toMatchObject({ state: 'live', golden: { rows: 8 } });
    const [platform, arch] = other.split('-') as [string, string];
    const binaries = join(root, 'out/node_modules/onnxruntime-node/bin/napi-v6');
    expect(await readdir(binaries)).toEqual([platform]);
    expect(await readdir(join(binaries, platform))).toEqual([arch]);
  });
});
