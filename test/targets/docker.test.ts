import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import { connect } from '../../src/deploy/targets/docker/connection.ts';
import { ServerContainer } from '../../src/deploy/targets/docker/container.ts';
import { dockerSettings } from '../../src/deploy/targets/docker/settings.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import { freePort } from '../../tools/freePort.ts';
import { builtServer } from '../../src/serve/builtServer.ts';
import { targetScene, type TargetScene } from './scene.ts';
import { startLine, type Line } from './servers/line.ts';
import { baseImage, startPodman, type TestPodman } from './servers/podman.ts';

let podman: TestPodman;
let first: number;
let line: Line;
let scenes = 0;
beforeAll(async () => {
  podman = await startPodman();
  line = await startLine({ path: podman.socket }, `${podman.socket}.line`);
  first = await freePort();
});
afterAll(async () => {
  line.stop();
  await podman.stop();
});

const never = new AbortController().signal;

/** Each scene has a container and a port of its own. */
function nextSettings(more = ''): string {
  scenes += 1;
  const fixed = `network: host, isolation: chroot, ulimits: { nofile: 1024, nproc: 1024 }, model: credit-risk`;
  return `kind: docker, socket: ${podman.socket}, base: "${baseImage}", container: scene-${scenes}, port: ${first + scenes}, ${fixed}${more}`;
}

async function containerOf(target: string): Promise<ServerContainer> {
  const settings = dockerSettings.parse({ kind: 'docker', port: 1, container: `scene-${scenes}` });
  return new ServerContainer(target, settings, await connect(podman.socket, {}));
}

targetContract('docker', {
  get settings() {
    return nextSettings();
  },
  meddle: async (_, target) => {
    const container = await containerOf(target);
    await container.volume.putServing(
      { schema: 'slipway/serving@1', model: 'credit-risk', versions: [] },
      never,
    );
    // The server looks at the file at least once a second.
    await new Promise(resolve => setTimeout(resolve, 1500));
  },
  clean: async (_, target) => {
    await (await containerOf(target)).removeAll(never);
  },
  killEvery: 4,
  holds: true,
  canary: { send: sendInfer },
  access: { url: endpoint => endpoint!, exposed: inspected },
  faults: {
    get settings() {
      return nextSettings().replace(podman.socket, `${podman.socket}.line`);
    },
    cut: () => line.cut(),
    mend: () => line.mend(),
    slow: milliseconds => line.slow(milliseconds),
  },
});

/** What the engine tells of the container and of all images. */
async function inspected(): Promise<string> {
  const { docker } = podman;
  const container = docker.getContainer(`scene-${scenes}`);
  const images = (await docker.listImages()).map(({ Id }) => docker.getImage(Id));
  const told = [container.inspect(), ...images.flatMap(image => [image.inspect(), image.history()])];
  return JSON.stringify(await Promise.all(told));
}

describe('docker', () => {
  const distDir = builtServer();

  const scene = (settings = nextSettings()): Promise<TargetScene> =>
    targetScene(distDir(), { name: 'box', settings }, async () =>
      (await containerOf('box')).removeAll(never),
    );

  /** Runs a command in the container. @returns its exit code and what it said */
  async function inside(command: readonly string[]): Promise<readonly [number | null, string]> {
    const container = podman.docker.getContainer(`scene-${scenes}`);
    const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
    const said = new PassThrough();
    const stream = await exec.start({});
    podman.docker.modem.demuxStream(stream, said, said);
    await finished(stream, { writable: false });
    return [(await exec.inspect()).ExitCode, String(said.read() ?? '').trim()];
  }

  async function liveLabel(): Promise<string | undefined> {
    const { Config } = await podman.docker.getImage(`localhost/scene-${scenes}:live`).inspect();
    return Config.Labels['io.slipway.live'];
  }

  async function names(): Promise<readonly string[]> {
    const all = await podman.docker.listContainers({ all: true });
    return all.flatMap(({ Names }) => Names);
  }

  test('the container is hardened and labelled; versions change under load without a failed request; removal leaves nothing', async () => {
    const { deployer, version } = await scene();
    const before = await podman.docker.listVolumes();
    const one = await deployer.deploy('box', await version('1.0.0'));
    expect(one).toMatchObject({ state: 'live', golden: { rows: 8 } });
    const found = await podman.docker.getContainer(`scene-${scenes}`).inspect();
    expect(found.Config).toMatchObject({ User: '65532:65532', Labels: { 'io.slipway.target': 'box' } });
    expect(found.Config.Healthcheck?.Test?.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    expect(found.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapAdd: [],
      SecurityOpt: expect.arrayContaining(['no-new-privileges']) as string[],
      RestartPolicy: { Name: 'unless-stopped' },
    });
    // What it is told, it is: neither root nor able to write beside its volume; the health check passes.
    expect(await inside(['node', '-p', 'process.getuid()+" "+process.getgid()'])).toEqual([0, '65532 65532']);
    const write = "require('fs').writeFileSync('/srv/slipway/x','')";
    expect(await inside(['node', '-e', write])).toEqual([1, expect.stringContaining('EROFS')]);
    expect(await inside(found.Config.Healthcheck!.Test!.slice(1))).toEqual([0, '']);
    expect(await liveLabel()).toBe(`sha256:${one.model.digest}=1`);

    const metadata = (await (await fetch(`${one.endpoint!}/v2/models/credit-risk`)).json()) as {
      inputs: { name: string; datatype: string }[];
    };
    const inputs = metadata.inputs.map(input => ({
      ...input,
      shape: [1, 1],
      data: [input.datatype === 'BYTES' ? 'a' : 1],
    }));
    const answers: number[] = [];
    const loaded = new AbortController();
    const load = (async (): Promise<void> => {
      while (!loaded.signal.aborted) {
        const body = JSON.stringify({ inputs });
        const headers = { 'content-type': 'application/json' };
        const url = `${one.endpoint!}/v2/models/credit-risk/infer`;
        answers.push((await fetch(url, { method: 'POST', headers, body })).status);
      }
    })();
    const two = await deployer.deploy('box', await version('1.1.0'));
    loaded.abort();
    await load;
    expect(two.state).toBe('live');
    expect(await liveLabel()).toBe(`sha256:${two.model.digest}=1`);
    expect(answers.length).toBeGreaterThan(20);
    expect(new Set(answers)).toEqual(new Set([200]));

    await deployer.remove('box');
    expect(await names()).toEqual([]);
    expect(await podman.docker.listVolumes()).toEqual(before);
    const tags = (await podman.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    // Tests before this one took their containers away by themselves: their releases' images are still there.
    const others = /test-base|scene-\d+:live$/;
    expect(tags.filter(tag => tag.startsWith(`localhost/scene-${scenes}:`) || !others.test(tag))).toEqual([]);
  });

  test('another port puts a new container in place of the old, and a bad one puts the old back', async () => {
    const { root, deployer, version } = await scene();
    await deployer.deploy('box', await version('1.0.0'));
    const taken = first + 900;
    const settings = nextSettings().replace(/container: [^,]+/, `container: scene-${scenes - 1}`);
    scenes -= 1;
    const moved = settings.replace(/port: \d+/, `port: ${taken}`);
    await makeWorkspace(root, { name: 'box', settings: moved });
    const { deployer: mover, workspace } = await makeDeployer(root, distDir());
    const release = await mover.deploy('box', await workspace.resolve('credit-risk@1.1.0'));
    expect(release.plan.map(({ name }) => name)).toContain('start');
    expect(release).toMatchObject({ state: 'live', endpoint: `http://127.0.0.1:${taken}` });
    expect(await names()).toEqual([`/scene-${scenes}`]);

    // Fewer files than Node needs to start: the container ends at once.
    await makeWorkspace(root, { name: 'box', settings: moved.replace('nofile: 1024', 'nofile: 8') });
    const { deployer: breaker } = await makeDeployer(root, distDir());
    const broken = await breaker.deploy('box', await workspace.resolve('credit-risk@1.0.0'));
    expect(broken.state).toBe('undone');
    expect(await mover.status('box')).toMatchObject({ healthy: true, live: [{ version: '1.1.0' }] });
  });

  test('a replacement cut off before the old container was put aside runs it again; one left aside hinders none', async () => {
    const settings = nextSettings();
    const { root, deployer, version } = await scene(settings);
    await deployer.deploy('box', await version('1.0.0'));
    const name = `scene-${scenes}`;
    await podman.docker.createContainer({
      name: `${name}-before`,
      Image: baseImage,
      Cmd: ['node'],
      Labels: { 'io.slipway.target': 'box' },
    });
    await podman.docker.getContainer(name).stop({ t: 10 });
    const made = await (await containerOf('box')).find(never);
    await (await containerOf('box')).undoStart(made!.shape, never);
    await expect.poll(() => deployer.status('box'), { timeout: 20_000 }).toMatchObject({ healthy: true });

    const broken = settings.replace(/port: \d+/, `port: ${first + 901}`).replace('nofile: 1024', 'nofile: 8');
    await makeWorkspace(root, { name: 'box', settings: broken });
    const { deployer: breaker } = await makeDeployer(root, distDir());
    expect(await breaker.deploy('box', await version('1.0.0'))).toMatchObject({ state: 'undone' });
    expect(await names()).toEqual([`/${name}`]);
    await makeWorkspace(root, { name: 'box', settings });
    const { deployer: again } = await makeDeployer(root, distDir());
    await expect
      .poll(() => again.status('box'), { timeout: 20_000 })
      .toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
  });

  test('a stopped container is told, and started again from what it holds', async () => {
    const { deployer, version } = await scene();
    await deployer.deploy('box', await version('1.0.0'));
    await podman.docker.getContainer(`scene-${scenes}`).stop({ t: 10 });
    expect(await deployer.status('box')).toMatchObject({
      healthy: false,
      drift: null,
      sentence: expect.stringMatching(/does not run; start it/) as string,
    });
    expect(await deployer.resume('box')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
    expect((await deployer.logs('box', 5)).join('\n')).toMatch(/serving 1\.0\.0/);
  });

  test('an image that cannot be built, a socket that is not there and a foreign container are told in sentences', async () => {
    const unbuildable = await scene(nextSettings().replace(baseImage, 'localhost/not-there:1'));
    const release = await unbuildable.deployer.deploy('box', await unbuildable.version('1.0.0'));
    expect(release.state).toBe('undone');
    expect(release.plan[0]?.detail).toMatch(/The image could not be built: .*not-there/);

    const gone = await scene(nextSettings().replace(podman.socket, '/nowhere/docker.sock'));
    expect((await gone.deployer.doctor('box'))[0]).toMatchObject({
      ok: false,
      what: expect.stringMatching(
        /No container engine answers on \/nowhere\/docker\.sock \(ENOENT\)/,
      ) as string,
    });

    const foreign = await scene();
    await podman.docker.createContainer({ name: `scene-${scenes}`, Image: baseImage, Cmd: ['node'] });
    onTestFinished(() => podman.docker.getContainer(`scene-${scenes}`).remove({ force: true }));
    await expect(foreign.deployer.deploy('box', await foreign.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/is not of target box/) as string,
    });
  });

  test('a full disk of the engine is told in a sentence, leaves nothing half-made, and what is live answers', async () => {
    const small = await startPodman(600);
    onTestFinished(() => small.stop());
    const settings = nextSettings().replace(podman.socket, small.socket);
    const filler = join(small.store, 'filler');
    const leave = (bytes: number): void => {
      const { bavail, bsize } = statfsSync(small.store);
      execFileSync('fallocate', ['-l', String(bavail * bsize - bytes), filler]);
    };
    const made = async (): Promise<unknown> => ({
      containers: (await small.docker.listContainers({ all: true })).flatMap(({ Names }) => Names),
      volumes: (await small.docker.listVolumes()).Volumes.map(({ Name }) => Name),
      images: (await small.docker.listImages({ all: true })).map(({ Id }) => Id).sort(),
    });
    const { deployer, version } = await targetScene(distDir(), { name: 'box', settings }, () =>
      Promise.resolve(),
    );
    const before = await made();
    const full = /The disk of the container engine is full: free some space there.*no space left on device/is;

    leave(10e6);
    const first = await deployer.deploy('box', await version('1.0.0'));
    expect(first.state).toBe('undone');
    expect(first.plan.map(({ detail }) => detail).join(' ')).toMatch(full);
    expect(await made()).toEqual(before);
    rmSync(filler);
    expect(await deployer.deploy('box', await version('1.0.0'))).toMatchObject({ state: 'live' });

    const live = await made();
    leave(64 * 1024);
    const second = await deployer.deploy('box', await version('1.1.0'));
    expect(second.state).toBe('undone');
    expect(second.plan.map(({ detail }) => detail).join(' ')).toMatch(full);
    expect(await made()).toEqual(live);
    expect(await deployer.status('box')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
    const models = join(small.store, `volumes/scene-${scenes}/_data/models`);
    expect(readdirSync(models)).toHaveLength(1);
    rmSync(filler);
    expect(await deployer.deploy('box', await version('1.1.0'))).toMatchObject({ state: 'live' });
  });
});
