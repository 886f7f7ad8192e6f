import type { ConfigIssue } from '../types.ts';

/** What the checks need to know of the folder. */
export interface ConfigSurroundings {
  /** Whether a file, relative to the root, is there; a glob: whether it matches any. */
  exists(path: string): boolean;
}

/** Every mistake in the text of a slipway.yaml, at its place. Never throws. */
export function checkConfig(text: string, surroundings: ConfigSurroundings): readonly ConfigIssue[] {
  void text;
  void surroundings;
  return [];
}
