import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from './connection.ts';

afterEach(() => void vi.unstubAllEnvs());

/** What the client asks, and how: it reads the environment of the process too. */
async function modemOf(socket: string | null, env: Readonly<Record<string, string>>): Promise<unknown> {
  for (const name of ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY']) vi.stubEnv(name, env[name]);
  return ((await connect(socket, env)).docker as { modem: unknown }).modem;
}

async function certificates(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-certificates-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  for (const name of ['ca', 'cert', 'key']) await writeFile(join(dir, `${name}.pem`), name);
  return dir;
}

test.each(['tcp://builder:2375', 'tcp://builder:2376', 'ssh://me@builder', 'unix:///other.sock'])(
  '`socket` is what is asked, whatever DOCKER_HOST=%s names',
  async host => {
    expect(await modemOf('unix:///run/own.sock', { DOCKER_HOST: host })).toMatchObject({
      host: '',
      socketPath: '/run/own.sock',
      protocol: 'http',
    });
  },
);

test('a remote `socket` is shown the certificates of DOCKER_CERT_PATH, which must be there', async () => {
  const remote = { host: 'builder', port: 2376, protocol: 'https' };
  const [ca, cert, key] = ['ca', 'cert', 'key'].map(text => Buffer.from(text));
  const env = { DOCKER_CERT_PATH: await certificates() };
  expect(await modemOf('tcp://builder:2376', env)).toMatchObject({ ...remote, ca, cert, key });
  expect(await modemOf('tcp://builder:2376', {})).toMatchObject({ ...remote, ca: undefined });
  await expect(modemOf('tcp://builder:2376', { DOCKER_CERT_PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'docker-certificates',
    message: expect.stringMatching(/\w+\.pem cannot be read \(ENOENT\)/) as string,
  });
});

test('a bare DOCKER_HOST is a host of TCP', async () => {
  expect(await modemOf(null, { DOCKER_HOST: 'builder:2375' })).toMatchObject({
    host: 'builder',
    port: '2375',
    protocol: 'http',
  });
});
