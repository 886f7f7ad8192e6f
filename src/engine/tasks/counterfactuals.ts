import { cellAt, type Cell, type Table } from '../../core/data/table.ts';
import { checkConstraints, permits, unconstrained } from '../../core/explain/counterfactual/constraints.ts';
import { nearestUnlike, nice } from '../../core/explain/counterfactual/nice.ts';
import {
  distinct,
  evaluated,
  withoutNeedless,
  type WantedModel,
} from '../../core/explain/counterfactual/search.ts';
import { Gower, gowerWords } from '../../core/explain/gower.ts';
import { BadInput } from '../../core/failure.ts';
import type { CounterfactualsJob } from '../../protocol/local.ts';
import type { Counterfactuals } from '../../protocol/results/counterfactuals.ts';
import type { Refused } from '../explain/additiveModel.ts';
import { lirePoints } from '../explain/lireCandidates.ts';
import { stacked } from '../explain/poolTable.ts';
import { referenceRows } from '../explain/reference.ts';
import { cellsOf, columnOf, rowTable } from '../explain/rowTable.ts';
import { openSubject, type Subject } from '../explain/subject.ts';
import { answerOf, goalOf, saidOf, type Goal } from '../explain/wanted.ts';
import { head } from '../predict/head.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** Values that may give the wanted answer, before the runtime was asked about them as they are shown. */
interface Candidate {
  readonly method: 'nice' | 'lire';
  readonly inputs: readonly Cell[];
  readonly distance: number;
  /** Row of the reference sample. */
  readonly toward: number;
}

/** What would have to change in a row for another answer, every answer given by the runtime. */
export async function counterfactuals(
  job: CounterfactualsJob,
  context: TaskContext,
): Promise<Counterfactuals> {
  const subject = await openSubject(job);
  try {
    const { scorer, task, explained, plan, model } = subject;
    const own = await rowTable(subject.data, plan.features, job.row);
    checkConstraints(job.constraints, own.columns);
    const said = await scorer.table(own, job.data.path, 0, neverAborted);
    const goal = goalOf(job.wanted, task, explained, saidOf(said, task, explained));
    if (goal.of(said).met[0] === 1)
      throw new BadInput('already-so', `The row has ${goal.words} already. Choose another answer.`);
    const reference = await referenceRows(subject, job);
    context.progress(0, 2, 'looking for counterfactuals');
    const search = searchOf(subject, own, reference.table, goal, job);
    const boxed = job.method === 'nice' ? null : await inBoxes(subject, job, search, goal);
    if (job.method === 'lire' && boxed !== null && 'refused' in boxed)
      throw new BadInput('no-leaf-boxes', `${boxed.refused} The search \`nice\` goes through any model.`);
    const found =
      job.method === 'lire' ? [] : await nice({ ...search, count: job.count, signal: neverAborted });
    const instances = found.map(({ picks, distance, toward }): Candidate => ({
      method: 'nice',
      inputs: Array.from(picks, (pick, j) => cellAt(search.table.columns[j]!, pick)),
      distance,
      toward: toward - 1,
    }));
    const fromBoxes = boxed === null || 'refused' in boxed ? [] : boxed.candidates;
    const candidates = nearestOf([...fromBoxes, ...instances], job.count);
    const why = candidates.length > 0 ? null : await whyNone(job, search, goal);
    context.progress(1, 2, 'putting them to the runtime');
    const rescored = await rescore(subject, candidates, job.data.path);
    const met = goal.of(rescored.answers).met;
    const names = plan.features.map(({ name }) => name);
    const inputs = cellsOf(own, 0);
    const confirmed = candidates.flatMap((candidate, i) =>
      met[i] === 1
        ? [
            {
              method: candidate.method,
              distance: candidate.distance,
              changes: names.flatMap((feature, j) =>
                candidate.inputs[j] === inputs[j]
                  ? []
                  : [{ feature, from: inputs[j]!, to: candidate.inputs[j]! }],
              ),
              inputs: [...candidate.inputs],
              answer: answerOf(rescored.said, i),
              toward: reference.rows[candidate.toward]!,
            },
          ]
        : [],
    );
    const refs = await subject.refs();
    const result: Omit<Counterfactuals, 'sentence'> = {
      schema: 'slipway/counterfactuals@1',
      job: jobDigest({ ...job, model: withDigest(job.model, model.facts) }, refs),
      engine: await engineName(),
      seed: job.seed,
      settings: { method: job.method, referenceRows: job.referenceRows, count: job.count, where: job.where },
      model: modelRefOf(job.model, model.facts),
      data: refs,
      task: task.task,
      output: explained.output.title,
      row: job.row.row,
      features: own.columns.map(({ name, kind }) => ({ name, kind })),
      inputs,
      answer: answerOf(saidOf(said, task, explained), 0),
      wanted: goal.words,
      constraints: {
        frozen: [...job.constraints.frozen],
        bounds: { ...job.constraints.bounds },
        monotonic: { ...job.constraints.monotonic },
      },
      method: job.method === 'lire' ? 'lire' : boxed === null || 'refused' in boxed ? 'nice' : 'nice+lire',
      distance: gowerWords,
      counterfactuals: confirmed,
      why: why ?? (boxed !== null && 'refused' in boxed ? `No boxes of leaves: ${boxed.refused}` : null),
      proof: {
        reference: reference.table.rows,
        evaluations: search.evaluations() + candidates.length + 1,
        rescored: candidates.length,
        confirmed: confirmed.length,
      },
    };
    return { ...result, sentence: sentenceOf(result) };
  } finally {
    await subject.close();
  }
}

interface Search {
  readonly model: WantedModel;
  /** The row, then the reference. */
  readonly table: Table;
  readonly row: number;
  readonly reference: Int32Array;
  readonly distance: Gower;
  readonly permits: (j: number, other: number) => boolean;
  evaluations(): number;
}

function searchOf(
  subject: Subject,
  own: Table,
  reference: Table,
  goal: Goal,
  job: CounterfactualsJob,
): Search {
  const { scorer, plan } = subject;
  const table = stacked(own, reference);
  const pool = scorer.feeds.pool(table, job.data.path);
  const others = Int32Array.from({ length: reference.rows }, (_, i) => i + 1);
  const columns = plan.features.length;
  let evaluations = 0;
  return {
    model: {
      columns,
      async evaluate(picks, signal) {
        evaluations += picks.length / columns;
        return goal.of(await scorer.composed(pool, picks, columns, signal));
      },
    },
    table,
    row: 0,
    reference: others,
    distance: new Gower(table, others),
    permits: permits(job.constraints, table.columns, 0),
    evaluations: () => evaluations,
  };
}

/** Nearest points of boxes of leaves that hold data, without the changes that are not needed. */
async function inBoxes(
  subject: Subject,
  job: CounterfactualsJob,
  search: Search,
  goal: Goal,
): Promise<{ readonly candidates: readonly Candidate[] } | Refused> {
  const { scorer, plan, data } = subject;
  const points = await lirePoints(subject, search.table, goal, job.constraints, 2 * job.count);
  if ('refused' in points) return points;
  if (points.table.rows === 0) return { candidates: [] };
  const table = stacked(head(search.table, 1), points.table);
  const pool = scorer.feeds.pool(table, data.source.path);
  const columns = plan.features.length;
  const model: WantedModel = {
    columns,
    evaluate: async (picks, signal) => goal.of(await scorer.composed(pool, picks, columns, signal)),
  };
  const distance = new Gower(search.table, search.reference).over(table);
  const starts = points.toward.map((toward, i) => {
    const picks = new Int32Array(columns).fill(i + 1);
    return { picks, toward, distance: distance.composed(picks, 0, 0) };
  });
  const { met } = await evaluated(
    model,
    Int32Array.from(starts.flatMap(({ picks }) => [...picks])),
    neverAborted,
  );
  const needed = await withoutNeedless(
    model,
    distance,
    0,
    starts.filter((_, i) => met[i] === 1),
    neverAborted,
  );
  return {
    candidates: distinct(needed, distance).map(({ picks, toward, distance: away }) => ({
      method: 'lire',
      inputs: Array.from(picks, (pick, j) => cellAt(table.columns[j]!, pick)),
      distance: away,
      toward: toward - 1,
    })),
  };
}

/** The nearest, each set of values once. */
function nearestOf(candidates: readonly Candidate[], count: number): Candidate[] {
  const seen = new Set<string>();
  return candidates
    .toSorted((a, b) => a.distance - b.distance || a.toward - b.toward)
    .filter(({ inputs }) => {
      const key = JSON.stringify(inputs);
      return !seen.has(key) && seen.add(key).size > 0;
    })
    .slice(0, count);
}

/** Why no reference row leads to what is wanted, and what to do. */
async function whyNone(job: CounterfactualsJob, search: Search, goal: Goal): Promise<string> {
  const n = search.reference.length;
  const free = await nearestUnlike({
    ...search,
    permits: permits(unconstrained, search.table.columns, search.row),
    signal: neverAborted,
  });
  if (free.length === 0)
    return (
      `The model gives ${goal.words} to none of the ${n} reference rows, so there is nowhere to go. ` +
      'Choose another answer, or reference rows that have it.'
    );
  const { frozen, bounds, monotonic } = job.constraints;
  const held = [...new Set([...frozen, ...Object.keys(bounds), ...Object.keys(monotonic)])];
  return (
    `The model gives ${goal.words} to ${free.length} of the ${n} reference rows, but to none of them once ` +
    `${held.map(name => `\`${name}\``).join(', ')} ${held.length === 1 ? 'is' : 'are'} kept as asked. Free a column.`
  );
}

/** The runtime's answers to the values as they are shown. */
async function rescore(
  { scorer, plan, task, explained }: Subject,
  candidates: readonly Candidate[],
  path: string,
): Promise<{ readonly answers: Parameters<typeof saidOf>[0]; readonly said: ReturnType<typeof saidOf> }> {
  const table: Table = {
    rows: candidates.length,
    columns: plan.features.map((feature, j) =>
      columnOf(
        feature,
        candidates.map(({ inputs }) => inputs[j]!),
      ),
    ),
  };
  const answers = await scorer.table(table, path, 0, neverAborted);
  return { answers, said: saidOf(answers, task, explained) };
}

function sentenceOf({
  counterfactuals: [nearest],
  wanted,
  why,
}: Pick<Counterfactuals, 'counterfactuals' | 'wanted' | 'why'>): string {
  if (nearest === undefined) return why ?? `No counterfactual was confirmed by the runtime.`;
  const changes = nearest.changes.map(
    ({ feature, from, to }) => `\`${feature}\` from ${words(from)} to ${words(to)}`,
  );
  const shown = changes.slice(0, 3).join(', ');
  const more = changes.length > 3 ? ` and ${changes.length - 3} more` : '';
  return `The answer would be ${wanted} with ${shown}${more}.`;
}

function words(value: Cell): string {
  return value === null
    ? 'missing'
    : typeof value === 'number'
      ? String(Number(value.toPrecision(6)))
      : `\`${value}\``;
}
