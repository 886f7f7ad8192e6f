import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram, type Program } from './program.ts';

const run = promisify(execFile);

export interface TestSshd {
  readonly port: number;
  readonly user: string;
  /** A key without a passphrase that may log in. */
  readonly key: string;
  /** As `key`, with the passphrase `open sesame`. */
  readonly lockedKey: string;
  readonly knownHosts: string;
  /** Of the user, on a host of its own. */
  readonly home: string;
  /** Ends the server and all its sessions at once, as a cut line does. */
  cut(): Promise<void>;
  /** Switches it off, with all that runs on it, and on again. */
  boot(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A host of its own, whose user has a systemd: other mounts and other processes than this machine's. What a host
 * sets up when it boots, `systemd --user` believes by /run/systemd/system.
 */
const booted = `
mkdir -p "$1/home" "$1/run" /run/systemd && chmod 700 "$1/run"
mount --bind "$1/home" "$HOME" && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system || exit 1
cd / && XDG_RUNTIME_DIR="$1/run" /lib/systemd/systemd --user --log-target=null &
exec /usr/sbin/sshd -D -e -f "$1/config"
`;
const ownHost = ['--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** OpenSSH's server on a port of loopback, for this user. @param systemd on a host of its own; only root can */
export async function startSshd({ systemd = false } = {}): Promise<TestSshd> {
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
    ...(systemd ? [`SetEnv XDG_RUNTIME_DIR=${join(dir, 'run')}`] : []),
  ];
  await writeFile(join(dir, 'config'), `${config.join('\n')}\n`);
  // Where its Debian package keeps what is not root's, when the service itself was never started.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const start = (): Promise<Program> =>
    systemd
      ? startProgram('unshare', [...ownHost, 'sh', '-c', booted, 'sh', dir], () => listens(port))
      : startProgram('/usr/sbin/sshd', ['-D', '-e', '-f', join(dir, 'config')], () => listens(port));
  let program = await start();
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
    home: join(dir, 'home'),
    cut,
    boot: async () => {
      await program.stop();
      program = await start();
    },
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
