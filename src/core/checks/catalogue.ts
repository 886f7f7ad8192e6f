import type { Check } from './check.ts';
import { dataChecks } from './data.ts';
import { driftChecks } from './drift.ts';
import { fairnessChecks } from './fairness.ts';
import { integrityChecks } from './integrity.ts';
import { performanceChecks } from './performance.ts';
import { robustnessChecks } from './robustness.ts';
import { runtimeChecks } from './runtime.ts';

/** Every check, in the order in which results list them. */
export const catalogue: readonly Check[] = [
  ...integrityChecks,
  ...runtimeChecks,
  ...dataChecks,
  ...performanceChecks,
  ...fairnessChecks,
  ...robustnessChecks,
  ...driftChecks,
];
