import type { Finding } from '../../types.ts';
import { programBytes } from './upload.ts';
import { inspectMachine, portTrouble } from './inspect.ts';
import { leaseNumber } from './layout.ts';
import type { Launch } from './remoteServer.ts';
import type { Scene } from './scene.ts';
import { folderOf, type SshSettings } from './settings.ts';

/** What a deployment needs of a host that answers: room, a folder of its own, the port, a way to go on. */
export async function examine(
  { host, layout, server }: Scene,
  target: string,
  settings: SshSettings,
  service: Launch['service'],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const bad = (what: string, mend: string): void => void findings.push({ ok: false, what, mend });
  // Room changes while a window stays open.
  const { version, platform, free } = await inspectMachine(
    host,
    settings,
    folderOf(target, settings),
    signal,
  );
  findings.push({
    ok: true,
    what: `${host.place} answers: ${platform}, Node ${version}, ${(free / 1e9).toFixed(1)} GB free.`,
    mend: null,
  });
  if (free < 2 * programBytes)
    findings.push({
      ok: false,
      what: `${host.place} has ${Math.round(free / 1e6)} MB left.`,
      mend: 'Make room there.',
      room: true,
    });
  const owner = await host.read(layout.owner, signal);
  const held = (await host.list(layout.base, signal)).filter(name => leaseNumber(name) === null);
  if (owner === null && held.length > 0)
    bad(`${layout.base} there is not empty, and not of a target.`, 'Set another `path`.');
  if (owner !== null && owner !== target)
    bad(`${layout.base} there is of target ${owner}.`, 'Set another `path`.');
  const made = await host.run(['sh', '-c', writable, 'sh', layout.base], { signal });
  if (made.code !== 0)
    bad(`${layout.base} cannot be written there: ${made.stderr.trim()}`, 'Set another `path`, or user.');
  if ((await server.find(signal))?.launch.port !== settings.port) {
    const trouble = await portTrouble(host, settings, signal);
    if (trouble !== null) bad(`The port cannot be had on ${host.place}: ${trouble}.`, 'Set another `port`.');
  }
  if (service !== 'systemd') return findings;
  const lingers = await host.run(['loginctl', 'show-user', '--property=Linger', '--value'], { signal });
  if (lingers.stdout.trim() === 'no')
    findings.push({
      ok: true,
      what: 'The server ends when its user logs out of the host.',
      mend: 'Run `loginctl enable-linger` there.',
    });
  return findings;
}

/** Can this folder be made and written? It is left as it was. */
const writable =
  'd=$1; while [ ! -e "$d" ]; do d=$(dirname "$d"); done; [ -d "$d" ] && [ -w "$d" ] || { echo "$d is not a folder one may write to" >&2; exit 1; }';
