import type { Target, TargetContext } from '../types.ts';
import type { TargetSettings } from './schemas.ts';

/** Makes a target of its settings; touches nothing. */
export type Opener<K extends TargetSettings['kind']> = (
  name: string,
  settings: Extract<TargetSettings, { kind: K }>,
  context: TargetContext,
) => Target;
