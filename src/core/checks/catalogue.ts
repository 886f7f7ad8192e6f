import type { Check } from './check.ts';
import { integrityChecks } from './integrity.ts';
import { robustnessChecks } from './robustness.ts';
import { runtimeChecks } from './runtime.ts';

/** Every check, in the order in which results list them. */
export const catalogue: readonly Check[] = [...integrityChecks, ...runtimeChecks, ...robustnessChecks];
