import { shapley } from '../../core/explain/shapley.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { Progress } from '../../core/signal.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, type LoadedModel } from '../model/load.ts';
import type { Pool } from '../predict/feeds.ts';
import type { Scorer } from '../predict/scorer.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { gradientAttributions } from '../gradients/attributions.ts';
import { neverAborted } from '../tasks/signal.ts';
import { ExactExplainer, type ExactRows } from './exact.ts';
import { composedModel, explainedOf, type Explained } from './explained.ts';
import { singlePlayers, type Player } from './players.ts';
import { Summary } from './summary.ts';

export interface AttributionTask {
  readonly job: ExplainJob;
  readonly progress: Progress;
  readonly workerFile: string | null;
  readonly model: LoadedModel;
  readonly scorer: Scorer;
  readonly match: MatchPlan;
  readonly task: ResolvedTask;
  readonly rows: Pool;
  readonly background: Pool;
  /** The rows with the background after them. */
  both(): Pool;
}

export interface FoundAttributions {
  readonly explained: Pick<Explained, 'output' | 'space'>;
  readonly players: readonly Player[];
  readonly summary: Summary;
  /** null when the rows are in a file. */
  readonly attributions: Attributions | null;
  readonly exact: Omit<ExactRows, 'attributions'> | null;
  readonly whyNotExact: string | null;
  readonly meanBackground: number | null;
}

/** The exact method where there is one, else the black-box one. */
export async function attributionsOf(given: AttributionTask): Promise<FoundAttributions> {
  const { job, scorer, match, model, task } = given;
  if (job.method === 'shapley' || job.method === 'gradients') return await blackBox(given, null);
  const { background, rows } = given;
  const { workerFile } = given;
  const setup = { model, scorer, match, task, asked: job, background, session: forBatches, workerFile };
  const found = await withExact(await ExactExplainer.open(setup, rows, neverAborted), rows);
  if ('attributions' in found) return found;
  if (job.method !== 'auto' || job.interactions === true)
    throw new BadInput('no-exact-method', `${found.refused} The method \`shapley\` explains any model.`);
  return await blackBox(given, found.refused);
}

type Opened = Awaited<ReturnType<typeof ExactExplainer.open>>;

async function withExact(
  opened: Opened,
  rows: Pool,
): Promise<FoundAttributions | { readonly refused: string }> {
  if ('refused' in opened) return opened;
  try {
    const exact = await opened.explain(rows, neverAborted);
    if ('refused' in exact) return exact;
    const { output, space, players, meanBackground } = opened;
    return {
      explained: { output, space },
      players,
      summary: new Summary(exact.attributions),
      attributions: exact.attributions,
      exact,
      whyNotExact: null,
      meanBackground,
    };
  } finally {
    await opened.release();
  }
}

async function blackBox(given: AttributionTask, whyNotExact: string | null): Promise<FoundAttributions> {
  const { job, scorer, match, model, task, background } = given;
  const explained = explainedOf(job, model.facts.answer, task);
  const players = singlePlayers(match);
  const answers = explained.of(await scorer.pool(background, neverAborted));
  const attributions = await sampled(given, explained, players);
  const meanBackground = answers.reduce((sum, value) => sum + value, 0) / answers.length;
  const summary = new Summary(attributions);
  return { explained, players, summary, attributions, exact: null, whyNotExact, meanBackground };
}

/** Through the model's predictions, or their gradients. */
async function sampled(
  given: AttributionTask,
  explained: Explained,
  players: readonly Player[],
): Promise<Attributions> {
  const { job, scorer, progress, rows, background } = given;
  if (job.method === 'gradients')
    return await gradientAttributions({ ...given, explained, signal: neverAborted });
  const names = players.map(({ name }) => name);
  return await shapley(
    composedModel(scorer, given.both(), names, explained),
    {
      rows: range(0, rows.rows),
      background: range(rows.rows, background.rows),
      seed: job.seed,
      signal: neverAborted,
      progress,
    },
    { budget: job.budget },
  );
}

function range(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}
