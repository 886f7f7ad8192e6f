import * as z from 'zod';
import { dockerSettings } from './docker/settings.ts';
import { folderSettings } from './folder/settings.ts';
import { kserveSettings } from './kserve/settings.ts';
import { kubernetesSettings } from './kubernetes/settings.ts';
import { localSettings } from './local/settings.ts';
import { mlflowSettings } from './mlflow/settings.ts';
import { ociSettings } from './oci/settings.ts';
import { sshSettings } from './ssh/settings.ts';
import { tritonSettings } from './triton/settings.ts';

/** The settings of each kind of target, as slipway.yaml holds them under `targets`. */
export const targetSettings = z.discriminatedUnion('kind', [
  localSettings,
  folderSettings,
  dockerSettings,
  ociSettings,
  sshSettings,
  mlflowSettings,
  tritonSettings,
  kubernetesSettings,
  kserveSettings,
]);
export type TargetSettings = z.infer<typeof targetSettings>;

/** In the order of the list. */
export const targetKinds = targetSettings.options.map(({ shape }) => shape.kind.value);
