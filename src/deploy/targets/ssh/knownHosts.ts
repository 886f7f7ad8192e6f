import { createHash, createHmac } from 'node:crypto';

/** What known_hosts says of the key that a host showed. See sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export type HostKeyVerdict =
  | { readonly known: true }
  | {
      readonly known: false;
      readonly why: 'unknown' | 'changed' | 'revoked';
      /** As `ssh-keygen -l` writes it. */
      readonly fingerprint: string;
      readonly type: string;
    };

interface Entry {
  readonly marker: string | null;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

/** @param key the host's public key in SSH's wire form */
export function judgeHostKey(text: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const type = keyType(key);
  const encoded = key.toString('base64');
  const own = entries(text).filter(entry => matches(entry.hosts, host, port));
  const shown = (why: 'unknown' | 'changed' | 'revoked'): HostKeyVerdict => ({
    ...{ known: false, why, type },
    fingerprint: `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`,
  });
  if (own.some(({ marker, key: revoked }) => marker === '@revoked' && revoked === encoded))
    return shown('revoked');
  const plain = own.filter(({ marker }) => marker === null);
  if (plain.some(entry => entry.key === encoded)) return { known: true };
  return shown(plain.some(entry => entry.type === type) ? 'changed' : 'unknown');
}

/** Types of the keys that are known of a host: it is asked to show one of them. */
export function knownKeyTypes(text: string, host: string, port: number): readonly string[] {
  const own = entries(text).filter(({ marker, hosts }) => marker === null && matches(hosts, host, port));
  return [...new Set(own.map(({ type }) => type))];
}

export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString();
}

function entries(text: string): readonly Entry[] {
  return text.split('\n').flatMap(line => {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') === true ? fields.shift()! : null;
    const [hosts, type, key] = fields;
    if (hosts === undefined || hosts.startsWith('#') || type === undefined || key === undefined) return [];
    return [{ marker, hosts, type, key }];
  });
}

function matches(hosts: string, host: string, port: number): boolean {
  const name = port === 22 ? host : `[${host}]:${port}`;
  const hashed = /^\|1\|([^|]+)\|(.+)$/.exec(hosts);
  if (hashed !== null) {
    const salt = Buffer.from(hashed[1]!, 'base64');
    return createHmac('sha1', salt).update(name).digest('base64') === hashed[2];
  }
  const patterns = hosts.split(',');
  if (patterns.some(pattern => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
  return patterns.some(pattern => fits(pattern, name));
}

function fits(pattern: string, name: string): boolean {
  const escaped = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name.toLowerCase());
}
