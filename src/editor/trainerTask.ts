import {
  CustomExecution,
  EventEmitter,
  Task,
  TaskScope,
  tasks,
  TaskRevealKind,
  type Pseudoterminal,
} from 'vscode';
import type { Trainer, TrainEnd, TrainRun } from '../jobs/training.ts';
import { taskType } from './contributions/names.ts';
import { sentenceOf } from './failures.ts';
import type { Services } from './services.ts';

/** Runs training commands as tasks of the editor: their output is a terminal, and stopping the task stops the run. */
export function taskTrainer(train: Services['train']): Trainer {
  return async (run, signal) =>
    await new Promise<TrainEnd>((ended, failed) => {
      const terminal = terminalOf(run, signal, train, ended, failed);
      const task = new Task(
        { type: taskType },
        TaskScope.Workspace,
        run.title,
        'Slipway',
        new CustomExecution(() => Promise.resolve(terminal)),
      );
      task.presentationOptions = { reveal: TaskRevealKind.Silent };
      tasks.executeTask(task).then(undefined, failed);
    });
}

function terminalOf(
  run: TrainRun,
  signal: AbortSignal,
  train: Services['train'],
  ended: (end: TrainEnd) => void,
  failed: (error: unknown) => void,
): Pseudoterminal {
  const written = new EventEmitter<string>();
  const closed = new EventEmitter<number>();
  const stopped = new AbortController();
  const say = (line: string): void => written.fire(`${line}\r\n`);
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      say([run.command, ...run.args].join(' '));
      train(run, AbortSignal.any([signal, stopped.signal]), say).then(
        end => {
          closed.fire(end.code ?? 1);
          ended(end);
        },
        (error: unknown) => {
          say(sentenceOf(error));
          closed.fire(1);
          failed(error);
        },
      );
    },
    close: () => stopped.abort(),
  };
}
