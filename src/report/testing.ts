import type { ReportInput } from '../core/report/input.ts';
import { compareJob, explainJob, validateJob } from '../jobs/build.ts';
import { compare } from '../engine/tasks/compare.ts';
import { explain } from '../engine/tasks/explain.ts';
import { validate } from '../engine/tasks/validate.ts';
import { quiet, root } from '../engine/testing.ts';
import { Workspace } from '../workspace/workspace.ts';

/** For tests: what is known of a version of the example, from the real engine. */
export async function exampleInput(): Promise<ReportInput> {
  const folder = `${root}/examples/credit-risk`;
  const workspace = await Workspace.open(folder, () => false);
  const live = await workspace.resolve('credit-risk@1.0.0');
  const model = await workspace.resolve('credit-risk@1.1.0');
  const validation = await validate(
    validateJob(folder, model, { baseline: null, original: null }, { resamples: 100 }),
    quiet,
  );
  const comparison = await compare(compareJob(folder, live, model, { resamples: 100 }), quiet);
  const explanation = await explain(explainJob(folder, model, { rows: 10 }), quiet);
  return {
    validation: { ...validation, job: 'c'.repeat(64) },
    comparison,
    explanation,
    review: null,
    policy: model.entry.policy,
    rows: false,
  };
}
