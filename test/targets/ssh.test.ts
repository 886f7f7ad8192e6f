import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import { Session } from '../../src/deploy/targets/ssh/session.ts';
import { sshSettings } from '../../src/deploy/targets/ssh/settings.ts';
import { makeDeployer } from '../../src/deploy/testing.ts';
import { freePort } from '../../tools/freePort.ts';
import { builtServer } from '../../src/serve/builtServer.ts';
import { targetScene, type TargetScene } from './scene.ts';
import { startLine, type Line } from './servers/line.ts';
import { startSshd, type TestSshd } from './servers/sshd.ts';

/** More than there are. */
const mostScenes = 100;

let sshd: TestSshd;
let remote: string;
let ports: readonly number[];
let line: Line;
let scenes = 0;
beforeAll(async () => {
  sshd = await startSshd();
  line = await startLine({ host: '127.0.0.1', port: sshd.port });
  remote = await mkdtemp(join(tmpdir(), 'slipway-remote-'));
  ports = await Promise.all(Array.from({ length: mostScenes }, freePort));
});
afterAll(async () => {
  line.stop();
  await sshd.stop();
  await rm(remote, { recursive: true, force: true });
});

/** Each scene has a folder and a port of its own on the host. */
function nextSettings(more: Readonly<Record<string, string | number>> = {}): string {
  scenes += 1;
  const all = {
    ...{ kind: 'ssh', host: '127.0.0.1', sshPort: sshd.port, user: sshd.user, key: sshd.key },
    ...{ knownHosts: sshd.knownHosts, node: process.execPath, service: 'process', model: 'credit-risk' },
    ...{ path: folder(), port: port(), ...more },
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');
}

function port(): number {
  return ports[scenes]!;
}

function folder(): string {
  return join(remote, `scene-${scenes}`);
}

/** Ends the server of a scene as a host that is switched off does. */
async function endServer(dir: string): Promise<void> {
  const text = await readFile(join(dir, 'run/server.json'), 'utf8').catch(() => null);
  if (text === null) return;
  try {
    process.kill((JSON.parse(text) as { pid: number }).pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

targetContract('ssh', {
  get settings() {
    return nextSettings();
  },
  meddle: async () => {
    const nothing = { schema: 'slipway/serving@1', model: 'credit-risk', versions: [] };
    await writeFile(join(folder(), 'current/serving.json'), JSON.stringify(nothing));
    // The server looks at the file at least once a second.
    await new Promise(resolve => setTimeout(resolve, 1500));
  },
  clean: async () => {
    await endServer(folder());
    await rm(folder(), { recursive: true, force: true });
  },
  killEvery: 4,
  holds: true,
  // Only the host can ask; here, this machine is the host.
  canary: { send: (_, inputs) => sendInfer(`http://127.0.0.1:${port()}`, inputs) },
  access: { url: () => `https://127.0.0.1:${port()}`, exposed: readable },
  faults: {
    get settings() {
      const known = join(remote, 'through-line');
      const key = readFileSync(sshd.knownHosts, 'utf8').split(' ').slice(1).join(' ');
      writeFileSync(known, `[127.0.0.1]:${line.port} ${key}`);
      return nextSettings({ sshPort: line.port, knownHosts: known });
    },
    cut: () => line.cut(),
    mend: () => line.mend(),
    slow: milliseconds => line.slow(milliseconds),
  },
});

/** What other users of the host can read: command lines, and files that are not for one user only. */
async function readable(): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args=']);
  const all = await readdir(folder(), { recursive: true, withFileTypes: true });
  const files = all.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const modes = await Promise.all(files.map(async file => (await stat(file)).mode & 0o777));
  const hidden = files.filter((_, place) => modes[place] === 0o400);
  expect(hidden.map(file => basename(file)).sort()).toEqual(['cert.pem', 'clients.pem', 'key.pem', 'token']);
  const shown = files.filter(file => !hidden.includes(file) && !file.includes('/program-'));
  return [stdout, ...(await Promise.all(shown.map(file => readFile(file, 'latin1'))))].join();
}

describe('ssh host', () => {
  const distDir = builtServer();

  const scene = (settings = nextSettings()): Promise<TargetScene> => {
    const dir = folder();
    return targetScene(distDir(), { name: 'box', settings }, () => endServer(dir));
  };

  test('releases by digest, a link that names one; versions change under load without a failed request; removal leaves nothing', async () => {
    const { deployer, version } = await scene();
    const dir = folder();
    expect(await deployer.deploy('box', await version('1.0.0'))).toMatchObject({ state: 'live' });
    const before = await readlink(join(dir, 'current'));
    expect(before).toMatch(/^releases\/[0-9a-f]{64}$/);
    const url = `http://127.0.0.1:${port()}/v2/models/credit-risk`;
    const metadata = (await (await fetch(url)).json()) as { inputs: { name: string; datatype: string }[] };
    const inputs = metadata.inputs.map(input => ({
      ...input,
      shape: [1, 1],
      data: [input.datatype === 'BYTES' ? 'a' : 1],
    }));
    const answers: number[] = [];
    const loaded = new AbortController();
    const load = (async (): Promise<void> => {
      const headers = { 'content-type': 'application/json' };
      while (!loaded.signal.aborted)
        answers.push(
          (await fetch(`${url}/infer`, { method: 'POST', headers, body: JSON.stringify({ inputs }) })).status,
        );
    })();
    const two = await deployer.deploy('box', await version('1.1.0'));
    loaded.abort();
    await load;
    expect(two.state).toBe('live');
    expect(answers.length).toBeGreaterThan(20);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await readlink(join(dir, 'current'))).not.toBe(before);
    expect(await readdir(join(dir, 'releases'))).toHaveLength(1);
    await deployer.remove('box');
    expect(await readdir(remote)).not.toContain(`scene-${scenes}`);
  });

  test('a host that is not known, or shows another key, is refused with its fingerprint', async () => {
    const empty = join(remote, 'nobody');
    await writeFile(empty, '');
    const unknown = await scene(nextSettings({ knownHosts: empty }));
    const told = (await unknown.deployer.doctor('box'))[0];
    expect(told).toMatchObject({ ok: false });
    expect(told?.what).toMatch(
      /shows the key SHA256:[\w+/]{43} \(ssh-ed25519\), which .* does not have.*ssh-keyscan/,
    );

    const other = join(remote, 'other');
    const line = await readFile(sshd.knownHosts, 'utf8');
    const [name, type] = line.split(' ');
    await writeFile(
      other,
      `${name!} ${type!} ${(await readFile(`${sshd.key}.pub`, 'utf8')).split(' ')[1]!}\n`,
    );
    const changed = await scene(nextSettings({ knownHosts: other }));
    expect((await changed.deployer.doctor('box'))[0]?.what).toMatch(/has another one for it/);
    await expect(changed.deployer.deploy('box', await changed.version('1.0.0'))).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/has another one for it/) as string,
    });
  });

  test('the passphrase of a key is a named secret; a key that is not accepted is told', async () => {
    const at = await scene(nextSettings({ key: sshd.lockedKey, passphrase: 'BOX_PASSPHRASE' }));
    vi.stubEnv('BOX_PASSPHRASE', 'open sesame');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await at.deployer.doctor('box'))[0]).toMatchObject({ ok: true });
    vi.stubEnv('BOX_PASSPHRASE', 'wrong');
    const locked = await makeDeployer(at.root, distDir());
    expect((await locked.deployer.doctor('box'))[0]?.what).toMatch(/cannot be opened.*BOX_PASSPHRASE/);
    const stranger = await scene(nextSettings({ user: 'nobody' }));
    expect((await stranger.deployer.doctor('box'))[0]?.what).toMatch(
      /nobody@127\.0\.0\.1:\d+ refuses the login/,
    );
  });

  test('what a host lacks is told before anything is done', async () => {
    const noNode = await scene(nextSettings({ node: '/opt/none/node' }));
    expect((await noNode.deployer.doctor('box'))[0]?.what).toMatch(
      /has no Node that runs as `\/opt\/none\/node`/,
    );
    const foreign = await scene();
    await mkdir(folder());
    await writeFile(join(folder(), 'thesis.txt'), 'dear');
    await expect(foreign.deployer.deploy('box', await foreign.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/is not empty, and not of a target/) as string,
    });
    expect(await readdir(folder())).toEqual(['thesis.txt']);
  });

  test('a command that is cancelled is ended there with all that it began; one whose line is cut ends in its time', async () => {
    const own = await startSshd();
    onTestFinished(() => own.stop());
    const reached = { sshPort: own.port, key: own.key, knownHosts: own.knownHosts, node: process.execPath };
    const settings = sshSettings.parse({
      ...{ kind: 'ssh', host: '127.0.0.1', user: own.user, port: 1, ...reached },
    });
    const session = new Session(settings, () => Promise.reject(new Error('no secret')));
    onTestFinished(() => session.close());
    const running = async (word: string): Promise<number> => {
      const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args=']);
      return stdout.split('\n').filter(line => line.includes(`sleep ${word}`) && !line.includes('sh -c'))
        .length;
    };
    const never = new AbortController().signal;
    await session.use(never, async host => {
      const stop = new AbortController();
      const begins = host.run(['sh', '-c', 'sleep 7771 & sleep 7771; echo late'], { signal: stop.signal });
      const told = expect(begins).rejects.toThrow(/abort/i);
      await expect.poll(() => running('7771'), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
      stop.abort();
      await told;
      expect(await running('7771')).toBe(0);
      await expect(host.run(['sleep', '7772'], { signal: never, ms: 3_000 })).rejects.toThrow(
        /did not finish sleep within 3 s/,
      );
      expect(await running('7772')).toBe(0);
      const { code, stdout, stderr } = await host.run(['sh', '-c', 'echo out; echo err >&2; exit 7'], {
        signal: never,
      });
      expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
      const cut = host.run(['sleep', '7773'], { signal: never, ms: 1_000 }).catch(() => undefined);
      await expect.poll(() => running('7773'), { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
      await own.cut();
      await cut;
      await expect.poll(() => running('7773'), { timeout: 30_000 }).toBe(0);
    });
  });

  test.runIf(process.getuid?.() === 0)(
    'a unit of the user starts the server, again when it dies and when the host boots; removal takes it away',
    { timeout: 300_000 },
    async () => {
      const own = await startSshd({ systemd: true });
      onTestFinished(() => own.stop());
      const reached = { sshPort: own.port, key: own.key, knownHosts: own.knownHosts };
      const at = await scene(nextSettings({ ...reached, service: 'systemd', token: 'BOX_TOKEN' }));
      vi.stubEnv('BOX_TOKEN', 'open sesame');
      onTestFinished(() => void vi.unstubAllEnvs());
      const release = await at.deployer.deploy('box', await at.version('1.0.0'));
      expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'live', golden: { rows: 8 } });
      const log = join(folder(), 'run/server.log');
      const starts = async (): Promise<number> => (await readFile(log, 'utf8')).split('serving 1.0.0').length;
      const before = await starts();
      const { stdout } = await promisify(execFile)('pgrep', ['-f', `${folder()}/program-.*--instance`]);
      for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
      await expect.poll(starts, { timeout: 60_000 }).toBeGreaterThan(before);
      const answers = async (): Promise<unknown> => {
        const { healthy, live } = await at.deployer.status('box');
        return { healthy, live: live.map(({ version }) => version) };
      };
      await expect.poll(answers, { timeout: 60_000 }).toEqual({ healthy: true, live: ['1.0.0'] });
      const died = await starts();
      await own.boot();
      await expect.poll(answers, { timeout: 60_000 }).toEqual({ healthy: true, live: ['1.0.0'] });
      expect(await starts()).toBeGreaterThan(died);
      expect(await at.deployer.remove('box')).toMatchObject({ state: 'removed' });
      expect(await readdir(join(own.home, '.config/systemd/user'))).toEqual([]);
    },
  );

  test.runIf(process.getuid?.() === 0)(
    'a disk without room is told before, and one that fills up in the middle leaves nothing half-done',
    async () => {
      const small = join(remote, 'small');
      await mkdir(small);
      await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=150m', 'tmpfs', small]);
      onTestFinished(() => promisify(execFile)('umount', ['--lazy', small]).then(() => undefined));
      const at = await scene(nextSettings({ path: join(small, 'box') }));
      const filler = join(small, 'filler');
      await writeFile(filler, Buffer.alloc(100 * 1024 * 1024));
      await expect(at.deployer.deploy('box', await at.version('1.0.0'))).rejects.toMatchObject({
        code: 'not-fit',
        message: expect.stringMatching(/has \d+ MB left\. Make room there\./) as string,
      });
      await rm(filler);
      const fills: Promise<void>[] = [];
      const { deployer } = await makeDeployer(at.root, distDir());
      onTestFinished(() => deployer.dispose());
      const release = await deployer.deploy('box', await at.version('1.0.0'), {
        onEvent: event => {
          if (event.kind !== 'record' || event.record.type !== 'step') return;
          if (event.record.step === 'program' && event.record.phase === 'intent')
            fills.push(promisify(execFile)('fallocate', ['-l', '140M', filler]).then(() => undefined));
        },
      });
      await Promise.all(fills);
      expect(release.state).toBe('undone');
      expect(release.plan.map(({ detail }) => detail ?? '').join(' ')).toMatch(/No space left on device/);
      expect(await readdir(small)).toEqual(['filler']);
      await rm(filler);
      expect(await deployer.deploy('box', await at.version('1.0.0'))).toMatchObject({ state: 'live' });
      await deployer.remove('box');
    },
  );

  test('a line that is cut is told at once, and the next run undoes what was begun', async () => {
    const own = await startSshd();
    onTestFinished(() => own.stop());
    const reached = { sshPort: own.port, key: own.key, knownHosts: own.knownHosts };
    const at = await scene(nextSettings(reached));
    const cuts: Promise<void>[] = [];
    const release = await at.deployer.deploy('box', await at.version('1.0.0'), {
      onEvent: event => {
        if (event.kind !== 'record' || event.record.type !== 'step') return;
        if (event.record.step.startsWith('copy') && event.record.phase === 'intent') cuts.push(own.cut());
      },
    });
    expect(release.state).toBe('failed');
    expect(release.plan.map(({ detail }) => detail).join(' ')).toMatch(/broke off|cannot be reached/);
    await Promise.all(cuts);
    expect(await at.deployer.status('box')).toMatchObject({
      healthy: false,
      sentence: expect.stringMatching(/cannot be reached on port/) as string,
    });
  });
});
