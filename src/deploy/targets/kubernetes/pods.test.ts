import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Cluster } from './cluster.ts';
import { heldBy } from './manifests.ts';
import { Pods } from './pods.ts';

const digest = 'a'.repeat(64);
const outputs = [{ name: 'y', datatype: 'FP32', shape: [1], data: [1] }];

/** Pods asked through an API server that answers for each of them so. */
async function podsThat(answers: Readonly<Record<string, readonly [number, object]>>): Promise<Pods> {
  const items = Object.keys(answers).map(name => ({
    metadata: { name, annotations: { [heldBy]: digest } },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  }));
  const server = createServer((request, response) => {
    const pod = /\/pods\/(\w+):8080\/proxy\//.exec(request.url ?? '')?.[1];
    const [status, body] = pod === undefined ? [200, { items }] : answers[pod]!;
    request.resume();
    response.writeHead(status).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dir = await mkdtemp(join(tmpdir(), 'slipway-pods-'));
  const before = process.env['KUBECONFIG'];
  onTestFinished(async () => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    server.close();
    server.closeAllConnections();
    await rm(dir, { recursive: true });
  });
  const file = join(dir, 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The client takes no plain HTTP else.
  const cluster = { server: url, 'insecure-skip-tls-verify': true };
  const config = {
    'current-context': 'here',
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
  };
  await writeFile(file, JSON.stringify(config));
  process.env['KUBECONFIG'] = file;
  const options = { labels: { app: 'risk' }, model: 'm', token: null, https: false };
  return new Pods(new Cluster('default', null), options);
}

const gone = {
  kind: 'Status',
  apiVersion: 'v1',
  message: 'error trying to reach service: connection refused',
};
const { signal } = new AbortController();

test('a pod that has gone since it was listed does not speak for its version', async () => {
  const pods = await podsThat({ old: [503, gone], fresh: [200, { outputs }] });
  expect(await pods.infer(digest, [], signal)).toEqual(outputs);
  const all = await podsThat({ old: [503, gone] });
  await expect(all.infer(digest, [], signal)).rejects.toThrow('Pod old answered 503');
});

test('what a server of ours refuses, no other is asked', async () => {
  const pods = await podsThat({ first: [400, { error: 'No.' }], second: [200, { outputs }] });
  await expect(pods.infer(digest, [], signal)).rejects.toThrow('Pod first answered 400');
});
