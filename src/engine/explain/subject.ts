import type { InferenceSession } from 'onnxruntime-node';
import { BadInput } from '../../core/failure.ts';
import type { DataSource, ModelMeaning, ModelSource } from '../../protocol/engine.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel, type LoadedModel, type SessionOptions } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { labelKind, resolveTask, type ResolvedTask } from '../predict/task.ts';
import { neverAborted } from '../tasks/signal.ts';
import { explainedOf, taskOfOutput, type Explained } from './explained.ts';

export interface SubjectJob {
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  /** null: the data itself. */
  readonly reference: DataSource | null;
  readonly output: string | number | null;
  readonly space?: Explained['space'] | null;
}

/** A model with its data, ready to be asked about rows. Close it. */
export interface Subject {
  readonly model: LoadedModel;
  readonly session: InferenceSession;
  readonly data: DataFile;
  readonly reference: DataFile;
  readonly plan: MatchPlan;
  readonly scorer: Scorer;
  readonly task: ResolvedTask;
  readonly explained: Explained;
  /** The label column, when the data has it. */
  readonly label: string | null;
  /** How the label column is read. */
  readonly labelAs: 'number' | 'text';
  refs(): Promise<DataRef[]>;
  close(): Promise<void>;
}

/** Label values looked at when the model does not say what it predicts. */
const probedRows = 1000;

/** @throws BadInput when model and data do not go together */
export async function openSubject(job: SubjectJob, options: SessionOptions = forBatches): Promise<Subject> {
  const model = await loadModel(job.model);
  const data = await DataFile.open(job.data);
  let reference: DataFile | null = null;
  let session: InferenceSession | null = null;
  const close = async (): Promise<void> => {
    await session?.release();
    await data.close();
    await reference?.close();
  };
  try {
    if (job.reference !== null) reference = await DataFile.open(job.reference);
    const { answer } = model.facts;
    const named = job.meaning.label;
    const label = data.columns.some(({ name }) => name === named) ? named : null;
    const plan = await matchData(model.facts, data, label ?? named, reference);
    requireColumns(reference ?? data, plan);
    session = await model.session(options);
    const scorer = await Scorer.create(session, answer, plan, {
      labels: !answer.probabilities,
      several: true,
    });
    const labelAs = labelKind(answer, job.meaning);
    const probe = await data.read(
      [...plan.features, ...(label === null ? [] : [{ name: label, as: labelAs }])],
      { offset: 0, limit: probedRows },
    );
    if (probe.rows === 0)
      throw new BadInput('no-rows', `\`${job.data.path}\` has no rows. Choose a file with at least one.`);
    const labels = label === null ? undefined : probe.columns[plan.features.length];
    const first = await scorer.table(
      { rows: 1, columns: probe.columns.slice(0, plan.features.length) },
      job.data.path,
      0,
      neverAborted,
    );
    const levels = labels?.kind === 'category' ? labels.levels : null;
    const task = taskOfOutput(resolveTask(answer, job.meaning, first.width, levels), job.output, first.width);
    return {
      model,
      session,
      data,
      reference: reference ?? data,
      plan,
      scorer,
      task,
      explained: explainedOf({ output: job.output, space: job.space ?? null }, answer, task),
      label,
      labelAs,
      async refs() {
        const own: DataRef = {
          digest: await data.digest(),
          path: job.data.path,
          role: 'data',
          rows: await data.rows(),
        };
        if (reference === null) return [own];
        const { path } = reference.source;
        return [
          own,
          { digest: await reference.digest(), path, role: 'reference', rows: await reference.rows() },
        ];
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function requireColumns(file: DataFile, plan: MatchPlan): void {
  const lost = plan.features.find(({ name }) => !file.columns.some(column => column.name === name));
  if (lost === undefined) return;
  throw new BadInput(
    'missing-column',
    `\`${file.source.path}\` has no column \`${lost.name}\`, which the model needs. Choose another reference.`,
  );
}
