import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

const run = promisify(execFile);

export interface TestSshd {
  readonly port: number;
  readonly user: string;
  /** A key without a passphrase that may log in. */
  readonly key: string;
  /** As `key`, with the passphrase `open sesame`. */
  readonly lockedKey: string;
  readonly knownHosts: string;
  /** Ends the server and all its sessions at once, as a cut line does. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

/** OpenSSH's server on a port of loopback, for this user. */
export async function startSshd(): Promise<TestSshd> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-sshd-'));
  const port = await freePort();
  const keygen = (name: string, passphrase = ''): Promise<unknown> =>
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', join(dir, name)]);
  await keygen('host');
  await keygen('user');
  await keygen('locked', 'open sesame');
  const publicKey = async (name: string): Promise<string> => await readFile(join(dir, `${name}.pub`), 'utf8');
  await writeFile(join(dir, 'authorized'), (await publicKey('user')) + (await publicKey('locked')));
  await writeFile(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${await publicKey('host')}`);
  const config = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(dir, 'host')}`, 'PidFile none'],
    ...[`AuthorizedKeysFile ${join(dir, 'authorized')}`, 'StrictModes no', 'UsePAM no'],
    ...['PasswordAuthentication no', 'PermitRootLogin yes', 'Subsystem sftp internal-sftp', 'LogLevel ERROR'],
  ];
  await writeFile(join(dir, 'config'), `${config.join('\n')}\n`);
  // Where its Debian package keeps what is not root's, when the service itself was never started.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const program = await startProgram('/usr/sbin/sshd', ['-D', '-e', '-f', join(dir, 'config')], () =>
    listens(port),
  );
  const cut = async (): Promise<void> => {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    const parents = new Map(
      stdout
        .trim()
        .split('\n')
        .map(line => line.trim().split(/\s+/) as [string, string]),
    );
    await program.stop();
    for (const [pid, parent] of parents)
      if (parent === String(program.child.pid)) await run('kill', ['-KILL', pid]).catch(() => undefined);
  };
  return {
    port,
    user: userInfo().username,
    key: join(dir, 'user'),
    lockedKey: join(dir, 'locked'),
    knownHosts: join(dir, 'known_hosts'),
    cut,
    stop: async () => {
      await cut();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
