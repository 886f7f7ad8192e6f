import { cp, readFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import { goldenInputs } from '../../src/deploy/targets/contract/scene.ts';
import { targetScene, type TargetScene } from './scene.ts';
import { onePod } from './servers/quota.ts';
import { startTestCluster } from './servers/cluster.ts';
import { afterStep, unsteadyCluster, type UnsteadyCluster } from './unsteadyCluster.ts';

const cluster = await startTestCluster();
const { plane, node } = cluster;
afterAll(() => cluster.stop());

const settings = `kind: kubernetes, ${cluster.settings}`;
const configMap = '/api/v1/namespaces/default/configmaps/risk';

async function clean(): Promise<void> {
  for (const path of [
    '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/risk',
    '/apis/apps/v1/namespaces/default/deployments/risk',
    '/api/v1/namespaces/default/services/risk',
    configMap,
  ])
    await plane.ask('DELETE', path).catch(() => undefined);
  await cluster.emptyStore();
}

targetContract('kubernetes', {
  settings,
  holds: true,
  meddle: async () => {
    await plane.ask('DELETE', configMap);
  },
  clean,
  canary: {
    // A process a core in the one pod.
    servers: availableParallelism(),
    // As the Service does, which answers within a cluster only: any pod that is ready.
    send: async (_, inputs) => {
      const ready = node.addresses();
      const address = ready[Math.floor(Math.random() * ready.length)] ?? 'nowhere';
      return await sendInfer(`http://${address}:8080`, inputs);
    },
  },
});

const scene = (more = ''): Promise<TargetScene> =>
  targetScene(cluster.distDir, { name: 'cluster', settings: `${settings}${more}` }, clean);

describe('in the cluster', () => {
  test('the autoscaler owns the number of pods, and the manifests are written as applied', async () => {
    const { root, deployer, version } = await scene(
      ', replicas: { min: 1, max: 4 }, manifests: deploy/kubernetes',
    );
    expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
    const text = await readFile(join(root, 'deploy/kubernetes/risk.yaml'), 'utf8');
    const objects = parseAllDocuments(text).map(document => document.toJS() as { readonly kind: string });
    expect(objects.map(({ kind }) => kind)).toEqual([
      'ConfigMap',
      'Deployment',
      'Service',
      'HorizontalPodAutoscaler',
    ]);
    const made = (await plane.ask('GET', '/apis/apps/v1/namespaces/default/deployments/risk')) as {
      readonly metadata: {
        readonly managedFields: readonly { readonly manager: string; readonly operation: string }[];
      };
    };
    expect(made.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'slipway', operation: 'Apply' }),
    );
    expect(text).not.toContain('replicas: 1\n  selector');
  });

  test('who may not, is not let in, or asks a cluster that is not there is told before anything changes', async () => {
    const guest = await scene(', context: guest');
    await expect(guest.deployer.deploy('cluster', await guest.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/answered 403: .*"guest" cannot \w+ resource/) as string,
    });
    const nobody = await scene(', context: nobody');
    await expect(nobody.deployer.deploy('cluster', await nobody.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/answered 401: .*Sign in again/) as string,
    });
    const nowhere = await scene(', context: nowhere');
    await expect(nowhere.deployer.deploy('cluster', await nowhere.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/no context nowhere\. It has admin, guest, nobody\./) as string,
    });
    const { KUBECONFIG, HOME } = process.env;
    Object.assign(process.env, { KUBECONFIG: '', HOME: nowhere.root });
    onTestFinished(() => void Object.assign(process.env, { KUBECONFIG, HOME }));
    const none = await scene();
    expect((await none.deployer.status('cluster')).sentence).toMatch(/^There is no kubeconfig/);
  });

  test('a quota that lets no pod in is told before, and in the middle; what is live goes on', async () => {
    const { deployer, version } = await scene();
    const quota = onePod(plane);
    expect(await deployer.deploy('cluster', await version('1.0.0'))).toMatchObject({ state: 'live' });
    const made: Promise<unknown>[] = [];
    const release = await deployer.deploy('cluster', await version('1.1.0'), {
      onEvent: afterStep(() => void made.push(quota.set())),
    });
    await Promise.all(made);
    expect(release.state).toBe('undone');
    // A quota of which it is not counted yet what is used lets nothing in either.
    expect(release.plan.find(({ name }) => name === 'roll')?.detail).toMatch(
      /lets no more pods of risk in: .*(exceeded quota|status unknown for quota): few.*\. Free some room in the namespace/,
    );
    expect(await deployer.status('cluster')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });

    await quota.counted();
    const full = /answered 403: .*exceeded quota: few, requested: pods=1/;
    expect((await deployer.doctor('cluster')).filter(({ ok }) => !ok)).toMatchObject([
      { what: expect.stringMatching(full) as string },
    ]);
    await expect(deployer.deploy('cluster', await version('1.1.0'))).rejects.toMatchObject({
      message: expect.stringMatching(full) as string,
    });
    await quota.lift();
    expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
  });

  test('with no room for one pod more, a canary is promoted and rolled back, since neither starts a pod', async () => {
    const { deployer, version } = await scene();
    const quota = onePod(plane);
    const live = async (): Promise<readonly (string | null)[]> =>
      (await deployer.status('cluster')).live.map(({ version: name }) => name);
    await deployer.deploy('cluster', await version('1.0.0'));
    await deployer.deploy('cluster', await version('1.1.0'), { canary: true });
    await quota.set();
    await quota.counted();
    expect((await deployer.doctor('cluster')).filter(({ ok }) => !ok)).toMatchObject([
      { what: expect.stringContaining('exceeded quota: few') as string, room: true },
    ]);
    expect(await deployer.promote('cluster')).toMatchObject({ state: 'live' });
    expect(await live()).toEqual(['1.0.0', '1.1.0']);
    expect(await deployer.promote('cluster', { full: true })).toMatchObject({ state: 'live' });
    expect(await live()).toEqual(['1.1.0']);
    expect(await deployer.rollback('cluster')).toMatchObject({ state: 'live' });
    expect(await live()).toEqual(['1.0.0']);
    expect(await deployer.status('cluster')).toMatchObject({ healthy: true, drift: null });
  });

  test('a pod that cannot fetch its versions ends again and again: said, and undone without waiting longer', async () => {
    const { deployer, version } = await scene();
    await deployer.deploy('cluster', await version('1.0.0'));
    onTestFinished(() => node.fetches(true));
    node.fetches(false);
    const release = await deployer.deploy('cluster', await version('1.1.0'));
    expect(release.state).toBe('undone');
    expect(release.plan.find(({ name }) => name === 'roll')?.detail).toMatch(
      /risk does not start: pod risk-\S+ ended 3 times and more; .*CrashLoopBackOff \(nothing at s3:/,
    );
    expect(await deployer.status('cluster')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
  });

  test('a field that another manager owns is not taken from it', async () => {
    const { deployer, version } = await scene();
    await deployer.deploy('cluster', await version('1.0.0'));
    await plane.ask(
      'PATCH',
      '/apis/apps/v1/namespaces/default/deployments/risk?fieldManager=gitops',
      { spec: { template: { spec: { terminationGracePeriodSeconds: 90 } } } },
      'application/merge-patch+json',
    );
    const release = await deployer.deploy('cluster', await version('1.1.0'));
    expect(release.state).not.toBe('live');
    expect(release.plan.find(({ name }) => name === 'roll')?.detail).toMatch(
      /answered 409: .*conflict with "gitops"/,
    );
  });
});

describe('who may ask', () => {
  const secret = 'a token that nobody guesses';

  async function ask(address: string, path: string, token: string | null, body?: object): Promise<string> {
    const options: RequestOptions = {
      method: body === undefined ? 'GET' : 'POST',
      // As the API server asks it: the certificate is for names, not for the address of a pod.
      rejectUnauthorized: false,
      agent: false,
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    };
    return await new Promise((done, failed) => {
      request(`https://${address}:8080${path}`, options, response => {
        void text(response).then(words => done(`${response.statusCode ?? 0} ${words}`));
      })
        .on('error', failed)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  test('pods ask for the token over TLS, and explain; no secret is in a file', async () => {
    process.env['RISK_TOKEN'] = secret;
    const { root, deployer, version } = await scene(
      ', token: RISK_TOKEN, tls: { cert: keys/server.pem, key: keys/server.key }, explain: true, manifests: deploy',
    );
    await cp(resolve(import.meta.dirname, '../tls'), join(root, 'keys'), { recursive: true });
    expect(await deployer.deploy('cluster', await version('1.0.0'))).toMatchObject({
      state: 'live',
      endpoint: 'https://risk.default.svc',
      golden: { rows: 8 },
    });
    expect(await plane.ask('GET', '/api/v1/namespaces/default/secrets/risk-tls')).toMatchObject({
      type: 'kubernetes.io/tls',
    });
    expect(await plane.ask('GET', '/api/v1/namespaces/default/services/risk')).toMatchObject({
      spec: { ports: [{ name: 'https', port: 443 }] },
    });
    const [address = ''] = node.addresses();
    expect(await ask(address, '/v2', null)).toMatch(/^401 /);
    expect(await ask(address, '/v2/models/credit-risk', secret)).toMatch(/^200 /);
    const inputs = await goldenInputs(root, await version('1.0.0'));
    const explained = await ask(address, '/v2/models/credit-risk/infer', secret, {
      inputs,
      parameters: { explain: true },
    });
    expect(explained).toMatch(/^200 .*"explanation"/);
    const journal = await readFile(join(root, '.slipway/releases/cluster.jsonl'), 'utf8');
    const manifests = await readFile(join(root, 'deploy/risk.yaml'), 'utf8');
    for (const hidden of [secret, Buffer.from(secret).toString('base64'), 'PRIVATE KEY'])
      expect(`${journal}${manifests}`).not.toContain(hidden);
    expect(manifests).not.toContain('kind: Secret');
    // Another token has the pods start anew with the next release.
    process.env['RISK_TOKEN'] = `${secret}, renewed`;
    expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
    expect(await ask(node.addresses()[0]!, '/v2', `${secret}, renewed`)).toMatch(/^200 /);
    await deployer.remove('cluster');
    await expect
      .poll(async () => await plane.ask('GET', '/api/v1/namespaces/default/secrets/risk-tls').catch(String), {
        timeout: 30_000,
      })
      .toMatch(/ 404 /);
  });
});

describe('when the API server fails', () => {
  const unsteadyScene = async (): Promise<TargetScene & UnsteadyCluster> => {
    const at = await scene();
    return { ...at, ...(await unsteadyCluster(plane, at.root)) };
  };

  test('calls that fail in passing, and slow ones, are waited for', async () => {
    const { deployer, version, unsteady } = await unsteadyScene();
    unsteady.fail('cut', { status: 503, retryAfter: '0' }, { status: 429, retryAfter: '1' }, 'cut');
    expect(await deployer.deploy('cluster', await version('1.0.0'))).toMatchObject({ state: 'live' });
    unsteady.always({ after: 200 });
    expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
    unsteady.always({ after: 60_000 });
    const began = Date.now();
    expect((await deployer.status('cluster')).sentence).toMatch(/does not answer \(no answer in 15 s\)/);
    expect(Date.now() - began).toBeLessThan(25_000);
  });

  for (const [what, message] of [
    ['the network is cut', /does not answer \(.*Check the kubeconfig and the network/],
    ['credentials expire', /answered 401: .*Sign in again/],
  ] as const)
    test(`${what} in the middle: said, and made good by the next run`, async () => {
      const { deployer, version, unsteady, signIn } = await unsteadyScene();
      const cut = what === 'the network is cut';
      expect(await deployer.deploy('cluster', await version('1.0.0'))).toMatchObject({ state: 'live' });
      const release = await deployer.deploy('cluster', await version('1.1.0'), {
        onEvent: afterStep(() => (cut ? unsteady.always('cut') : signIn('expired'))),
      });
      expect(release.state).not.toBe('live');
      expect(release.plan.map(({ detail }) => detail).join('\n')).toMatch(message);
      unsteady.always(null);
      await signIn(plane.token);
      await deployer.recover('cluster');
      expect(await deployer.status('cluster')).toMatchObject({ live: [{ version: '1.0.0' }], healthy: true });
      expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
      expect((await deployer.status('cluster')).live).toMatchObject([{ version: '1.1.0' }]);
    });
});
