import type { EngineProgress, ExplainJob } from '../protocol/engine.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { PageWork } from '../protocol/pages.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Host } from './host.ts';
import { explaining } from './panels/asked.ts';
import { setting } from './settings.ts';

/** How a version is called in titles: "credit-risk 2.0.0". */
export function nameOf(model: ResolvedModel): string {
  return `${model.entry.name} ${model.version.version}`;
}

export function pairSubject(a: ResolvedModel, b: ResolvedModel): string {
  return `${a.ref.digest} ${b.ref.digest}`;
}

/** Runs the validation, or joins the one that runs; a stored result of the very same job is taken. */
export async function validate(host: Host, model: ResolvedModel, fresh: boolean): Promise<Validation> {
  const { jobs } = await host.services();
  return await tracked(
    host,
    'validate',
    model.ref.digest,
    `Validating ${nameOf(model)}`,
    (signal, onProgress) =>
      jobs().validate(
        model,
        { resamples: setting('slipway.validate.resamples') },
        { signal, onProgress, fresh },
      ),
  );
}

export interface ExplainChoice {
  readonly method: ExplainJob['method'];
  readonly output: string | number | null;
  readonly rows: number;
  /** A DuckDB condition on the rows; null: all. */
  readonly where: string | null;
}

export async function explain(
  host: Host,
  model: ResolvedModel,
  choice: ExplainChoice,
  fresh: boolean,
): Promise<Explanation> {
  const { jobs } = await host.services();
  const overrides = { ...choice, ...explaining() };
  return await tracked(
    host,
    'explain',
    model.ref.digest,
    `Explaining ${nameOf(model)}`,
    (signal, onProgress) => jobs().explain(model, overrides, { signal, onProgress, fresh }),
  );
}

export type InteractionsChoice = Pick<ExplainChoice, 'output' | 'where'>;

/** Rows enough for the means of pairs: their values are features x features a row. */
const interactionRows = 50;

/** What pairs of features do together. */
export async function interactions(
  host: Host,
  model: ResolvedModel,
  choice: InteractionsChoice,
  fresh: boolean,
): Promise<Explanation> {
  const { jobs } = await host.services();
  const overrides = {
    ...choice,
    method: 'auto',
    interactions: true,
    rows: interactionRows,
    backgroundRows: setting('slipway.explain.backgroundRows'),
  } as const;
  const title = `Measuring interactions of ${nameOf(model)}`;
  return await tracked(host, 'interactions', model.ref.digest, title, (signal, onProgress) =>
    jobs().explain(model, overrides, { signal, onProgress, fresh }),
  );
}

export interface ImportanceChoice {
  readonly method: Importance['method'];
  readonly metric: string | null;
  /** Columns associated at least so strongly are one player; null: each by itself. */
  readonly correlated: number | null;
  readonly where: string | null;
  /** Which of several values a row the label is taken for; null: there is one. */
  readonly output: number | null;
}

/** What a metric or a loss rests on. */
export async function importance(
  host: Host,
  model: ResolvedModel,
  { method, metric, correlated, where, output }: ImportanceChoice,
  fresh: boolean,
): Promise<Importance> {
  const { jobs } = await host.services();
  const overrides = {
    method,
    correlated,
    backgroundRows: setting('slipway.explain.backgroundRows'),
    ...(metric === null ? {} : { metric }),
    ...(where === null ? {} : { where }),
    ...(output === null ? {} : { output }),
  };
  const title = `Measuring what ${nameOf(model)} needs`;
  return await tracked(host, method, model.ref.digest, title, (signal, onProgress) =>
    jobs().importance(model, overrides, { signal, onProgress, fresh }),
  );
}

export async function compare(
  host: Host,
  a: ResolvedModel,
  b: ResolvedModel,
  fresh: boolean,
): Promise<Comparison> {
  const { jobs } = await host.services();
  return await tracked(
    host,
    'compare',
    pairSubject(a, b),
    `Comparing ${nameOf(a)} with ${b.version.version}`,
    (signal, onProgress) =>
      jobs().compare(
        a,
        b,
        { resamples: setting('slipway.validate.resamples') },
        { signal, onProgress, fresh },
      ),
  );
}

/** Runs work that makes a result; its progress and failure are seen by every page. */
export async function tracked<T>(
  host: Host,
  kind: PageWork,
  subject: string,
  title: string,
  task: (signal: AbortSignal, onProgress: (progress: EngineProgress) => void) => Promise<T>,
): Promise<T> {
  const result = await host.work.run(kind, subject, title, async (signal, onProgress) => {
    const made = await task(signal, onProgress);
    // Before the task counts as ended, so that no page shows the old result as the current one.
    host.catalog.forgetResults();
    return made;
  });
  host.changed('results');
  return result;
}
