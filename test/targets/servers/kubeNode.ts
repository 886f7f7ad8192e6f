import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../../src/deploy/objectStore/objectStore.ts';
import type { ControlPlane } from './kubernetes.ts';

const pods = '/api/v1/namespaces/default/pods';

interface PodObject {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string; readonly args: readonly [string, string] }[];
    readonly containers: readonly { readonly args: readonly string[] }[];
    readonly volumes: readonly { readonly configMap?: { readonly name: string } }[];
  };
}

interface RunningPod {
  readonly dir: string;
  readonly address: string;
  server: ChildProcess | null;
  ready: boolean;
  served: string;
}

export interface KubeNode {
  /** Of the pods that are ready. */
  addresses(): readonly string[];
  stop(): Promise<void>;
}

/**
 * A node for the pods of the tests: what a kubelet and a container runtime do, with processes in place of
 * containers. It fetches what the init containers name, keeps the config map's file up to date, runs our
 * server at an address of the pod's own, and tells the cluster how the pod is.
 * @param store holds what `s3://bucket/...` names, by its key in the bucket
 */
export async function startKubeNode(
  plane: ControlPlane,
  serverFile: string,
  store: ObjectStore,
): Promise<KubeNode> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-node-'));
  const running = new Map<string, RunningPod>();
  const stop = new AbortController();
  let addresses = 0;

  async function start({ metadata: { name }, spec }: PodObject): Promise<void> {
    const pod: RunningPod = {
      ...{ dir: path.join(dir, name), address: `10.250.77.${(addresses++ % 250) + 1}` },
      ...{ server: null, ready: false, served: '' },
    };
    running.set(name, pod);
    execFileSync('ip', ['addr', 'replace', `${pod.address}/32`, 'dev', 'lo']);
    for (const { name: container, args } of spec.initContainers ?? []) {
      const [from, to] = args;
      const prefix = from.replace(/^s3:\/\/[^/]+\//, '');
      const objects = await store.list(`${prefix}/`, stop.signal);
      if (objects.length === 0) {
        const waiting = { reason: 'CrashLoopBackOff', message: `nothing at ${from}` };
        await status(name, {
          phase: 'Pending',
          initContainerStatuses: [{ ...blank(container), state: { waiting } }],
        });
        return;
      }
      for (const { key } of objects) {
        const file = path.join(mounted(pod, to), key.slice(prefix.length + 1));
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, (await store.get(key, stop.signal))!);
      }
    }
    await mkdir(mounted(pod, '/etc/slipway'), { recursive: true });
    await follow(pod, spec);
    const args = spec.containers[0]!.args.map(arg => (arg === '0.0.0.0' ? pod.address : mounted(pod, arg)));
    pod.server = spawn(process.execPath, [serverFile, ...args], { stdio: 'ignore' });
  }

  /** Brings the config map's file up to date, as a kubelet does now and then. */
  async function follow(pod: RunningPod, { volumes }: PodObject['spec']): Promise<void> {
    const map = volumes.flatMap(({ configMap }) => configMap?.name ?? [])[0]!;
    const found = (await plane
      .ask('GET', `/api/v1/namespaces/default/configmaps/${map}`)
      .catch(() => null)) as {
      readonly data: Readonly<Record<string, string>>;
    } | null;
    const text = found?.data['serving.json'];
    if (text === undefined || text === pod.served) return;
    await writeFile(path.join(mounted(pod, '/etc/slipway'), 'serving.json'), text);
    pod.served = text;
  }

  async function tell(name: string, pod: RunningPod): Promise<void> {
    if (pod.server === null) return;
    const up = async (what: string): Promise<boolean> =>
      await fetch(`http://${pod.address}:8080/v2/health/${what}`).then(
        ({ ok }) => ok,
        () => false,
      );
    if (!(await up('live'))) return;
    pod.ready = await up('ready');
    const ready = pod.ready ? 'True' : 'False';
    await status(name, {
      phase: 'Running',
      podIP: pod.address,
      podIPs: [{ ip: pod.address }],
      conditions: ['Ready', 'ContainersReady'].map(type => ({ type, status: ready })),
      containerStatuses: [
        {
          ...blank('server'),
          ready: ready === 'True',
          state: { running: { startedAt: new Date().toISOString() } },
        },
      ],
    });
  }

  async function status(name: string, value: object): Promise<void> {
    // A pod that has just gone has no status.
    await plane
      .ask('PATCH', `${pods}/${name}/status`, { status: value }, 'application/merge-patch+json')
      .catch(() => undefined);
  }

  async function end(name: string, pod: RunningPod): Promise<void> {
    running.delete(name);
    pod.server?.kill('SIGTERM');
    await rm(pod.dir, { recursive: true, force: true });
    execFileSync('ip', ['addr', 'del', `${pod.address}/32`, 'dev', 'lo'], { stdio: 'ignore' });
  }

  async function turn(): Promise<void> {
    const { items } = (await plane.ask('GET', pods)) as { readonly items: readonly PodObject[] };
    for (const [name, pod] of running)
      if (!items.some(({ metadata }) => metadata.name === name)) await end(name, pod);
    for (const item of items) {
      const pod = running.get(item.metadata.name);
      if (pod === undefined) await start(item);
      else {
        await follow(pod, item.spec);
        await tell(item.metadata.name, pod);
      }
    }
  }

  const turning = (async () => {
    while (!stop.signal.aborted) {
      await turn().catch((error: unknown) => console.error('node:', error));
      await sleep(100);
    }
  })();
  return {
    addresses: () => [...running.values()].filter(({ ready }) => ready).map(({ address }) => address),
    stop: async () => {
      stop.abort();
      await turning;
      for (const [name, pod] of running) await end(name, pod);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Where a path of the container lies. */
function mounted({ dir }: RunningPod, inside: string): string {
  return inside.startsWith('/') ? path.join(dir, inside) : inside;
}

function blank(name: string): object {
  return { name, ready: false, restartCount: 0, image: '', imageID: '' };
}
