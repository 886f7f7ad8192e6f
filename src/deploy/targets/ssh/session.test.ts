import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import ssh from 'ssh2';
import { Session } from './session.ts';
import { sshSettings } from './settings.ts';

const never = new AbortController().signal;

interface Host {
  readonly session: Session;
  readonly logins: () => number;
  /** Of commands whose channel is open. */
  readonly open: () => number;
}

/** A host that starts commands which never end, and opens no file transfer the first time it is asked to. */
async function startHost(): Promise<Host> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-session-'));
  const { private: key, public: shown } = ssh.utils.generateKeyPairSync('ed25519');
  let [logins, open, transfers] = [0, 0, 0];
  const server = new ssh.Server({ hostKeys: [key] }, client => {
    logins += 1;
    client.on('error', () => undefined);
    client.on('authentication', asked => asked.accept());
    client.on('session', accept => {
      const opened = accept();
      opened.on('exec', start => {
        open += 1;
        start()
          .once('close', () => (open -= 1))
          .resume();
      });
      opened.on('sftp', (start, refuse) => {
        transfers += 1;
        if (transfers === 1) refuse();
        else {
          const files = start();
          files.on('OPENDIR', id => files.status(id, ssh.utils.sftp.STATUS_CODE.NO_SUCH_FILE));
        }
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const knownHosts = join(dir, 'known');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${shown}\n`);
  const settings = sshSettings.parse({
    ...{ kind: 'ssh', host: '127.0.0.1', sshPort: port, user: 'me', password: 'WORD', knownHosts, port: 1 },
  });
  const session = new Session(settings, () => Promise.resolve('word'));
  onTestFinished(async () => {
    await session.close();
    server.close();
    await rm(dir, { recursive: true });
  });
  return { session, logins: () => logins, open: () => open };
}

test('what is asked at once shares one login, also when the one before broke off', async () => {
  const { session, logins } = await startHost();
  const both = async (): Promise<boolean> => {
    const [one, two] = await Promise.all([1, 2].map(() => session.use(never, host => Promise.resolve(host))));
    return one === two;
  };
  expect(await both()).toBe(true);
  expect(logins()).toBe(1);
  await session.use(never, host => {
    host.close();
    return Promise.resolve();
  });
  expect(await both()).toBe(true);
  expect(logins()).toBe(2);
});

test('a command that is cancelled or late has its channel closed and its input destroyed', async () => {
  const { session, open } = await startHost();
  await session.use(never, async host => {
    const [stop, input] = [new AbortController(), new PassThrough()];
    const cancelled = host.run(['cat'], { signal: stop.signal, input });
    await expect.poll(open).toBe(1);
    stop.abort();
    await expect(cancelled).rejects.toThrow(/abort/i);
    expect(input.destroyed).toBe(true);
    await expect.poll(open).toBe(0);
    await expect(host.run(['sleep'], { signal: never, ms: 50 })).rejects.toThrow(
      /did not finish sleep within 0.05 s/,
    );
    await expect.poll(open).toBe(0);
  });
});

test('a file transfer that could not be opened is opened anew by the next question', async () => {
  const { session } = await startHost();
  await session.use(never, async host => {
    await expect(host.list('/srv', never)).rejects.toThrow(/does not open the file transfer/);
    expect(await host.list('/srv', never)).toEqual([]);
  });
});
