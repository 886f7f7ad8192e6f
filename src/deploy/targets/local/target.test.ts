import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtServer } from '../../../serve/builtServer.ts';
import type { ResolvedModel } from '../../../workspace/types.ts';
import type { Deployer } from '../../deployer.ts';
import { makeDeployer, makeWorkspace, type TestOptions } from '../../testing.ts';
import { ServerProcess } from './serverProcess.ts';
import { sendInfer, targetContract } from '../contract.ts';

targetContract('local', {
  settings: 'kind: local, port: 0, model: credit-risk',
  meddle: async (root, target) => {
    const file = join(root, '.slipway/targets', target, 'serving.json');
    await writeFile(
      file,
      JSON.stringify({ schema: 'slipway/serving@1', model: 'credit-risk', versions: [] }),
    );
    // The server looks at the file at least once a second.
    await new Promise(resolve => setTimeout(resolve, 1500));
  },
  canary: { send: sendInfer },
  access: { url: endpoint => endpoint!, exposed: commandLines },
  clean: (root, target, distDir) =>
    new ServerProcess(join(root, '.slipway/targets', target), join(distDir, 'server.js')).stop(
      AbortSignal.timeout(20_000),
    ),
});

async function commandLines(): Promise<string> {
  return (await promisify(execFile)('ps', ['-A', '-o', 'args='])).stdout;
}

describe('local server', () => {
  const distDir = builtServer();

  async function scene(
    settings: string,
    options: TestOptions = {},
  ): Promise<{ root: string; deployer: Deployer; version: (name: string) => Promise<ResolvedModel> }> {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(async () => {
      await serverOf(root).stop(AbortSignal.timeout(20_000));
      await rm(root, { recursive: true, force: true });
    });
    await makeWorkspace(root, { name: 'staging', settings: `kind: local, ${settings}` });
    const { deployer, workspace } = await makeDeployer(root, distDir(), options);
    return { root, deployer, version: async name => await workspace.resolve(`credit-risk@${name}`) };
  }
  const serverOf = (root: string): ServerProcess =>
    new ServerProcess(join(root, '.slipway/targets/staging'), join(distDir(), 'server.js'));

  test('a port in use is said before anything is done', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { deployer, version } = await scene(`port: ${port}`);
    await expect(deployer.deploy('staging', await version('1.0.0'))).rejects.toMatchObject({
      code: 'not-fit',
      message: expect.stringMatching(new RegExp(`^Port ${port} on 127.0.0.1 is in use`)) as string,
    });
    expect(await deployer.history('staging')).toEqual([]);
  });

  test('a deployment under load fails no request', async () => {
    const { deployer, version } = await scene('port: 0');
    const first = await deployer.deploy('staging', await version('1.0.0'));
    const inputs = (
      (await (await fetch(`${first.endpoint!}/v2/models/credit-risk`)).json()) as {
        inputs: { name: string; datatype: string }[];
      }
    ).inputs.map(input => ({ ...input, shape: [1, 1], data: [input.datatype === 'BYTES' ? 'a' : 1] }));
    const seen = new Set<string>();
    const loaded = new AbortController();
    const load = (async () => {
      while (!loaded.signal.aborted) seen.add((await deployer.infer('staging', inputs)).digest);
    })();
    const second = await deployer.deploy('staging', await version('1.1.0'));
    seen.add((await deployer.infer('staging', inputs)).digest);
    loaded.abort();
    await load;
    expect(seen).toEqual(new Set([first.model.digest, second.model.digest]));
  });

  test('it outlives its deployer only when asked to, and is started again from what it holds', async () => {
    const { root, deployer, version } = await scene('port: 0', { keepRunning: false });
    await deployer.deploy('staging', await version('1.0.0'));
    await deployer.dispose();
    expect(await deployer.status('staging')).toMatchObject({
      healthy: false,
      drift: null,
      sentence: 'the server does not run; start it or deploy again',
    });
    expect(await deployer.resume('staging')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });

    const { deployer: keeping } = await makeDeployer(root, distDir());
    await keeping.dispose();
    expect(await keeping.status('staging')).toMatchObject({ healthy: true });
    expect((await keeping.logs('staging', 3)).at(-1)).toMatch(/serving 1\.0\.0/);
  });

  test('it ends when its folder is removed', async () => {
    const { root, deployer, version } = await scene('port: 0');
    const { endpoint } = await deployer.deploy('staging', await version('1.0.0'));
    await rm(join(root, '.slipway'), { recursive: true });
    await expect
      .poll(
        () =>
          fetch(`${endpoint!}/v2/health/live`).then(
            () => 'answers',
            () => 'gone',
          ),
        { timeout: 15_000 },
      )
      .toBe('gone');
  });

  test('a pid that another process has come to have is left alone', async () => {
    const { root } = await scene('port: 0');
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    const said = { listening: 1, host: '127.0.0.1', pid: other.pid, instance: 'ours', since: '' };
    const file = join(root, '.slipway/targets/staging/server.json');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, JSON.stringify(said));
    await serverOf(root).stop(AbortSignal.timeout(5_000));
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
  });

  test('a certificate that is not there, or is not believed, is said', async () => {
    const tls = resolve(import.meta.dirname, '../../../../test/tls');
    const lacking = await scene(`port: 0, tls: { cert: ${tls}/server.pem, key: ${tls}/nothing.key }`);
    await expect(lacking.deployer.deploy('staging', await lacking.version('1.0.0'))).rejects.toMatchObject({
      code: 'not-fit',
      message: expect.stringMatching(/nothing\.key, which `tls` names, cannot be read \(ENOENT\)/) as string,
    });
    const stranger = await scene(`port: 0, tls: { cert: ${tls}/server.pem, key: ${tls}/server.key }`);
    const release = await stranger.deployer.deploy('staging', await stranger.version('1.0.0'));
    expect(release.state).toBe('undone');
    expect(JSON.stringify(release.plan)).toMatch(/The certificate of https:\S+ is not believed/);
  });

  test('a server that hangs is seen within seconds, and replaced', async () => {
    const { root, deployer, version } = await scene('port: 0');
    await deployer.deploy('staging', await version('1.0.0'));
    const file = join(root, '.slipway/targets/staging/server.json');
    const { pid } = JSON.parse(await readFile(file, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was replaced.
      }
    });
    const began = performance.now();
    expect(await deployer.status('staging')).toMatchObject({ healthy: false });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await deployer.deploy('staging', await version('1.1.0'))).toMatchObject({ state: 'live' });
    expect(await deployer.status('staging')).toMatchObject({ healthy: true, live: [{ version: '1.1.0' }] });
  });

  test('a target for one model refuses another', async () => {
    const { deployer, version } = await scene('port: 0, model: something-else');
    await expect(deployer.deploy('staging', await version('1.0.0'))).rejects.toMatchObject({
      code: 'wrong-model',
    });
    await expect(deployer.status('nowhere')).rejects.toMatchObject({ code: 'unknown-target' });
  });
});
