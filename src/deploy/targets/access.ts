import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import type { Finding, TargetContext } from '../types.ts';
import type { ClientAccess, ClientTls } from './httpClient.ts';
import type { AccessSettings } from './settings.ts';

/** Who may ask a server of ours, as its target's settings say, and how it is asked by us. */

type Secrets = Pick<TargetContext, 'root' | 'secret'>;

const options = {
  token: '--token-file',
  'cert.pem': '--tls-cert',
  'key.pem': '--tls-key',
  'clients.pem': '--tls-client-ca',
} as const;
export const accessFile = z.enum(['token', 'cert.pem', 'key.pem', 'clients.pem']);
export type AccessFile = z.infer<typeof accessFile>;

/**
 * A folder beside a server on another host with what it must know to be asked, readable by it alone. Other
 * contents are another folder, so that the server before can be started again.
 */
export const accessFolder = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/), files: z.array(accessFile) });
export type AccessFolder = z.infer<typeof accessFolder>;
export type AccessContents = ReadonlyMap<AccessFile, string>;

/** What the settings ask a server to know; nothing for a server that anyone may ask. @throws BadInput */
export async function accessContents(
  { token, tls }: AccessSettings,
  { root, secret }: Secrets,
): Promise<AccessContents> {
  const contents = new Map<AccessFile, string>();
  if (token !== undefined) contents.set('token', await secret(token));
  if (tls === undefined) return contents;
  contents.set('cert.pem', pem(root, tls.cert)).set('key.pem', pem(root, tls.key));
  if (tls.client !== undefined) contents.set('clients.pem', pem(root, tls.client.ca));
  return contents;
}

/**
 * The folder for these contents: the one that the server was started with when it holds them, else a new one.
 * @param read a file of a folder there; null when it is not there
 */
export async function accessFolderOf(
  contents: AccessContents,
  started: AccessFolder | null,
  read: (folder: AccessFolder, file: AccessFile) => Promise<string | null>,
): Promise<AccessFolder | null> {
  if (contents.size === 0) return null;
  const files = [...contents.keys()];
  if (started !== null && isDeepStrictEqual(started.files, files)) {
    const held = await Promise.all(files.map(file => read(started, file)));
    // A file that is not there was not written yet: the start was cut off.
    if (files.every((file, place) => held[place] === null || held[place] === contents.get(file)))
      return started;
  }
  return { id: randomBytes(8).toString('hex'), files };
}

/** @param folder as the server itself reaches it */
export function accessArgs(files: readonly AccessFile[], folder: string): readonly string[] {
  return files.flatMap(file => [options[file], `${folder}/${file}`]);
}

/** How we ask. @param name whom the server's certificate must name when it is asked elsewhere */
export function clientAccess({ token, tls }: AccessSettings, at: Secrets, name?: string): ClientAccess {
  return {
    ...(token === undefined ? {} : { token: () => at.secret(token) }),
    ...(tls === undefined ? {} : { tls: () => clientTls(tls, at, name) }),
  };
}

function clientTls(
  { ca, client }: NonNullable<AccessSettings['tls']>,
  { root }: Secrets,
  name: string | undefined,
): ClientTls {
  return {
    ...(ca === undefined ? {} : { ca: pem(root, ca) }),
    ...(client === undefined ? {} : { cert: pem(root, client.cert), key: pem(root, client.key) }),
    ...(name === undefined ? {} : { name }),
  };
}

/** For a doctor: a secret that is not set or a certificate that cannot be read; null: nothing is lacking. */
export async function lackingAccess(settings: AccessSettings, at: Secrets): Promise<Finding | null> {
  try {
    await accessContents(settings, at);
    clientAccess(settings, at).tls?.();
    return null;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return { ok: false, what: error.message, mend: null };
  }
}

function pem(root: string, path: string): string {
  try {
    return readFileSync(resolve(root, path), 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new BadInput(
      'no-certificate',
      `${path}, which \`tls\` names, cannot be read (${code}). Put it there, or name another file.`,
    );
  }
}
