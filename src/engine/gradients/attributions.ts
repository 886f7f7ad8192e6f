import { integratedGradients } from '../../core/explain/gradients/integrated.ts';
import type { Attributions } from '../../core/explain/types.ts';
import type { Progress, Signal } from '../../core/signal.ts';
import type { Explained } from '../explain/explained.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { LoadedModel } from '../model/load.ts';
import type { Pool } from '../predict/feeds.ts';
import { numbersOfPool } from '../predict/real.ts';
import type { Scorer } from '../predict/scorer.ts';
import { Slopes } from './slopes.ts';

export interface GradientRequest {
  readonly model: LoadedModel;
  readonly scorer: Scorer;
  readonly match: MatchPlan;
  readonly explained: Explained;
  readonly rows: Pool;
  readonly background: Pool;
  readonly signal: Signal;
  readonly progress: Progress;
}

/**
 * Integrated or expected gradients of the explained number, by a backward graph that the runtime itself computes.
 * @throws BadInput `no-gradient` for a model or an input without one, `missing-values`
 */
export async function gradientAttributions(asked: GradientRequest): Promise<Attributions> {
  const { model, scorer, match, explained, rows, background, signal, progress } = asked;
  const { width } = await scorer.row(background, 0, signal);
  const slopes = await Slopes.open(model, match, explained, width);
  try {
    return await integratedGradients(slopes, {
      rows: numbersOfPool(rows, match),
      background: numbersOfPool(background, match),
      signal,
      progress,
    });
  } finally {
    await slopes.release();
  }
}
