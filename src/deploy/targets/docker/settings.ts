import * as z from 'zod';
import {
  access,
  allowedHosts,
  answering,
  explain,
  keep,
  model,
  rolloutSettings,
  workers,
} from '../settings.ts';

/** Settings of a `docker` target: the inference server in a container of Docker or Podman. */
export const dockerSettings = z
  .strictObject({
    kind: z.literal('docker'),
    port: z.number().int().min(1).max(65_535).describe('Port the server is asked on.'),
    address: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'Address of the host that the port is opened on. Anything but loopback lets other machines ask.',
      ),
    model,
    socket: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The Docker API: the path of a socket, or a URL such as `tcp://builder:2376`. Without it, `DOCKER_HOST`, else the usual sockets of Docker and Podman.',
      ),
    url: z
      .url()
      .optional()
      .describe(
        'Where this machine asks the server; without it, worked out from `address`, `port` and `socket`.',
      ),
    container: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'A container name has letters, digits, `_`, `.` and `-`.')
      .optional()
      .describe(
        'Name of the container and of its volume; without it, `slipway-` and the name of the target.',
      ),
    base: z
      .string()
      .regex(/^[\w./:@-]+$/, 'An image is named as in `docker pull`.')
      .default('docker.io/library/node:24-slim')
      .describe('The image that ours is built on. It needs `node` (20 or newer) and glibc.'),
    network: z
      .enum(['bridge', 'host'])
      .default('bridge')
      .describe('`bridge` publishes the port; `host` listens on the host itself.'),
    allowedHosts,
    workers,
    memory: z
      .number()
      .int()
      .min(64)
      .optional()
      .describe('Megabytes the container may use; without it, no limit.'),
    cpus: z.number().gt(0).optional().describe('Cores the container may use; without it, all.'),
    ulimits: z
      .record(z.string(), z.number().int().min(0))
      .optional()
      .describe('Limits of the process, such as `{ nofile: 4096 }`.'),
    isolation: z
      .enum(['oci', 'rootless', 'chroot'])
      .optional()
      .describe('Podman: how the build is isolated; `chroot` inside another container.'),
    ...answering,
    explain,
    ...access,
    keep,
    rollout: rolloutSettings.optional(),
  })
  .describe('The inference server in a container of Docker or Podman.');
export type DockerSettings = z.infer<typeof dockerSettings>;
