import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import type { RolloutPlan } from '../../protocol/results/rollout.ts';
import type { TargetEntry } from '../../workspace/types.ts';
import type { Target, TargetContext } from '../types.ts';
import { FolderTarget } from './folder/target.ts';
import { LocalTarget } from './local/target.ts';
import { OciTarget } from './oci/target.ts';
import type { AnyOpener, Opener } from './opener.ts';
import { targetSettings, type TargetSettings } from './schemas.ts';
import { rolloutSettings, shadow } from './settings.ts';

/** Kinds of target without libraries of their own. The others are in heavy.ts. */
const lightTargets = {
  local: (name, settings, context) => new LocalTarget(name, settings, context),
  folder: (name, settings, context) => new FolderTarget(name, settings, context),
  oci: (name, settings, context) => new OciTarget(name, settings, context),
} satisfies { readonly [K in TargetSettings['kind']]?: Opener<K> };
export type LightKind = keyof typeof lightTargets;

export function isLight(kind: string): kind is LightKind {
  return kind in lightTargets;
}

/** The target that an entry of slipway.yaml means. @throws BadInput when its settings are wrong */
export async function openTarget(entry: TargetEntry, context: TargetContext): Promise<Target> {
  const parsed = targetSettings.safeParse({ ...entry.settings, kind: entry.kind });
  if (!parsed.success)
    throw new BadInput(
      'target-settings',
      `The settings of target ${entry.name} are wrong: ${z.prettifyError(parsed.error)}`,
    );
  const settings = parsed.data;
  const openers: Readonly<Record<string, AnyOpener>> = isLight(settings.kind)
    ? lightTargets
    : (await import('./heavy.ts')).heavyTargets;
  // The opener is that of the kind of these very settings.
  return openers[settings.kind]!(entry.name, settings as never, context);
}

/** How a canary goes on there. @throws BadInput when that part of its settings is wrong */
export function rolloutPlan({ name, settings }: TargetEntry): RolloutPlan {
  const parsed = rolloutSettings.safeParse(settings.rollout ?? {});
  if (parsed.success) return parsed.data;
  throw new BadInput(
    'target-settings',
    `\`rollout\` of target ${name} is wrong: ${z.prettifyError(parsed.error)}`,
  );
}

/** The version that an entry wants beside what is live, by its name; null: none. */
export function wantedShadow({ settings }: TargetEntry): { version: string; share: number } | null {
  return settings.shadow === undefined ? null : shadow.parse(settings.shadow);
}

/** How many earlier versions an entry keeps. */
export function keptVersions(entry: TargetEntry): number {
  const { keep } = entry.settings;
  return typeof keep === 'number' ? keep : 3;
}
