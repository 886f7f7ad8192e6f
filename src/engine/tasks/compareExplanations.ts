import { changedReasons, contrast, type Attributed } from '../../core/explain/contrast.ts';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob, ModelSource } from '../../protocol/engine.ts';
import type { ExplanationComparisonJob } from '../../protocol/local.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { ExplanationComparison } from '../../protocol/results/explanationComparison.ts';
import { explain } from './explain.ts';
import { engineName, jobDigest } from './identity.ts';
import type { TaskContext } from './validate.ts';

/** Rows whose reasons changed most, at most. */
const shownRows = 20;

/** What two versions rest on, on the same rows; or one version on two cohorts. */
export async function compareExplanations(
  job: ExplanationComparisonJob,
  context: TaskContext,
): Promise<ExplanationComparison> {
  const a = await explain(sideJob(job, job.a, job.whereA), context);
  const b = await explain(sideJob(job, job.b, job.whereB), context);
  if (a.space !== b.space || a.output.title !== b.output.title)
    throw new BadInput(
      'space',
      `A is explained as ${a.output.title} (${a.space}) and B as ${b.output.title} (${b.space}), which cannot ` +
        'be compared. Choose an output and a space that both have.',
    );
  const paired = job.whereA === job.whereB;
  const sides = [attributed(a), attributed(b)] as const;
  const features = contrast(...sides, { paired, resamples: job.resamples, seed: job.seed });
  const names = namesOf(job, a, b);
  const rows = paired ? changedReasons(...sides, shownRows) : [];
  return {
    schema: 'slipway/explanation-comparison@1',
    job: jobDigest({ ...job, a: { ...job.a, ref: a.model }, b: { ...job.b, ref: b.model } }, a.data),
    engine: await engineName(),
    seed: job.seed,
    settings: { ...a.settings, resamples: job.resamples, where: job.whereA, versus: job.whereB },
    of: a.model.digest === b.model.digest ? 'cohorts' : 'versions',
    a: a.model,
    b: b.model,
    data: a.data,
    task: a.task,
    sentence: sentenceOf(features, names, a.output.title),
    output: a.output.title,
    space: a.space,
    sides: { a: sideOf(a, names.a), b: sideOf(b, names.b) },
    features,
    rows: rows.map(({ at, moved, cosine, changes }) => ({
      row: a.rows[at]!.row,
      label: a.rows[at]!.label,
      predictionA: a.rows[at]!.prediction,
      predictionB: b.rows[at]!.prediction,
      moved,
      cosine,
      changes: [...changes],
    })),
  };
}

function sideJob(job: ExplanationComparisonJob, model: ModelSource, where: string | null): ExplainJob {
  return { ...job, kind: 'explain', model, where };
}

function attributed({ features, rows }: Explanation): Attributed {
  return {
    features: features.map(({ name }) => name),
    values: Float64Array.from(rows.flatMap(({ values }) => values)),
    rows: rows.length,
  };
}

function sideOf(result: Explanation, name: string): ExplanationComparison['sides']['a'] {
  return {
    name,
    where: result.cohort?.where ?? null,
    rows: result.cohort?.rows ?? result.data[0]!.rows,
    n: result.n,
    method: result.method,
    exact: result.exact,
    baseValue: result.baseValue,
    maxAdditivityError: result.proof.maxAdditivityError,
  };
}

function namesOf(
  job: ExplanationComparisonJob,
  a: Explanation,
  b: Explanation,
): { readonly a: string; readonly b: string } {
  if (job.whereA !== job.whereB) return { a: job.whereA ?? 'all rows', b: job.whereB ?? 'all rows' };
  const name = ({ model }: Explanation): string => model.version ?? model.name ?? model.path;
  return name(a) === name(b) ? { a: `${name(a)} (A)`, b: `${name(b)} (B)` } : { a: name(a), b: name(b) };
}

function sentenceOf(
  features: ExplanationComparison['features'],
  names: { readonly a: string; readonly b: string },
  title: string,
): string {
  const sure = features.filter(
    ({ interval }) => interval !== null && (interval.low > 0 || interval.high < 0),
  );
  const gain = sure.find(({ delta }) => delta > 0);
  const loss = sure.find(({ delta }) => delta < 0);
  const said = ({ feature, delta, interval }: ExplanationComparison['features'][number]): string =>
    `\`${feature}\` (${signed(delta)}, ${signed(interval!.low)} to ${signed(interval!.high)})`;
  if (gain === undefined && loss === undefined)
    return `No column moves ${title} more or less in ${names.b} than in ${names.a}, beyond chance.`;
  const parts = [
    gain === undefined ? null : `more by ${said(gain)}`,
    loss === undefined ? null : `less by ${said(loss)}`,
  ].filter(part => part !== null);
  return `In ${names.b}, ${title} is moved ${parts.join(' and ')} than in ${names.a}; ${sure.length} of ${features.length} columns changed beyond chance.`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toPrecision(2)}`;
}
