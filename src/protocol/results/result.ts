import type { Comparison } from './comparison.ts';
import type { Counterfactuals } from './counterfactuals.ts';
import type { Effects } from './effects.ts';
import type { ExplanationComparison } from './explanationComparison.ts';
import type { Explanation } from './explanation.ts';
import type { Importance } from './importance.ts';
import type { Prototypes } from './prototypes.ts';
import type { Surrogate } from './surrogate.ts';
import type { HeatmapResult } from './heatmap.ts';
import type { TokensResult } from './tokens.ts';
import type { Validation } from './validation.ts';

export type Result =
  | Validation
  | Explanation
  | Effects
  | Importance
  | Comparison
  | Counterfactuals
  | Prototypes
  | Surrogate
  | ExplanationComparison
  | HeatmapResult
  | TokensResult;
