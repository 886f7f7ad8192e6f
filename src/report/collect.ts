import type { ReportInput } from '../core/report/input.ts';
import type { Reviews } from '../review/reviews.ts';
import { subjectOf } from '../review/artefacts.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { renderReport, type ReportFormat } from './formats.ts';

export interface ReportOptions {
  readonly format: ReportFormat;
  /** Whether rows of the data may be in it. */
  readonly rows: boolean;
  /** What it is compared with; null: nothing. */
  readonly live: ResolvedModel | null;
  /** In place of the protected revision of slipway.yaml, for the review. */
  readonly revision?: string | null;
  readonly signal?: AbortSignal;
}

/** The report of a version from stored results; only a validation that is missing is run. */
export async function reportOf(
  reviews: Reviews,
  model: ResolvedModel,
  options: ReportOptions,
): Promise<string> {
  const evidence = await reviews.evidence(model, options.live, options.signal);
  const review = await reviews.state(model, { revision: options.revision ?? null });
  const { entry } = model;
  const input: ReportInput = {
    ...evidence,
    review: review.records.length === 0 && review.rule === null ? null : review,
    policy: { policy: entry.policy, meaning: entry.meaning },
    rows: options.rows,
  };
  const files = (await subjectOf(model)).map(({ name, digest }) => ({ name, sha256: digest.sha256 }));
  return renderReport(options.format, input, files);
}
