import { expect, onTestFinished } from 'vitest';
import type { ControlPlane } from './kubernetes.ts';

const quotas = '/api/v1/namespaces/default/resourcequotas';

export interface Quota {
  set(): Promise<unknown>;
  /** Once the cluster has counted that the one pod is there. */
  counted(): Promise<void>;
  lift(): Promise<unknown>;
}

/** A quota of one pod in the namespace, gone when the test ends. */
export function onePod(plane: ControlPlane): Quota {
  const used = async (): Promise<string | undefined> =>
    (
      (await plane.ask('GET', `${quotas}/few`)) as {
        readonly status: { readonly used?: { readonly pods?: string } };
      }
    ).status.used?.pods;
  const lift = (): Promise<unknown> => plane.ask('DELETE', `${quotas}/few`);
  onTestFinished(async () => {
    await lift().catch(() => undefined);
  });
  return {
    set: () =>
      plane.ask('POST', quotas, {
        ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' } },
        spec: { hard: { pods: '1' } },
      }),
    counted: () => expect.poll(used, { timeout: 120_000 }).toBe('1'),
    lift,
  };
}
