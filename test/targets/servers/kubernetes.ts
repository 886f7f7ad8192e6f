import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kubernetesTools } from '../../../tools/kubernetes/tools.ts';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram, type Program } from './program.ts';

export interface ControlPlane {
  /** A kubeconfig whose current context is the administrator's. */
  readonly kubeconfig: string;
  readonly url: string;
  readonly token: string;
  /** Asks the API as the administrator. @throws Error unless it answers well */
  ask(method: string, path: string, body?: unknown, type?: string): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * etcd, kube-apiserver and kube-controller-manager: a cluster but for its nodes. Objects, defaults, validation,
 * field ownership, Deployments and their rollouts are the real thing.
 */
export async function startControlPlane(): Promise<ControlPlane> {
  const tools = await kubernetesTools();
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-kube-'));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://127.0.0.1:${client}`;
  const url = `https://127.0.0.1:${port}`;
  const token = randomBytes(16).toString('hex');
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of programs.toReversed()) await program.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await mkdir(path.join(dir, 'keys'));
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = path.join(dir, 'keys');
    await writeFile(path.join(keys, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    await writeFile(path.join(keys, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(
      path.join(keys, 'tokens.csv'),
      `${token},admin,1,system:masters\n${token}-guest,guest,2,\n`,
    );
    programs.push(
      await startProgram(
        tools.etcd,
        [
          ...[
            '--data-dir',
            path.join(dir, 'etcd'),
            '--listen-client-urls',
            etcd,
            '--advertise-client-urls',
            etcd,
          ],
          ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--unsafe-no-fsync', '--log-level', 'error'],
        ],
        async () => (await fetch(`${etcd}/health`)).ok,
      ),
    );
    const ask: ControlPlane['ask'] = async (method, path, body, type = 'application/json') => {
      const { status, text } = await askInsecure(`${url}${path}`, method, token, body, type);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
      return text === '' ? null : (JSON.parse(text) as unknown);
    };
    programs.push(
      await startProgram(
        tools.apiserver,
        [
          ...['--etcd-servers', etcd, '--secure-port', String(port), '--bind-address', '127.0.0.1'],
          ...[
            '--cert-dir',
            keys,
            '--token-auth-file',
            path.join(keys, 'tokens.csv'),
            '--authorization-mode',
            'RBAC',
          ],
          ...[
            '--service-cluster-ip-range',
            '10.0.0.0/24',
            '--service-account-issuer',
            'https://slipway.test',
          ],
          ...['--service-account-key-file', path.join(keys, 'sa.pub')],
          ...['--service-account-signing-key-file', path.join(keys, 'sa.key')],
          ...['--disable-admission-plugins', 'ServiceAccount', '--watch-cache=false'],
        ],
        async () => (await askInsecure(`${url}/readyz`, 'GET', token)).status === 200,
        {},
        120_000,
      ),
    );
    const kubeconfig = path.join(dir, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(url, token)));
    await ask('GET', '/api/v1/namespaces/default');
    programs.push(
      await startProgram(
        tools.controllers,
        [
          ...['--kubeconfig', kubeconfig, '--leader-elect=false', '--secure-port', '0'],
          ...[
            '--controllers',
            'deployment-controller,replicaset-controller,garbage-collector-controller,resourcequota-controller',
          ],
        ],
        () => Promise.resolve(true),
      ),
    );
    return { kubeconfig, url, token, ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kubeconfigOf(server: string, token: string): object {
  const cluster = { server, 'insecure-skip-tls-verify': true };
  const users = [
    { name: 'admin', user: { token } },
    { name: 'guest', user: { token: `${token}-guest` } },
    { name: 'nobody', user: { token: 'expired' } },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'admin',
    clusters: [{ name: 'test', cluster }],
    users,
    contexts: users.map(({ name }) => ({ name, context: { cluster: 'test', user: name } })),
  };
}

/** Asks without looking at the certificate, which the API server made for itself. */
function askInsecure(
  url: string,
  method: string,
  token: string,
  body?: unknown,
  type = 'application/json',
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(sent === undefined
        ? {}
        : { 'content-type': type, 'content-length': String(Buffer.byteLength(sent)) }),
    };
    const asked = request(url, { method, headers, rejectUnauthorized: false, timeout: 10_000 }, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(sent);
  });
}
