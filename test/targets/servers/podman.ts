import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { startProgram } from './program.ts';

const run = promisify(execFile);
const runtime = resolve(import.meta.dirname, '../../../node_modules/onnxruntime-node/bin/napi-v6');

/** What our image is built on in tests: this Node and the libraries that it and the runtime load. */
export const baseImage = 'localhost/slipway-test-base:1';

export interface TestPodman {
  /** Path of the API socket. */
  readonly socket: string;
  readonly docker: Docker;
  /** Of its images, containers and volumes. */
  readonly store: string;
  stop(): Promise<void>;
}

/**
 * Podman's API with a store of its own, as root, and without asking any registry.
 * @param megabytes of a disk of its own for the store; null: that of temporary files
 */
export async function startPodman(megabytes: number | null = null): Promise<TestPodman> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-podman-'));
  const disk = join(dir, 'root');
  if (megabytes !== null) {
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  }
  const socket = join(dir, 'podman.sock');
  const store = ['--root', disk, '--runroot', join(dir, 'run'), '--tmpdir', join(dir, 'tmp')];
  const own = [...store, '--cgroup-manager', 'cgroupfs', '--runtime', 'runc'];
  const docker = new Docker({ socketPath: socket });
  const program = await startProgram(
    'podman',
    [...own, 'system', 'service', '--time=0', `unix://${socket}`],
    async () => (await docker.ping(), true),
  );
  const stop = async (): Promise<void> => {
    // On a full disk nothing is stopped.
    if (megabytes !== null) await run('mount', ['-o', `remount,size=${2 * megabytes}m`, disk]);
    await run('podman', [...own, 'rm', '--all', '--force', '--time', '0']).catch(() => undefined);
    await program.stop();
    await endMonitors(dir);
    await run('umount', [join(disk, 'overlay')]).catch(() => undefined);
    if (megabytes !== null) await run('umount', [disk]);
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await importBase(docker, dir);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, docker, store: disk, stop };
}

/** No registry can be asked: the base image is made of what runs this test. */
async function importBase(docker: Docker, dir: string): Promise<void> {
  const base = join(dir, 'base');
  const node = join(base, 'usr/local/bin/node');
  await mkdir(dirname(node), { recursive: true });
  await mkdir(join(base, 'tmp'));
  await copyFile(process.execPath, node);
  for (const library of await libraries()) {
    await mkdir(dirname(join(base, library)), { recursive: true });
    await copyFile(library, join(base, library));
  }
  const archive = join(dir, 'base.tar');
  await run('tar', ['-C', base, '-cf', archive, '.']);
  const stream = await docker.importImage(archive, {
    repo: baseImage.split(':')[0]!,
    tag: '1',
  });
  await new Promise<void>((done, failed) =>
    docker.modem.followProgress(stream, error => (error === null ? done() : failed(error))),
  );
  const [image] = await docker.listImages();
  await docker.getImage(image!.Id).tag({ repo: baseImage.split(':')[0]!, tag: '1' });
  await rm(base, { recursive: true });
  await rm(archive);
}

/** Absolute paths of the shared libraries that Node and the native runtime load. */
async function libraries(): Promise<readonly string[]> {
  const folder = join(runtime, process.platform, process.arch);
  const natives = (await readdir(folder)).map(name => join(folder, name));
  const { stdout } = await run('ldd', [process.execPath, ...natives]);
  const found = [...new Set([...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => path!))];
  const there = await Promise.all(
    found.map(async path => ((await stat(path).catch(() => null)) === null ? [] : [path])),
  );
  return there.flat();
}

/** Podman leaves a monitor of each command that ran in a container for minutes: those of this store are ended. */
async function endMonitors(dir: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('conmon') && line.includes(dir)) process.kill(Number(pid), 'SIGKILL');
  }
}
