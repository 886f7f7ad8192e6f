import { z } from 'zod';
import { BadInput } from '../../core/failure.ts';
import type { TargetEntry } from '../../workspace/types.ts';
import type { Target, TargetContext } from '../types.ts';
import { FolderTarget } from './folder.ts';
import { LocalTarget } from './local.ts';
import { targetSettings } from './schemas.ts';

/** The target that an entry of slipway.yaml means. @throws BadInput when its settings are wrong */
export function openTarget(entry: TargetEntry, context: TargetContext): Target {
  const parsed = targetSettings.safeParse({ ...entry.settings, kind: entry.kind });
  if (!parsed.success)
    throw new BadInput(
      'target-settings',
      `The settings of target ${entry.name} are wrong: ${z.prettifyError(parsed.error)}`,
    );
  const settings = parsed.data;
  switch (settings.kind) {
    case 'local':
      return new LocalTarget(entry.name, settings, context);
    case 'folder':
      return new FolderTarget(entry.name, settings, context);
  }
}

/** How many earlier versions an entry keeps. */
export function keptVersions(entry: TargetEntry): number {
  const { keep } = entry.settings;
  return typeof keep === 'number' ? keep : 3;
}
