import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

const tls = resolve(import.meta.dirname, '../../tls');
/** `ada` with the password `secret`; bcrypt. */
const passwords = 'ada:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

export interface TestRegistry {
  /** host:port */
  readonly host: string;
  /** What the token server hands out from now on. */
  readonly tokens: { allow: boolean };
  stop(): Promise<void>;
}

export interface RegistryOptions {
  readonly auth?: 'basic' | 'bearer';
  readonly deletes?: boolean;
}

/** Debian's docker-registry on a port of loopback, with a store of its own. */
export async function startRegistry({ auth, deletes = true }: RegistryOptions = {}): Promise<TestRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const tokens = { allow: true };
  const issuer = auth === 'bearer' ? await startTokens(tokens) : null;
  await writeFile(join(dir, 'passwords'), passwords);
  const access =
    auth === 'basic'
      ? { auth: { htpasswd: { realm: 'test', path: join(dir, 'passwords') } } }
      : issuer === null
        ? {}
        : {
            auth: {
              token: {
                realm: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`,
                ...{ service: 'test', issuer: 'test', rootcertbundle: join(tls, 'ca.pem') },
              },
            },
          };
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(dir, 'store') }, delete: { enabled: deletes } },
    http: { addr: host },
    ...access,
  };
  // JSON is YAML.
  await writeFile(join(dir, 'config.yml'), JSON.stringify(config));
  const program = await startProgram('docker-registry', ['serve', join(dir, 'config.yml')], async () => {
    const { status } = await fetch(`http://${host}/v2/`);
    return status === 200 || status === 401;
  });
  return {
    host,
    tokens,
    stop: async () => {
      await program.stop();
      issuer?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Signs the tokens that the registry believes, for the name and password it knows. */
async function startTokens(tokens: { allow: boolean }): Promise<Server> {
  const key = await readFile(join(tls, 'server.key'));
  const certificate = new X509Certificate(await readFile(join(tls, 'server.pem')));
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const asked = new URL(request.url!, 'http://tokens');
    const ada = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
    if (!tokens.allow || request.headers.authorization !== ada) {
      response.writeHead(401).end();
      return;
    }
    const [type, name, actions] = (asked.searchParams.get('scope') ?? '').split(':');
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: 'JWT', alg: 'ES256', x5c: [certificate.raw.toString('base64')] };
    const claims = {
      ...{ iss: 'test', sub: 'ada', aud: asked.searchParams.get('service'), jti: randomUUID() },
      // The registry is patient by a minute: tokens live for three seconds.
      ...{ iat: now, nbf: now - 120, exp: now - 57 },
      access: name === undefined ? [] : [{ type, name, actions: actions!.split(',') }],
    };
    const text = `${encode(header)}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    response.end(JSON.stringify({ token: `${text}.${signature.toString('base64url')}` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
