import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldDocument } from '../core/folds/document.ts';
import { BadInput } from '../core/failure.ts';
import type { DataSource, EngineProgress, ModelMeaning, ModelSource } from '../protocol/engine.ts';
import { canonicalJson } from '../protocol/job.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { FoldPlan, FoldScore, SplitFold, TrainCommand, TrialRequests } from '../protocol/trials.ts';
import { slipwayVersion } from '../protocol/version.ts';
import { requireSuccess, trainRun, type Trainer } from './training.ts';

/** What a cross-validation with training needs of its surroundings. */
export interface Trials {
  /** Where the command is started: the folder of slipway.yaml. */
  readonly root: string;
  readonly ask: <K extends 'split' | 'score'>(
    kind: K,
    job: TrialRequests[K][0],
  ) => Promise<TrialRequests[K][1]>;
  readonly digestOf: (file: string) => Promise<string>;
  readonly trainer: Trainer;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineProgress) => void;
}

export interface RetrainTask {
  readonly name: string;
  readonly train: TrainCommand;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  readonly plan: FoldPlan;
}

/** Trains a model for each fold with the command of slipway.yaml, and measures it on the rows held out. */
export async function retrain(task: RetrainTask, trials: Trials): Promise<CrossValidation> {
  const { signal, onProgress } = trials;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-folds-'));
  try {
    const { data, meaning, plan } = task;
    const { folds, words, rows } = await trials.ask('split', {
      kind: 'split',
      data,
      meaning,
      plan,
      folder,
    });
    const scores: FoldScore[] = [];
    let command: string[] = [];
    for (const [i, fold] of folds.entries()) {
      signal.throwIfAborted();
      onProgress({ done: i, total: folds.length, what: `training fold ${i + 1} of ${folds.length}` });
      const run = trainRun(
        task.train,
        { ...placesOf(fold), fold: i + 1, seed: plan.seed + fold.repeat },
        trials.root,
        `Training of ${task.name}, fold ${i + 1} of ${folds.length}`,
      );
      if (i === 0) command = [task.train.command, ...task.train.args];
      requireSuccess(run, await trials.trainer(run, signal));
      const model = await outputOf(fold.folder, task.train);
      scores.push(await trials.ask('score', { model, meaning, data: fold.test }));
    }
    onProgress({ done: folds.length, total: folds.length, what: 'measured' });
    const digest = await trials.digestOf(data.file);
    const [first] = scores;
    return foldDocument({
      kind: 'retrained',
      job: identityOf(task, command, digest),
      model: null,
      command,
      data: { digest, path: data.path, role: 'data', rows },
      label: meaning.label!,
      task: first!.task,
      positive: first!.positive,
      unit: meaning.unit,
      plan: { ...plan, scheme: words },
      folds: folds.map(({ repeat, fold, trainRows, testRows }, i) => ({
        repeat,
        fold,
        train: trainRows,
        test: testRows,
        model: scores[i]!.digest,
        metrics: { ...scores[i]!.metrics },
      })),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a training command once, and gives every .onnx file that it left. */
export async function candidatesOf(
  task: Omit<RetrainTask, 'plan'> & {
    readonly seed: number;
    readonly folder: string;
    readonly test: DataSource;
  },
  trials: Pick<Trials, 'root' | 'trainer' | 'signal' | 'onProgress'>,
): Promise<ModelSource[]> {
  trials.onProgress({ done: 0, total: 0, what: 'running the training command' });
  const run = trainRun(
    task.train,
    { train: task.data.file, test: task.test.file, output: task.folder, fold: 0, seed: task.seed },
    trials.root,
    `Training of ${task.name}`,
  );
  requireSuccess(run, await trials.trainer(run, trials.signal));
  const names = (await onnxFiles(task.folder)).sort();
  if (names.length === 0)
    throw new BadInput(
      'no-candidates',
      `\`${task.train.command}\` left no .onnx file. It must write them into the folder that {output} (SLIPWAY_OUTPUT) names.`,
    );
  return names.map(name => bareSource(join(task.folder, name), name));
}

export function bareSource(file: string, path: string): ModelSource {
  return { file, ref: { digest: '', name: null, version: null, path, size: 0 } };
}

async function onnxFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.onnx'))
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function placesOf({ folder, train, test }: SplitFold): {
  readonly train: string;
  readonly test: string;
  readonly output: string;
} {
  return { train: train.file, test: test.file, output: folder };
}

async function outputOf(folder: string, { command, output }: TrainCommand): Promise<ModelSource> {
  const left = await onnxFiles(folder);
  if (left.includes(output)) return bareSource(join(folder, output), output);
  throw new BadInput(
    'no-model',
    `\`${command}\` left no \`${output}\` in the folder that {output} (SLIPWAY_OUTPUT) names${
      left.length === 0 ? '' : `, but ${left.map(name => `\`${name}\``).join(', ')}`
    }. Write it there, or say \`output\` in \`train\`.`,
  );
}

function identityOf(task: RetrainTask, command: readonly string[], data: string): string {
  const { meaning, plan, train } = task;
  const identity = {
    kind: 'retrain',
    version: slipwayVersion,
    command: [...command],
    output: train.output,
    data,
    meaning: { ...meaning },
    plan: { ...plan },
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}
