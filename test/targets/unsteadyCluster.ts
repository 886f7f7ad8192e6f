import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DeployEvent } from '../../src/deploy/services.ts';
import type { ControlPlane } from './servers/kubernetes.ts';
import { startUnsteady, type Unsteady } from './servers/unsteady.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

export interface UnsteadyCluster {
  readonly unsteady: Unsteady;
  /** Writes the kubeconfig anew, with another token. */
  readonly signIn: (token: string) => Promise<void>;
}

/** Until the test ends, the environment's kubeconfig names the cluster through what fails. */
export async function unsteadyCluster(plane: ControlPlane, root: string): Promise<UnsteadyCluster> {
  const unsteady = await startUnsteady(plane.url);
  const file = join(root, 'kubeconfig');
  const known = JSON.parse(await readFile(plane.kubeconfig, 'utf8')) as Kubeconfig;
  const signIn = async (token: string): Promise<void> => {
    const [cluster] = known.clusters;
    const through = { ...cluster, cluster: { ...cluster!.cluster, server: unsteady.url } };
    const users = [{ name: 'admin', user: { token } }, ...known.users.slice(1)];
    await writeFile(file, JSON.stringify({ ...known, clusters: [through], users }));
  };
  await signIn(plane.token);
  process.env['KUBECONFIG'] = file;
  onTestFinished(async () => {
    process.env['KUBECONFIG'] = plane.kubeconfig;
    await unsteady.stop();
  });
  return { unsteady, signIn };
}

/** Acts once, when the first step is done whose name begins so. */
export function afterStep(act: () => void | Promise<void>, name = ''): (event: DeployEvent) => void {
  let done = false;
  return event => {
    if (done || event.kind !== 'record' || event.record.type !== 'step') return;
    if (event.record.phase !== 'done' || !event.record.step.startsWith(name)) return;
    done = true;
    void act();
  };
}
