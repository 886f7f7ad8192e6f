import { storeBySecret } from '../../objectStore/open.ts';
import { StoreLease } from '../../objectStore/storeLease.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { TargetContext } from '../../types.ts';
import type { KubernetesSettings } from './settings.ts';
import { ModelStorage } from './storage.ts';

/** What a target in a cluster has of its own: its name there, and what it keeps in its store. */
export interface ClusterPlace {
  /** The name of its objects, and of its folder in the store. */
  readonly own: string;
  readonly lease: LeasePlace;
  readonly models: () => Promise<ModelStorage>;
}

/** @param inside as of `ModelStorage` */
export function placeOf(
  target: string,
  settings: Pick<KubernetesSettings, 'name' | 'storage' | 'credentials' | 'region'>,
  { root, secret }: TargetContext,
  inside?: (digest: string) => string,
): ClusterPlace {
  const { name, storage, credentials = null, region = null } = settings;
  const store = storeBySecret(storage, { root, region, credentials, secret });
  const own = name ?? target.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return {
    own,
    // Whoever deploys reaches the store, and the cluster's own Leases would be one more right to ask for.
    lease: new StoreLease(store, `${own}/slipway-lease/`),
    models: async () => new ModelStorage(await store(), own, inside),
  };
}
