import type { OutputFacts, RowCount } from '../../core/checks/facts.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { InferenceSession } from 'onnxruntime-node';
import type { Table } from '../../core/data/table.ts';
import type { Answer } from '../../core/onnx/facts.ts';
import type { MatchPlan } from '../match/plan.ts';
import { Scorer, type Answers } from '../predict/scorer.ts';
import { indexer, scoredOf, type ResolvedTask } from '../predict/task.ts';
import { head } from '../predict/head.ts';
import { Counted } from '../profile/counted.ts';
import { neverAborted } from './signal.ts';

const sumTolerance = 1e-4;

/** Rows on which the label output is looked at. */
const labelRows = 2000;

/**
 * What holds of all the answers.
 * @param labelDisagreements from `labelAgreement`
 */
export function outputFacts(
  answers: Answers,
  scored: Scored,
  labelDisagreements: RowCount | null,
): OutputFacts {
  const probabilities = scored.kind === 'classification' && scored.probabilities;
  const { rows, width, scores } = answers;
  const nonFinite = new Counted();
  const outOfRange = new Counted();
  const sums = new Counted();
  for (let row = 0; row < rows; row++) {
    let finite = true;
    let inRange = true;
    let sum = 0;
    for (let c = 0; c < width; c++) {
      const score = scores[row * width + c]!;
      if (!Number.isFinite(score)) finite = false;
      else if (score < 0 || score > 1) inRange = false;
      sum += score;
    }
    if (!finite) nonFinite.add(row);
    if (!inRange) outOfRange.add(row);
    if (width > 1 && !(Math.abs(sum - 1) <= sumTolerance)) sums.add(row);
  }
  return {
    rows,
    nonFinite: nonFinite.count(),
    outOfRange: probabilities ? outOfRange.count() : null,
    sumViolations: probabilities ? sums.count() : null,
    labelDisagreements,
  };
}

/**
 * Rows of a sample whose label output is not a class of the highest score; null without both outputs.
 * @param table the plan's features; @param rowNumbers their rows in the data, null: in order
 */
export async function labelAgreement(
  session: InferenceSession,
  answer: Answer,
  plan: MatchPlan,
  task: ResolvedTask,
  table: Table,
  rowNumbers: Int32Array | null,
): Promise<RowCount | null> {
  if (answer.scoreOutput === null || answer.labelOutput === null || task.task === 'regression') return null;
  const scorer = await Scorer.create(session, answer, plan, { labels: true });
  const asked = await scorer.table(head(table, labelRows), 'the sample', 0, neverAborted);
  const scored = scoredOf(asked, task, null, null, 'the sample');
  if (scored.kind === 'regression' || asked.labels === null) return null;
  const index = indexer(task.classes);
  const k = task.classes.length;
  const found = new Counted();
  asked.labels.forEach((label, row) => {
    const at = index(label);
    const own = at < 0 ? -Infinity : scored.scores[row * k + at]!;
    const best = scored.scores.subarray(row * k, (row + 1) * k).reduce((a, b) => Math.max(a, b), -Infinity);
    if (best > own + 1e-6) found.add(rowNumbers?.[row] ?? row);
  });
  return found.count();
}
