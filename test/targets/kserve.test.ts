import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import type { CanarySubject } from '../../src/deploy/targets/contract/canary.ts';
import { goldenInputs } from '../../src/deploy/targets/contract/scene.ts';
import { ask } from '../../src/deploy/targets/httpClient.ts';
import type { Release } from '../../src/protocol/results/release.ts';
import { targetScene, type TargetScene } from './scene.ts';
import { startTestCluster } from './servers/cluster.ts';
import { startKserve } from './servers/kserve.ts';
import { onePod } from './servers/quota.ts';
import { afterStep, unsteadyCluster } from './unsteadyCluster.ts';

const cluster = await startTestCluster();
const { plane, node, store } = cluster;
const kserve = await startKserve(plane);
afterAll(async () => {
  await kserve.stop();
  await cluster.stop();
});

const settings = `kind: kserve, ${cluster.settings}`;
const service = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices/risk';

async function meddle(): Promise<void> {
  await plane.ask('DELETE', service);
}

async function clean(): Promise<void> {
  await plane.ask('DELETE', service).catch(() => undefined);
  // The pods of one scene are none of the next.
  while (node.addresses().length > 0) await new Promise(resolve => setTimeout(resolve, 100));
  await cluster.emptyStore();
}

const canary: CanarySubject = {
  shadows: false,
  // As KServe's gateway does, which is none of this machine: by the shares, then any pod that is ready.
  send: async (_, inputs) => {
    let left = Math.random() * 100;
    const part = kserve.route('risk').find(({ share }) => (left -= share) < 0);
    const ready = part === undefined ? [] : node.addresses(part.labels);
    const address = ready[Math.floor(Math.random() * ready.length)] ?? 'nowhere';
    return await sendInfer(`http://${address}:8080`, inputs);
  },
};

for (const form of ['standard', 'serverless'])
  targetContract(`kserve, ${form}`, {
    settings: `${settings}, form: ${form}`,
    holds: true,
    meddle,
    clean,
    canary,
    killEvery: 2,
  });

const scene = (more: string): Promise<TargetScene> =>
  targetScene(cluster.distDir, { name: 'kserve', settings: `${settings}${more}` }, clean);

interface Written {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly predictor: { readonly name?: string; readonly canaryTrafficPercent?: number };
    readonly canary?: readonly {
      readonly trafficPercent: number;
      readonly predictor: { readonly name: string };
    }[];
  };
}

describe('in KServe', () => {
  test('a canary is written as each form has it, in the cluster and in the file for GitOps', async () => {
    const written: Record<string, Written> = {};
    for (const form of ['standard', 'serverless']) {
      const { root, deployer, version } = await scene(`, form: ${form}, manifests: deploy`);
      await deployer.deploy('kserve', await version('1.0.0'));
      const release = await deployer.deploy('kserve', await version('1.1.0'), { canary: true });
      expect(release).toMatchObject({
        state: 'live',
        endpoint: expect.stringContaining('http://risk') as string,
      });
      written[form] = parse(await readFile(join(root, 'deploy/risk.yaml'), 'utf8')) as Written;
      const { spec } = (await plane.ask('GET', service)) as Written;
      expect(spec).toMatchObject(written[form].spec);
      expect(await deployer.remove('kserve')).toMatchObject({ state: 'removed' });
      await expect(plane.ask('GET', service)).rejects.toThrow(' 404 ');
      await expect(readFile(join(root, 'deploy/risk.yaml'))).rejects.toThrow('ENOENT');
      expect(await store.list('pods/', new AbortController().signal)).toEqual([]);
    }
    expect(written['standard']!.spec.canary).toMatchObject([{ trafficPercent: 5 }]);
    expect(written['standard']!.spec.predictor).not.toHaveProperty('canaryTrafficPercent');
    expect(written['serverless']!.spec.predictor.canaryTrafficPercent).toBe(5);
    expect(written['serverless']!.spec).not.toHaveProperty('canary');
  });

  test('a share that is no whole percent, and who may not, are told before anything changes', async () => {
    const { deployer, version } = await scene(', rollout: { steps: [0.055] }');
    await deployer.deploy('kserve', await version('1.0.0'));
    await expect(deployer.deploy('kserve', await version('1.1.0'), { canary: true })).rejects.toMatchObject({
      code: 'kserve-share',
    });
    const guest = await scene(', context: guest');
    expect((await guest.deployer.doctor('kserve')).at(-1)?.what).toBeDefined();
    expect(await guest.deployer.doctor('kserve')).toContainEqual(
      expect.objectContaining({
        ok: false,
        what: expect.stringMatching(
          /^In namespace default one may not .*get pods\/proxy.*patch inferenceservices/,
        ) as string,
      }),
    );
  });

  test('what the doctor sees where KServe is, and the condition that does not hold is what the status says', async () => {
    const { deployer, version } = await scene('');
    const found = await deployer.doctor('kserve');
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found.map(({ what }) => what)).toContain(
      'The cluster would take the InferenceService, with a canary (standard).',
    );
    await deployer.deploy('kserve', await version('1.0.0'));
    expect(await deployer.status('kserve')).toMatchObject({
      healthy: true,
      sentence: 'ready, 1 of 1 pods ready',
      cost: '1 pod, each asking for 500m of a processor and 512Mi of memory.',
    });
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'PredictorReady' },
      {
        type: 'PredictorReady',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/3 nodes are available',
      },
    ];
    const stopped = kserve.pause();
    await plane.ask('PATCH', `${service}/status`, { status: { conditions } }, 'application/merge-patch+json');
    expect(await deployer.status('kserve')).toMatchObject({
      healthy: false,
      sentence: '1 of 1 pods ready; PredictorReady is False (Unschedulable: 0/3 nodes are available)',
    });
    stopped();
  });
});

describe('when KServe or its cluster fails', () => {
  const words = ({ plan }: Release): string => plan.map(({ detail }) => detail ?? '').join('\n');

  test.each(['standard', 'serverless'])(
    '%s: a version whose pods do not start is said with the condition that does not hold, and undone',
    { timeout: 300_000 },
    async form => {
      onTestFinished(() => node.fetches(true));
      const { deployer, version } = await scene(`, form: ${form}`);
      const lost = async (name: string, before: string): Promise<Release> => {
        node.fetches(false);
        const release = await deployer.deploy('kserve', await version(name), {
          onEvent: event => {
            const failed =
              event.kind === 'record' && event.record.type === 'step' && event.record.phase === 'failed';
            // Serverless, the way back is a revision anew.
            if (failed) node.fetches(true);
          },
        });
        expect(words(release)).toMatch(
          new RegExp(
            `risk \\(${before}.*\\) does not start: pod \\S+ ended 3 times and more; storage-initializer: CrashLoopBackOff \\(nothing at`,
          ),
        );
        expect(release.state).toBe('undone');
        return release;
      };
      const ready = form === 'standard' ? 'PredictorReady' : 'PredictorConfigurationReady';
      const canaryReady = form === 'standard' ? 'CanaryPredictorReady' : ready;
      await lost('1.0.0', `${ready} is False`);
      await expect(plane.ask('GET', service)).rejects.toThrow(' 404 ');
      expect(await deployer.deploy('kserve', await version('1.0.0'))).toMatchObject({ state: 'live' });
      const second = await lost('1.1.0', `${canaryReady} is False`);
      expect(second.plan.flatMap(({ log }) => log).join('\n')).toMatch(/CrashLoopBackOff/);
      expect(await deployer.status('kserve')).toMatchObject({ healthy: true, live: [{ version: '1.0.0' }] });
    },
  );

  test('a quota that is used up is told before a deployment; the way on and the way back stay open', async () => {
    const { deployer, version } = await scene('');
    const quota = onePod(plane);
    await deployer.deploy('kserve', await version('1.0.0'));
    await quota.set();
    await quota.counted();
    await expect(deployer.deploy('kserve', await version('1.1.0'))).rejects.toMatchObject({
      code: 'not-fit',
      message: expect.stringMatching(/exceeded quota: few.*Free some room/s) as string,
    });
    await quota.lift();
    await deployer.deploy('kserve', await version('1.1.0'), { canary: true });
    await quota.set();
    expect(await deployer.promote('kserve', { full: true })).toMatchObject({ state: 'live' });
    expect(await deployer.status('kserve')).toMatchObject({ healthy: true, live: [{ version: '1.1.0' }] });
  });

  test.each(['standard', 'serverless'])(
    '%s: a quota that gets full in the middle is told at once; what is live goes on',
    { timeout: 300_000 },
    async form => {
      const { deployer, version } = await scene(`, form: ${form}`);
      const quota = onePod(plane);
      await deployer.deploy('kserve', await version('1.0.0'));
      const made: Promise<unknown>[] = [];
      const release = await deployer.deploy('kserve', await version('1.1.0'), {
        onEvent: afterStep(() => void made.push(quota.set()), 'describe'),
      });
      await Promise.all(made);
      expect(words(release)).toMatch(
        /lets no more pods of risk in: .*(exceeded quota|status unknown for quota): few.*\. Free some room in the namespace/,
      );
      // Serverless, the way back is a revision anew, which has no room either: the one that is live keeps its requests.
      expect(release.state).toBe(form === 'standard' ? 'undone' : 'failed');
      expect(await deployer.status('kserve')).toMatchObject({
        live: [{ version: '1.0.0', weight: 1 }],
        healthy: form === 'standard',
      });
      await quota.lift();
      expect(await deployer.deploy('kserve', await version('1.1.0'))).toMatchObject({ state: 'live' });
    },
  );

  test.each([
    ['the network is cut', 'cut', /does not answer \(.*Check the kubeconfig and the network/],
    ['credentials expire', 'expired', /answered 401: .*Sign in again/],
    ['a right is taken away', 'guest', /answered 403: .*"guest" cannot \w+ resource/],
  ] as const)(
    '%s in the middle: said, and made good by the next run',
    { timeout: 300_000 },
    async (_, fault, sentence) => {
      const { root, deployer, version } = await scene('');
      const { unsteady, signIn } = await unsteadyCluster(plane, root);
      await deployer.deploy('kserve', await version('1.0.0'));
      const meet = {
        cut: () => unsteady.always('cut'),
        expired: () => signIn('expired'),
        guest: () => signIn(`${plane.token}-guest`),
      };
      const release = await deployer.deploy('kserve', await version('1.1.0'), {
        onEvent: afterStep(meet[fault], 'describe'),
      });
      expect(release.state).not.toBe('live');
      expect(words(release)).toMatch(sentence);
      expect(await deployer.status('kserve')).toMatchObject({
        healthy: false,
        sentence: expect.stringMatching(sentence) as string,
      });
      unsteady.always(null);
      await signIn(plane.token);
      await deployer.recover('kserve');
      expect(await deployer.status('kserve')).toMatchObject({ live: [{ version: '1.0.0' }], healthy: true });
      const again = await deployer.deploy('kserve', await version('1.1.0'));
      expect(again, JSON.stringify(again.plan)).toMatchObject({ state: 'live' });
    },
  );

  test('a line that breaks while requests move: the next run makes it as it was, or as it was to be', async () => {
    const { root, deployer, version } = await scene('');
    const { unsteady } = await unsteadyCluster(plane, root);
    await deployer.deploy('kserve', await version('1.0.0'));
    const release = await deployer.deploy('kserve', await version('1.1.0'), {
      onEvent: afterStep(() => unsteady.always('cut'), 'verify'),
    });
    expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'failed' });
    expect(words(release)).toMatch(/does not answer/);
    unsteady.always(null);
    await deployer.recover('kserve');
    const again = await deployer.deploy('kserve', await version('1.1.0'), {
      override: { reason: 'the line is back' },
    });
    expect(again, JSON.stringify(again.plan)).toMatchObject({ state: 'live' });
    expect(await deployer.status('kserve')).toMatchObject({ live: [{ version: '1.1.0' }], drift: null });
  });

  test('slow calls are waited for', { timeout: 300_000 }, async () => {
    const { root, deployer, version } = await scene('');
    const { unsteady } = await unsteadyCluster(plane, root);
    unsteady.always({ after: 200 });
    expect(await deployer.deploy('kserve', await version('1.0.0'))).toMatchObject({ state: 'live' });
  });
});

describe('who may ask', () => {
  test.each(['standard', 'serverless'])(
    '%s: pods ask for the token, and explain; it is in no file, and goes',
    { timeout: 300_000 },
    async form => {
      const { signal } = new AbortController();
      const tokens = ['a token that nobody guesses', 'another one'];
      process.env['RISK_TOKEN'] = tokens[0]!;
      const { root, deployer, version } = await scene(
        `, form: ${form}, token: RISK_TOKEN, explain: true, manifests: deploy`,
      );
      const secret = '/api/v1/namespaces/default/secrets/risk-token';
      const asks = async (path: string, token: string, question?: object): Promise<string> => {
        const sent =
          question === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(question) };
        const url = `http://${node.addresses()[0] ?? 'nowhere'}:8080/v2${path}`;
        const access = { token: () => Promise.resolve(token) };
        return await ask(url, { ...sent, limit: 9_000 }, access, signal).then(
          ({ status, text }) => `${status} ${text}`,
          String,
        );
      };
      const first = await deployer.deploy('kserve', await version('1.0.0'));
      expect(first, JSON.stringify(first.plan)).toMatchObject({ state: 'live', golden: { rows: 8 } });
      expect(await plane.ask('GET', secret)).toMatchObject({ type: 'Opaque' });
      expect(await asks('/models/credit-risk', 'guessed')).toMatch(/does not let us in \(401/);
      expect(await asks('/models/credit-risk', tokens[0]!)).toMatch(/^200 /);
      const inputs = await goldenInputs(root, await version('1.0.0'));
      const question = { inputs, parameters: { explain: true } };
      expect(await asks('/models/credit-risk/infer', tokens[0]!, question)).toMatch(/^200 .*"base_value"/);
      expect(await deployer.measure('kserve')).toMatchObject({ versions: [{ failures: 0 }] });
      // Another token has the pods start anew with the next release.
      process.env['RISK_TOKEN'] = tokens[1]!;
      const second = await deployer.deploy('kserve', await version('1.1.0'));
      expect(second, JSON.stringify(second.plan)).toMatchObject({ state: 'live' });
      await expect.poll(() => node.addresses().length, { timeout: 30_000 }).toBe(1);
      expect(await asks('/models/credit-risk', tokens[1]!)).toMatch(/^200 /);
      const back = await deployer.rollback('kserve');
      expect(back, JSON.stringify(back.plan)).toMatchObject({ state: 'live', model: { version: '1.0.0' } });
      const journal = await readFile(join(root, '.slipway/releases/kserve.jsonl'), 'utf8');
      const manifests = await readFile(join(root, 'deploy/risk.yaml'), 'utf8');
      for (const hidden of [...tokens, ...tokens.map(token => Buffer.from(token).toString('base64'))])
        expect(`${journal}${manifests}`).not.toContain(hidden);
      await deployer.remove('kserve');
      await expect(plane.ask('GET', secret)).rejects.toThrow(' 404 ');
    },
  );
});
