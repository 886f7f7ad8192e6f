import { createHash } from 'node:crypto';

/** What an SSH signature says of itself (OpenSSH's PROTOCOL.sshsig); nothing of it is proven here. */
export interface SshSignature {
  readonly namespace: string;
  /** SHA256 fingerprint of the key, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The key as an allowed-signers line has it: type and base64. */
  readonly publicKey: string;
}

/** @returns null when the text is no SSH signature */
export function readSignature(armoured: string): SshSignature | null {
  const body = /-----BEGIN SSH SIGNATURE-----([\s\S]*?)-----END SSH SIGNATURE-----/.exec(armoured)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('latin1', 0, 6) !== 'SSHSIG' || bytes.length < 14) return null;
  const key = field(bytes, 10);
  const namespace = key === null ? null : field(bytes, key.end);
  const type = key === null ? null : field(key.value, 0);
  if (key === null || namespace === null || type === null) return null;
  return {
    namespace: namespace.value.toString('utf8'),
    fingerprint: fingerprintOf(key.value),
    publicKey: `${type.value.toString('utf8')} ${key.value.toString('base64')}`,
  };
}

/** Of the wire form of a public key: the base64 part of an OpenSSH public key line, decoded. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function field(bytes: Buffer, at: number): { readonly value: Buffer; readonly end: number } | null {
  if (at + 4 > bytes.length) return null;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? null : { value: bytes.subarray(at + 4, end), end };
}
