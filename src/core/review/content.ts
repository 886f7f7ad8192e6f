import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { Validation } from '../../protocol/results/validation.ts';

/**
 * What of a result a review is bound to: all of it but what is measured (times, memory) and what follows
 * from that, because a second run on the same machine measures something else. Models and data go by their
 * digests alone: the same result may be found under another name.
 */
export function reviewedContent(result: Validation | Explanation | Comparison): object {
  const data = result.data.map(({ digest, role }) => ({ digest, role }));
  switch (result.schema) {
    case 'slipway/validation@1': {
      const checks = result.checks.filter(check => !check.measured);
      return { ...result, verdict: null, data, model: result.model?.digest ?? null, checks };
    }
    case 'slipway/comparison@1':
      return { ...result, speed: null, data, a: result.a.digest, b: result.b.digest };
    case 'slipway/explanation@1':
      return { ...result, data, model: result.model.digest };
  }
}
