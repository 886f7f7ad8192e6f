import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { foldDocument } from '../../core/folds/document.ts';
import { pointMetrics } from '../../core/metrics/evaluate.ts';
import { isLabelled, labelledRows, taskOf } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { CrossValidation } from '../../protocol/results/crossValidation.ts';
import type {
  FixedFoldsJob,
  FoldScore,
  ScoreJob,
  SplitFold,
  SplitJob,
  SplitResult,
} from '../../protocol/trials.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { DataFile } from '../data/dataFile.ts';
import { RowsWriter } from '../data/rowsWriter.ts';
import { foldsOf } from '../trials/foldsOf.ts';
import { labelOf, positiveOf, scoreModel } from '../trials/scoring.ts';

/** One model on disjoint parts of the same rows: how much its metrics vary with the rows. */
export async function fixedFolds(job: FixedFoldsJob, progress: Progress): Promise<CrossValidation> {
  const file = await DataFile.open(job.data);
  try {
    const { folds, rows, words } = await foldsOf(file, job.meaning, job.plan);
    const { scored, ref: model } = await scoreModel(job.model, job.meaning, file, progress);
    if (labelledRows(scored).length === 0)
      throw new BadInput(
        'no-labels',
        `\`${labelOf(job.meaning, job.data)}\` of \`${job.data.path}\` is empty. Use labelled rows.`,
      );
    const data = {
      digest: await file.digest(),
      path: job.data.path,
      role: 'data' as const,
      rows,
    };
    const identity = {
      kind: job.kind,
      version: slipwayVersion,
      models: [model.digest],
      data: data.digest,
      meaning: { ...job.meaning },
      plan: { ...job.plan },
    };
    return foldDocument({
      kind: 'fixed',
      job: createHash('sha256').update(canonicalJson(identity)).digest('hex'),
      model,
      command: null,
      data,
      label: labelOf(job.meaning, job.data),
      task: taskOf(scored),
      positive: positiveOf(scored),
      unit: job.meaning.unit,
      plan: { ...job.plan, scheme: words },
      folds: folds.map(({ repeat, fold, test }) => {
        const labelled = test.filter(row => isLabelled(scored, row));
        return {
          repeat,
          fold,
          train: 0,
          test: labelled.length,
          model: null,
          metrics: labelled.length === 0 ? {} : Object.fromEntries(pointMetrics(scored, labelled)),
        };
      }),
    });
  } finally {
    await file.close();
  }
}

/** Writes the rows of each fold to files. */
export async function split(job: SplitJob, progress: Progress): Promise<SplitResult> {
  const file = await DataFile.open(job.data);
  let planned;
  try {
    labelOf(job.meaning, job.data);
    planned = await foldsOf(file, job.meaning, job.plan);
  } finally {
    await file.close();
  }
  const ending = extname(job.data.file);
  const made = planned.folds.map(({ repeat, fold, train, test }): SplitFold => {
    const folder = join(job.folder, `fold-${repeat + 1}-${fold + 1}`);
    const source = (name: string): SplitFold['train'] => ({
      file: join(folder, `${name}${ending}`),
      path: `fold-${repeat + 1}-${fold + 1}/${name}${ending}`,
    });
    return {
      repeat,
      fold,
      folder,
      train: source('train'),
      test: source('test'),
      trainRows: train.length,
      testRows: test.length,
    };
  });
  for (const { folder } of made) await mkdir(folder, { recursive: true });
  const writer = await RowsWriter.open(
    job.data,
    made.flatMap(({ train, test }) => [train.file, test.file]),
    // The number of the fold is no input of the model.
    job.plan.column,
  );
  try {
    for (const [i, { train, test }] of planned.folds.entries()) {
      progress(i, planned.folds.length, 'writing the rows of each fold');
      await writer.write(train, made[i]!.train.file);
      await writer.write(test, made[i]!.test.file);
    }
  } finally {
    await writer.close();
  }
  return { folds: made, words: planned.words, rows: planned.rows };
}

/** The metrics of a model on a data set, without intervals. */
export async function score(job: ScoreJob, progress: Progress): Promise<FoldScore> {
  const file = await DataFile.open(job.data);
  try {
    const { scored, ref } = await scoreModel(job.model, job.meaning, file, progress);
    return {
      task: taskOf(scored),
      positive: positiveOf(scored),
      metrics: Object.fromEntries(pointMetrics(scored)),
      n: scored.n,
      digest: ref.digest,
    };
  } finally {
    await file.close();
  }
}
