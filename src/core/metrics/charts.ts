import type { Charts } from '../../protocol/results.ts';
import type { Scored } from './scored.ts';

/** What the page draws, at most about 200 points a curve. */
export function chartsOf(scored: Scored): Charts {
  throw new Error(`not built: ${scored.kind}`);
}
