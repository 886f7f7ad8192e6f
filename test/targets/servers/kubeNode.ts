import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../../src/deploy/objectStore/objectStore.ts';
import type { ControlPlane } from './kubernetes.ts';

const pods = '/api/v1/namespaces/default/pods';

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly readinessProbe?: { readonly httpGet: { readonly scheme?: string } };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string; readonly args: readonly [string, string] }[];
    readonly containers: readonly [Container];
    readonly volumes?: readonly {
      readonly name: string;
      readonly configMap?: { readonly name: string };
      readonly secret?: { readonly secretName: string };
    }[];
  };
}

interface RunningPod {
  readonly dir: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  server: ChildProcess | null;
  ready: boolean;
  served: string;
}

export interface KubeNode {
  /** Of the pods that are ready and carry the labels. */
  addresses(labels?: Readonly<Record<string, string>>): readonly string[];
  /** Whether pods that start from now on find what they fetch. */
  fetches(found: boolean): void;
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
  // Another suite has a node of its own at the same time.
  const network = `10.250.${process.pid % 256}`;
  let addresses = 0;
  let fetching = true;

  /** Not one of a pod that runs: pods that start again and again come round to every address. */
  function nextAddress(): string {
    const taken = new Set([...running.values()].map(({ address }) => address));
    for (;;) {
      const address = `${network}.${(addresses++ % 250) + 1}`;
      if (!taken.has(address)) return address;
    }
  }

  async function start({ metadata: { name, labels = {} }, spec }: PodObject): Promise<void> {
    const pod: RunningPod = {
      ...{ dir: path.join(dir, name), address: nextAddress() },
      ...{ labels, server: null, ready: false, served: '' },
    };
    running.set(name, pod);
    execFileSync('ip', ['addr', 'replace', `${pod.address}/32`, 'dev', 'lo']);
    for (const { name: container, args } of spec.initContainers ?? []) {
      const [from, to] = args;
      const prefix = from.replace(/^s3:\/\/[^/]+\//, '');
      const files = fetching ? await fetched(`${prefix}/`) : null;
      if (files === null) {
        const waiting = { reason: 'CrashLoopBackOff', message: `nothing at ${from}` };
        await status(name, {
          phase: 'Pending',
          // As after some minutes.
          initContainerStatuses: [{ ...blank(container), restartCount: 5, state: { waiting } }],
        });
        // It is started again at the next turn.
        await end(name, pod);
        return;
      }
      for (const [below, bytes] of files) {
        const file = path.join(mounted(pod, to), below);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, bytes);
      }
    }
    await follow(pod, spec);
    const [container] = spec.containers;
    for (const { name: volume, secret } of spec.volumes ?? []) {
      const at = container.volumeMounts?.find(mount => mount.name === volume)?.mountPath;
      if (secret === undefined || at === undefined) continue;
      await mkdir(mounted(pod, at), { recursive: true });
      for (const [key, bytes] of Object.entries(await secretData(secret.secretName)))
        await writeFile(path.join(mounted(pod, at), key), bytes);
    }
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const { name: variable, value, valueFrom } of container.env ?? [])
      env[variable] =
        valueFrom === undefined
          ? value
          : (await secretData(valueFrom.secretKeyRef.name))[valueFrom.secretKeyRef.key]!.toString();
    const args = container.args.map(arg => (arg === '0.0.0.0' ? pod.address : mounted(pod, arg)));
    pod.server = spawn(process.execPath, [serverFile, ...args], { stdio: 'ignore', env });
  }

  async function secretData(name: string): Promise<Readonly<Record<string, Buffer>>> {
    const { data } = (await plane.ask('GET', `/api/v1/namespaces/default/secrets/${name}`)) as {
      readonly data: Readonly<Record<string, string>>;
    };
    return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
  }

  /** Brings the config map's file up to date, as a kubelet does now and then. */
  async function follow(pod: RunningPod, { volumes = [] }: PodObject['spec']): Promise<void> {
    const map = volumes.flatMap(({ configMap }) => configMap?.name ?? [])[0];
    if (map === undefined) return;
    const found = (await plane
      .ask('GET', `/api/v1/namespaces/default/configmaps/${map}`)
      .catch(() => null)) as {
      readonly data: Readonly<Record<string, string>>;
    } | null;
    const text = found?.data['serving.json'];
    if (text === undefined || text === pod.served) return;
    await mkdir(mounted(pod, '/etc/slipway'), { recursive: true });
    // What it names by its place in the container lies elsewhere here.
    const here = text.replaceAll('/mnt/models', mounted(pod, '/mnt/models'));
    await writeFile(path.join(mounted(pod, '/etc/slipway'), 'serving.json'), here);
    pod.served = text;
  }

  async function tell(
    name: string,
    pod: RunningPod,
    [container]: PodObject['spec']['containers'],
  ): Promise<void> {
    if (pod.server === null) return;
    const scheme = container.readinessProbe?.httpGet.scheme ?? 'HTTP';
    const url = `${scheme.toLowerCase()}://${pod.address}:8080/v2/health`;
    if (!(await answers(`${url}/live`))) return;
    pod.ready = await answers(`${url}/ready`);
    const ready = pod.ready ? 'True' : 'False';
    await status(name, {
      phase: 'Running',
      podIP: pod.address,
      podIPs: [{ ip: pod.address }],
      conditions: ['Ready', 'ContainersReady'].map(type => ({ type, status: ready })),
      initContainerStatuses: [],
      containerStatuses: [
        {
          ...blank(container.name),
          ready: ready === 'True',
          state: { running: { startedAt: new Date().toISOString() } },
        },
      ],
    });
  }

  /** What lies below a prefix, by name; null when nothing does, or when some of it goes meanwhile. */
  async function fetched(prefix: string): Promise<readonly (readonly [string, Uint8Array])[] | null> {
    const objects = await store.list(prefix, stop.signal);
    const files: (readonly [string, Uint8Array])[] = [];
    for (const { key } of objects) {
      const bytes = await store.get(key, stop.signal);
      if (bytes === null) return null;
      files.push([key.slice(prefix.length), bytes]);
    }
    return files.length === 0 ? null : files;
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
        await tell(item.metadata.name, pod, item.spec.containers);
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
    addresses: (labels = {}) =>
      [...running.values()]
        .filter(pod => pod.ready && Object.entries(labels).every(([key, word]) => pod.labels[key] === word))
        .map(({ address }) => address),
    fetches: found => {
      fetching = found;
    },
    stop: async () => {
      stop.abort();
      await turning;
      for (const [name, pod] of running) await end(name, pod);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** As a kubelet's probe, which looks at no certificate. */
async function answers(url: string): Promise<boolean> {
  return await new Promise(resolve => {
    const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
    const asked = ask(url, { rejectUnauthorized: false, agent: false, timeout: 2_000 }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Where a path of the container lies. */
function mounted({ dir }: RunningPod, inside: string): string {
  return inside.startsWith('/') ? path.join(dir, inside) : inside;
}

function blank(name: string): object {
  return { name, ready: false, restartCount: 0, image: '', imageID: '' };
}
