import type { Target, TargetContext } from '../types.ts';
import type { TargetSettings } from './schemas.ts';

/** Makes a target of its settings; touches nothing. */
export type Opener<K extends TargetSettings['kind']> = (
  name: string,
  settings: Extract<TargetSettings, { kind: K }>,
  context: TargetContext,
) => Target;

/** As lists hold them: which settings one takes is known once it was found by its kind. */
export type AnyOpener = (name: string, settings: never, context: TargetContext) => Target;
