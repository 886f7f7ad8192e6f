import { cellAt, type Cell, type Table } from '../../core/data/table.ts';
import type { PredictJob, Predictions } from '../../protocol/engine.ts';
import { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import { matchReport } from '../match/report.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { type Answers, Scorer } from '../predict/scorer.ts';
import { classScored, resolveTask } from '../predict/task.ts';
import { neverAborted } from './signal.ts';

const noMeaning = { task: null, label: null, positive: null, threshold: null, unit: null };

/** The model's answers on a page of rows: the prediction, (of several values a row, each), and for a classifier a column for each class. */
export async function predict(job: PredictJob): Promise<Predictions> {
  const model = await loadModel(job.model);
  const data = await DataFile.open(job.data);
  const session = await model.session(forBatches);
  try {
    const plan = await matchData(model.facts, data, null, null);
    const table = await data.read(plan.features, { offset: job.offset, limit: job.limit });
    const { answer } = model.facts;
    const scorer = await Scorer.create(session, answer, plan, { labels: true, several: true });
    const answers = await scorer.table(table, job.data.path, job.offset, neverAborted);
    const levels = answers.labels === null ? null : [...new Set(answers.labels)];
    const task = resolveTask(answer, noMeaning, answers.width, levels);
    const matching = matchReport(plan, missingCounts(table), new Map());
    if (task.task === 'regression') return { ...values(answers), matching };
    const scored = classScored(answers, task, null, job.data.path);
    const k = scored.classes.length;
    const title = scored.probabilities ? 'P' : 'score';
    const rows = Array.from({ length: scored.n }, (_, row): Cell[] => [
      answers.labels?.[row] ?? scored.classes[scored.predicted[row]!] ?? null,
      ...scored.scores.subarray(row * k, (row + 1) * k),
    ]);
    return { columns: ['prediction', ...scored.classes.map(name => `${title}(${name})`)], rows, matching };
  } finally {
    await session.release();
    await data.close();
  }
}

function values({ rows, width, scores }: Answers): Pick<Predictions, 'columns' | 'rows'> {
  return {
    columns: width === 1 ? ['prediction'] : Array.from({ length: width }, (_, i) => `prediction ${i}`),
    rows: Array.from({ length: rows }, (_, row) => [...scores.subarray(row * width, (row + 1) * width)]),
  };
}

/** Missing values by column. */
export function missingCounts(table: Table): Map<string, number> {
  return new Map(
    table.columns.map(column => {
      let missing = 0;
      for (let row = 0; row < table.rows; row++) if (cellAt(column, row) === null) missing++;
      return [column.name, missing];
    }),
  );
}
