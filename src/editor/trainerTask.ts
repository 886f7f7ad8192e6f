import {
  CustomExecution,
  EventEmitter,
  Task,
  TaskScope,
  tasks,
  TaskRevealKind,
  type Pseudoterminal,
  type TaskExecution,
} from 'vscode';
import type { Trainer, TrainEnd, TrainRun } from '../jobs/training.ts';
import { taskType } from './contributions/names.ts';
import { sentenceOf } from './failures.ts';
import type { Services } from './services.ts';

/** Runs training commands as tasks of the editor: their output is a terminal, and stopping the task stops the run. */
export function taskTrainer(train: Services['train']): Trainer {
  return async (run, signal) =>
    await new Promise<TrainEnd>((ended, failed) => {
      const stopped = new AbortController();
      let began = false;
      const begin: Services['train'] = (...asked) => {
        began = true;
        return train(...asked);
      };
      const task = new Task(
        { type: taskType },
        TaskScope.Workspace,
        run.title,
        'Slipway',
        new CustomExecution(() => Promise.resolve(terminalOf(run, signal, stopped, begin, ended, failed))),
      );
      task.presentationOptions = { reveal: TaskRevealKind.Silent };
      const executed = Promise.resolve(tasks.executeTask(task));
      const end = async (execution: TaskExecution): Promise<void> => {
        if ((await executed) !== execution) return;
        watch.dispose();
        // A terminal that is there says itself when its run has ended; a task may be stopped before it is.
        if (began) return;
        stopped.abort();
        stopped.signal.throwIfAborted();
      };
      const watch = tasks.onDidEndTask(({ execution }) => void end(execution).catch(failed));
      executed.catch(failed);
      executed.catch(() => void watch.dispose());
    });
}

function terminalOf(
  run: TrainRun,
  signal: AbortSignal,
  stopped: AbortController,
  train: Services['train'],
  ended: (end: TrainEnd) => void,
  failed: (error: unknown) => void,
): Pseudoterminal {
  const written = new EventEmitter<string>();
  const closed = new EventEmitter<number>();
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
