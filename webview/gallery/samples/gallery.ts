import { compareSamples } from './compare.ts';
import { dataSamples } from './data.ts';
import type { Sample } from './sample.ts';
import { versions } from './shared.ts';
import { targetSamples } from './target.ts';
import { trialSamples } from './trials.ts';
import { versionSamples } from './version.ts';

/** Every page in every state. */
export const gallery: readonly Sample[] = [
  ...versionSamples,
  ...compareSamples,
  ...targetSamples(),
  ...trialSamples(versions),
  ...dataSamples,
];
