import { z } from 'zod';
import { folderSettings } from './folder/settings.ts';
import { localSettings } from './local/settings.ts';
import { ociSettings } from './oci/settings.ts';

/** The settings of each kind of target, as slipway.yaml holds them under `targets`. */
export const targetSettings = z.discriminatedUnion('kind', [localSettings, folderSettings, ociSettings]);
export type TargetSettings = z.infer<typeof targetSettings>;
