import type { Check } from './check.ts';
import { comparisonChecks } from './comparison.ts';
import { dataChecks } from './data.ts';
import { estimatedChecks } from './estimated.ts';
import { driftChecks } from './drift.ts';
import { fairnessChecks } from './fairness.ts';
import { integrityChecks } from './integrity.ts';
import { parityChecks } from './parity.ts';
import { performanceChecks } from './performance.ts';
import { robustnessChecks } from './robustness.ts';
import { runtimeChecks } from './runtime.ts';
import { signatureChecks } from './signature.ts';

/** Every check, in the order in which results list them. */
export const catalogue: readonly Check[] = [
  ...integrityChecks,
  ...signatureChecks,
  ...runtimeChecks,
  ...parityChecks,
  ...dataChecks,
  ...performanceChecks,
  ...fairnessChecks,
  ...comparisonChecks,
  ...robustnessChecks,
  ...driftChecks,
  ...estimatedChecks,
];
