import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { accessArgs, accessFolder, type AccessFolder } from '../access.ts';
import { labels } from './labels.ts';
import type { DockerSettings } from './settings.ts';

/** How a container of ours is made, and what is known of one that is there. */

/** By which the health check of the image finds the server. */
const portWord = 'SLIPWAY_PORT=';
const tlsWord = 'SLIPWAY_TLS=1';

/** What is known of a container of ours. */
export interface FoundContainer {
  readonly running: boolean;
  readonly shape: string | null;
  readonly instance: string | null;
  /** The target it was made for; null: it is not ours. */
  readonly target: string | null;
  /** Of the host, that it is asked on; null: it is not ours. */
  readonly port: number | null;
  /** What its server knows of who may ask; null: anyone. */
  readonly access: AccessFolder | null;
  /** ISO time. */
  readonly since: string;
}

/** Of the container and of its volume. */
export function containerName(target: string, { container }: DockerSettings): string {
  return container ?? `slipway-${target}`;
}

/** What the engine is told to make. @param name of the container and of its volume */
export function optionsOf(
  name: string,
  settings: DockerSettings,
  image: string,
  access: AccessFolder | null,
): Docker.ContainerCreateOptions {
  const { port, address, network, workers, allowedHosts, memory, cpus, ulimits } = settings;
  const host = network === 'host';
  const inside = host ? port : 8700;
  return {
    Image: image,
    Cmd: [
      ...['--host', host ? address : '0.0.0.0', '--port', String(inside), '--workers', String(workers)],
      ...(allowedHosts.length === 0 ? [] : ['--allowed-hosts', allowedHosts.join(',')]),
      ...(access === null ? [] : accessArgs(access.files, `/data/access/${access.id}`)),
    ],
    Env: [`${portWord}${inside}`, ...(access?.files.includes('cert.pem') === true ? [tlsWord] : [])],
    ExposedPorts: { [`${inside}/tcp`]: {} },
    HostConfig: {
      NetworkMode: network,
      ...(host ? {} : { PortBindings: { '8700/tcp': [{ HostIp: address, HostPort: String(port) }] } }),
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' },
      Mounts: [{ Type: 'volume', Source: name, Target: '/data' }],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'unless-stopped' },
      ...(memory === undefined ? {} : { Memory: memory * 1024 * 1024 }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
      ...(ulimits === undefined
        ? {}
        : {
            Ulimits: Object.entries(ulimits).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit })),
          }),
    },
  };
}

/** What identifies how a container is made: equal shapes need no new one. */
export function shapeOf(options: Docker.ContainerCreateOptions): string {
  return createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
}

/** What is known of a container from what its engine shows. */
export function foundOf({ State, Config, HostConfig }: Docker.ContainerInspectInfo): FoundContainer {
  // Typed as always there, which Podman does not hold to.
  const own = (Config.Labels as Record<string, string> | null) ?? {};
  const words = (Config.Env as string[] | null) ?? [];
  const inside = words.find(word => word.startsWith(portWord))?.slice(portWord.length);
  const bound = (HostConfig.PortBindings as Partial<Docker.PortMap> | null)?.['8700/tcp']?.[0]?.HostPort;
  const port = bound ?? inside;
  return {
    running: State.Running,
    shape: own[labels.shape] ?? null,
    instance: own[labels.instance] ?? null,
    target: own[labels.target] ?? null,
    port: port === undefined ? null : Number(port),
    access: own[labels.access] === undefined ? null : accessFolder.parse(JSON.parse(own[labels.access]!)),
    since: State.StartedAt,
  };
}
