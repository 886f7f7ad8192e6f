import { BadInput } from '../../core/failure.ts';
import type { EffectsJob } from '../../protocol/engine.ts';
import type { Effects } from '../../protocol/results/effects.ts';
import { chosenFeatures } from '../explain/effects/choose.ts';
import { ExactCurves } from '../explain/effects/exactCurves.ts';
import { effectsDocument } from '../explain/effects/document.ts';
import { featureEffect } from '../explain/effects/feature.ts';
import { EffectPool } from '../explain/effects/pool.ts';
import { pairEffect } from '../explain/effects/pair.ts';
import { composedModel } from '../explain/explained.ts';
import { playerNamed, withSample } from '../explain/sampled.ts';
import type { TaskContext } from './validate.ts';

/** Rows of the reference that are counted for the shading, at most. */
const supportRows = 50_000;
const leastGrid = 4;

/** How single columns, or two together, move the answer. */
export async function effectsOf(job: EffectsJob, context: TaskContext): Promise<Effects> {
  if (job.grid < leastGrid)
    throw new BadInput(
      'grid',
      `A curve needs at least ${leastGrid} positions; ${job.grid} were asked for. Ask for more.`,
    );
  const against = job.reference === null ? null : { source: job.reference, role: 'reference' as const };
  return await withSample({ ...job, against }, async subject => {
    const { players, table, scorer, explained } = subject;
    const pairs = job.pairs.map(([a, b]) => [playerNamed(players, a), playerNamed(players, b)] as const);
    const named = job.features?.map(name => playerNamed(players, name)) ?? null;
    const reference = await subject.against(supportRows, job.seed + 1);
    const whole = scorer.feeds.pool(table, job.data.path);
    const features =
      named ??
      (pairs.length > 0
        ? []
        : await chosenFeatures(composedModel(scorer, whole, players, explained), table, job.seed));
    const pool = new EffectPool(table, [...new Set([...features, ...pairs.flat()])], job.grid);
    const model = composedModel(scorer, scorer.feeds.pool(pool.table, job.data.path), players, explained);
    const predictions = explained.of(subject.answers);
    const total = features.length + pairs.length;
    const effects: Effects['features'] = [];
    let evaluations = 0;
    const counted = {
      ...model,
      evaluate: async (...[picks, signal]: Parameters<typeof model.evaluate>) => {
        evaluations += picks.length / players.length;
        return await model.evaluate(picks, signal);
      },
    };
    const wantsSteps = job.curves !== 'accumulated' && features.length > 0;
    const exact = wantsSteps ? await ExactCurves.open(subject, job.data.path) : null;
    const setting = { model: counted, pool, reference, subject, job, predictions, exact };
    try {
      for (const [done, feature] of features.entries()) {
        context.progress(done, total, 'curves drawn');
        effects.push(await featureEffect(setting, feature));
      }
      const together: Effects['pairs'] = [];
      for (const [done, pair] of pairs.entries()) {
        context.progress(features.length + done, total, 'curves drawn');
        together.push(await pairEffect(setting, pair));
      }
      context.progress(total, total, 'curves drawn');
      return await effectsDocument({
        job,
        subject,
        explained,
        predictions,
        effects,
        pairs: together,
        evaluations,
        maxDifference: exact?.maxDifference ?? null,
      });
    } finally {
      await exact?.release();
    }
  });
}
