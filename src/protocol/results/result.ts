import type { Comparison } from './comparison.ts';
import type { Counterfactuals } from './counterfactuals.ts';
import type { Explanation } from './explanation.ts';
import type { Validation } from './validation.ts';

export type Result = Validation | Explanation | Comparison | Counterfactuals;
