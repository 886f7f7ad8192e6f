import { BadInput } from '../core/failure.ts';
import { spawnTrainer, type Trainer } from '../jobs/training.ts';
import type { TrainCommand } from '../protocol/trials.ts';
import type { ModelEntry } from '../workspace/types.ts';
import type { Session } from './session.ts';

/** Says what it runs before it does. */
export function sayingTrainer(session: Session): Trainer {
  return async (run, signal) => {
    session.log(`${run.title}: ${[run.command, ...run.args].join(' ')}`);
    return await spawnTrainer(run, signal);
  };
}

/** @throws BadInput `no-training-command` */
export function requireTrain({ name, train }: ModelEntry): TrainCommand {
  if (train !== undefined) return train;
  throw new BadInput(
    'no-training-command',
    `slipway.yaml names no training command for \`${name}\`. Add \`train: { command: python, args: [train.py] }\` to the model.`,
  );
}
