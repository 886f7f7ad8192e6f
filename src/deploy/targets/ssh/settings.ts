import * as z from 'zod';
import {
  access,
  allowedHosts,
  answering,
  explain,
  keep,
  model,
  rolloutSettings,
  secretName,
  workers,
} from '../settings.ts';

/** Settings of an `ssh` target: the inference server on a host that is reached by SSH. */
export const sshSettings = z
  .strictObject({
    kind: z.literal('ssh'),
    host: z
      .string()
      .regex(/^[\w.:-]+$/, 'A host is a name or an address.')
      .describe('Name or address of the host.'),
    sshPort: z.number().int().min(1).max(65_535).default(22).describe('Port of its SSH server.'),
    user: z.string().min(1).optional().describe('Who logs in; without it, the user of this machine.'),
    path: z
      .string()
      .regex(/^[\w./-]+$/, 'A path has letters, digits, `.`, `_`, `-` and `/`.')
      .optional()
      .describe(
        'Folder on the host that is made and owned by the target, relative to the home folder; without it, `slipway/` and the name of the target.',
      ),
    model,
    port: z.number().int().min(1).max(65_535).describe('Port the server listens on there.'),
    address: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address it listens on there. Anything but loopback lets other machines ask it.'),
    allowedHosts,
    workers,
    key: z
      .string()
      .min(1)
      .optional()
      .describe('File of the private key, such as `~/.ssh/id_ed25519`; without it, the SSH agent is asked.'),
    passphrase: secretName.optional().describe('Name of the secret with the passphrase of `key`.'),
    password: secretName
      .optional()
      .describe('Name of the secret with the password, where keys are not used.'),
    knownHosts: z
      .string()
      .min(1)
      .default('~/.ssh/known_hosts')
      .describe('File with the keys of known hosts. A host that is not in it is refused.'),
    node: z.string().min(1).default('node').describe('Node 20 or newer on the host: a command or a path.'),
    service: z
      .enum(['systemd', 'process'])
      .optional()
      .describe(
        'How the server is kept running: a systemd unit of the user, or a process of its own; without it, systemd where it is there.',
      ),
    ...answering,
    explain,
    ...access,
    keep,
    rollout: rolloutSettings.optional(),
  })
  .describe('The inference server on a host that is reached by SSH.');
export type SshSettings = z.infer<typeof sshSettings>;

/** Of a target on its host, relative to the home folder unless it begins with a slash. */
export function folderOf(target: string, { path }: SshSettings): string {
  return path ?? `slipway/${target}`;
}
