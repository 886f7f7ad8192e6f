import { exactPlayers } from '../../core/explain/exact.ts';
import { groupedModel } from '../../core/explain/groups.ts';
import { shapley, type Sampling } from '../../core/explain/shapley.ts';
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
import { ExactExplainer, type ExactSetup } from './exact.ts';
import { composedModel, explainedOf, type Explained } from './explained.ts';
import type { Grouping } from './grouping.ts';
import { groupPlayers, singlePlayers, type ColumnGroup, type Player } from './players.ts';
import { Summary } from '../../core/explain/summary.ts';

export interface AttributionTask {
  readonly job: ExplainJob;
  readonly progress: Progress;
  readonly workerFile: string | null;
  readonly model: LoadedModel;
  readonly scorer: Scorer;
  readonly match: MatchPlan;
  readonly task: ResolvedTask;
  /** null: each column is by itself. */
  readonly grouping: Grouping | null;
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
  /** n x d x d, row-major, when asked for. */
  readonly interactions: Float64Array | null;
  /** Of an exact method: see `ExactRows`. */
  readonly exact: { readonly rescaled: boolean; readonly readingError: number } | null;
  readonly sampling: Sampling | null;
  readonly whyNotExact: string | null;
  readonly meanBackground: number | null;
}

/** The exact method where there is one, else the black-box one. */
export async function attributionsOf(given: AttributionTask): Promise<FoundAttributions> {
  const { job, rows } = given;
  if (job.method === 'shapley' || job.method === 'gradients') return await blackBox(given, null);
  const setup = exactSetup(given);
  const found =
    'refused' in setup ? setup : await withExact(await ExactExplainer.open(setup, rows, neverAborted), given);
  if ('attributions' in found) return found;
  if (job.method !== 'auto')
    throw new BadInput('no-exact-method', `${found.refused} The method \`shapley\` explains any model.`);
  return await blackBox(given, found.refused);
}

/** What an exact explainer is made of. */
export function exactSetup(
  given: Omit<AttributionTask, 'rows' | 'both'>,
): ExactSetup | { readonly refused: string } {
  const { job, model, scorer, match, task, grouping, background, workerFile } = given;
  if (grouping?.structure != null)
    return { refused: 'Owen values are found by asking the model, not read from its file.' };
  const groups = grouping === null ? [] : columnGroups(grouping, match);
  return { model, scorer, match, task, asked: job, background, groups, session: forBatches, workerFile };
}

type Opened = Awaited<ReturnType<typeof ExactExplainer.open>>;

async function withExact(
  opened: Opened,
  { rows, progress }: AttributionTask,
): Promise<FoundAttributions | { readonly refused: string }> {
  if ('refused' in opened) return opened;
  try {
    const exact = await opened.explain(rows, neverAborted, done => {
      progress(done, rows.rows, 'rows explained');
    });
    if ('refused' in exact) return exact;
    const { output, space, players, meanBackground } = opened;
    const { attributions, interactions, rescaled, readingError } = exact;
    return {
      explained: { output, space },
      players,
      summary: new Summary(attributions),
      attributions,
      interactions,
      exact: { rescaled, readingError },
      sampling: null,
      whyNotExact: null,
      meanBackground,
    };
  } finally {
    await opened.release();
  }
}

async function blackBox(given: AttributionTask, whyNotExact: string | null): Promise<FoundAttributions> {
  const { job, scorer, match, model, task, background, grouping } = given;
  const explained = explainedOf(job, model.facts.answer, task);
  const players = grouping === null ? singlePlayers(match) : groupPlayers(grouping.players, match);
  requirePairs(job, players.length, grouping, whyNotExact);
  const answers = explained.of(await scorer.pool(background, neverAborted));
  const meanBackground = answers.reduce((sum, value) => sum + value, 0) / answers.length;
  const found =
    job.method === 'gradients'
      ? await byGradients(given, explained)
      : await byCoalitions(given, explained, players);
  const { attributions } = found;
  return {
    explained,
    players,
    summary: new Summary(attributions),
    ...found,
    exact: null,
    whyNotExact,
    meanBackground,
  };
}

type Asked = Pick<FoundAttributions, 'interactions' | 'sampling'> & { readonly attributions: Attributions };

async function byGradients(given: AttributionTask, explained: Explained): Promise<Asked> {
  if (given.grouping !== null)
    throw new BadInput(
      'no-groups',
      'Gradients have a value for each column and none for groups. Choose the method `shapley`.',
    );
  const attributions = await gradientAttributions({ ...given, explained, signal: neverAborted });
  return { attributions, interactions: null, sampling: null };
}

async function byCoalitions(
  given: AttributionTask,
  explained: Explained,
  players: readonly Player[],
): Promise<Asked> {
  const { job, scorer, match, grouping, progress, rows, background } = given;
  const columns = match.features.map(({ name }) => name);
  const model = composedModel(scorer, given.both(), columns, explained);
  const { interactions, sampling, ...attributions } = await shapley(
    players.length === columns.length ? model : groupedModel(model, grouping!.players),
    {
      rows: range(0, rows.rows),
      background: range(rows.rows, background.rows),
      seed: job.seed,
      signal: neverAborted,
      progress,
    },
    {
      budget: job.budget,
      structure: grouping?.structure ?? null,
      interactions: job.interactions ?? false,
      ...(job.stop === undefined ? {} : { stop: job.stop }),
    },
  );
  return { attributions, interactions, sampling };
}

/** @throws BadInput when interaction values were asked for that no method here has */
function requirePairs(
  { interactions = false, method }: ExplainJob,
  players: number,
  grouping: Grouping | null,
  whyNotExact: string | null,
): void {
  if (!interactions) return;
  const why = whyNotExact === null ? '' : ` ${whyNotExact}`;
  if (method === 'gradients' || grouping?.structure != null)
    throw new BadInput(
      'no-interactions',
      `Gradients and Owen values have no interaction values. Choose the method \`shapley\`.${why}`,
    );
  if (players > exactPlayers)
    throw new BadInput(
      'no-interactions',
      `Interaction values of a black box need every coalition: that is done for up to ${exactPlayers} players, and ` +
        `there are ${players}. Group columns (\`--groups\`, \`--correlated\`), or leave interactions out.${why}`,
    );
}

function columnGroups({ players }: Grouping, match: MatchPlan): ColumnGroup[] {
  return groupPlayers(players, match).filter(({ features }) => features.length > 1);
}

function range(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}
