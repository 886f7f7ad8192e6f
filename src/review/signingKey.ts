import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { Repository } from '../workspace/versions/repository.ts';
import { fingerprintOf } from './sshSignature.ts';

/** The key git signs with when it is a file, else the first usual one that is there; null when none is. */
export async function defaultKey(repository: Repository | null): Promise<string | null> {
  const configured = (await repository?.setting('user.signingkey')) ?? null;
  if (configured !== null) {
    const file = configured.replace(/^~(?=\/)/, homedir());
    if (existsSync(file)) return file;
  }
  return (await sshKeys())[0] ?? null;
}

/** Key files of this user: private ones, and public halves whose private one is only in the agent. */
export async function sshKeys(): Promise<readonly string[]> {
  const folder = join(homedir(), '.ssh');
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.pub'));
  const order = (name: string): number => (name.includes('ed25519') ? 0 : name.includes('ecdsa') ? 1 : 2);
  return names
    .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    .map(name => join(folder, existsSync(join(folder, name.slice(0, -4))) ? name.slice(0, -4) : name));
}

/** The keys a user may sign with, the likeliest first, and who git says they are. */
export async function signingOf(
  root: string,
): Promise<{ readonly keys: readonly string[]; readonly principal: string | null }> {
  const repository = await Repository.find(root);
  const [first, others, principal] = await Promise.all([
    defaultKey(repository),
    sshKeys(),
    repository?.setting('user.email') ?? null,
  ]);
  return { keys: [...new Set([...(first === null ? [] : [first]), ...others])], principal };
}

/** Its public half: fingerprint, and type and base64 for a line of the allowed signers. */
export async function publicKeyOf(
  key: string,
): Promise<{ readonly fingerprint: string; readonly line: string }> {
  const file = key.endsWith('.pub') ? key : `${key}.pub`;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BadInput(
      'no-key',
      `There is no \`${file}\`. Give the path of an SSH key that has its public half beside it.`,
    );
  });
  const [type = '', base64 = ''] = text.trim().split(/\s+/);
  if (!/^(ssh|ecdsa|sk)-/.test(type) || base64 === '')
    throw new BadInput('no-key', `\`${file}\` is no OpenSSH public key.`);
  return { fingerprint: fingerprintOf(Buffer.from(base64, 'base64')), line: `${type} ${base64}` };
}
