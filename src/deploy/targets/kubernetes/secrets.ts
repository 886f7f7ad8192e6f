import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import { tokenVariable } from '../../../serve/listening.ts';
import type { TargetContext } from '../../types.ts';
import type { KubeObject } from './cluster.ts';
import { labelsOf } from './labels.ts';

export interface SecretSettings {
  readonly token?: string | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly tlsSecret?: string | undefined;
}

const tokenKey = 'token';

export function tokenSecretOf(name: string): string {
  return `${name}-token`;
}

/** The Secret with the certificate that pods show; null: they answer plain HTTP. */
export function tlsSecretOf(name: string, { tls, tlsSecret }: SecretSettings): string | null {
  return tlsSecret ?? (tls === undefined ? null : `${name}-tls`);
}

/** The token in the environment of a server, by the name of its Secret. */
export function tokenEnv(name: string): object {
  const secretKeyRef = { name: tokenSecretOf(name), key: tokenKey };
  return { name: tokenVariable, valueFrom: { secretKeyRef } };
}

/**
 * The Secrets that a deployment makes. They go to the cluster only, never to a file or a journal.
 * @throws BadInput when a secret is not set, or a file of a certificate cannot be read
 */
export async function secretsOf(
  name: string,
  { token, tls, tlsSecret }: SecretSettings,
  { root, secret }: Pick<TargetContext, 'root' | 'secret'>,
): Promise<readonly KubeObject[]> {
  const made = (own: string, type: string, data: Readonly<Record<string, Buffer>>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: own, labels: labelsOf(name) },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString('base64')])),
  });
  const secrets: KubeObject[] = [];
  if (token !== undefined)
    secrets.push(made(tokenSecretOf(name), 'Opaque', { [tokenKey]: Buffer.from(await secret(token)) }));
  if (tls !== undefined && tlsSecret === undefined)
    secrets.push(
      made(`${name}-tls`, 'kubernetes.io/tls', {
        'tls.crt': await pem(root, tls.cert),
        'tls.key': await pem(root, tls.key),
      }),
    );
  return secrets;
}

async function pem(root: string, path: string): Promise<Buffer> {
  return await readFile(resolve(root, path)).catch((error: unknown) => {
    throw new BadInput('tls-file', `\`${path}\` cannot be read: ${(error as Error).message}`);
  });
}
